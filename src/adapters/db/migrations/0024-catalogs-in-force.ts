import type { Knex } from 'knex'

/** The role catalogs that are in force, whatever files lie about; each account tells the revision of its own. */
export const catalogsInForce = {
  name: '0024-catalogs-in-force',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('catalogs_in_force', (table) => {
      table.text('id').primary()
      table.bigInteger('rev').notNullable()
      table.text('hash').notNullable()
      table.text('document').notNullable()
      table.text('plan')
      table.text('applied_by').notNullable()
      table.bigInteger('applied_at').notNullable()
    })
    await knex.schema.alterTable('accounts', (table) => {
      table.bigInteger('catalog_rev').notNullable().defaultTo(0)
      table.index(['catalog', 'id'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.dropIndex(['catalog', 'id'])
      table.dropColumn('catalog_rev')
    })
    await knex.schema.dropTableIfExists('catalogs_in_force')
  },
}
