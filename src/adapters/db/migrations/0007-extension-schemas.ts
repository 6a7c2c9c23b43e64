import type { Knex } from 'knex'

/** Extension schemas of accounts, and the values that are unique by them. */
export const extensionSchemas = {
  name: '0007-extension-schemas',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.integer('schemas_rev').notNullable().defaultTo(0)
    })
    await knex.schema.createTable('extension_schemas', (table) => {
      table.text('account_id').notNullable().references('accounts.id')
      table.text('urn_key').notNullable()
      table.text('document').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.primary(['account_id', 'urn_key'])
    })
    await knex.schema.createTable('directory_unique_values', (table) => {
      table.text('connection_id').notNullable().references('connections.id')
      table.text('attribute').notNullable()
      table.text('value_key').notNullable()
      table.text('resource_id').notNullable()
      table.primary(['connection_id', 'attribute', 'value_key'])
      table.index(['resource_id'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTable('directory_unique_values')
    await knex.schema.dropTable('extension_schemas')
    await knex.schema.alterTable('accounts', (table) => {
      table.dropColumn('schemas_rev')
    })
  },
}
