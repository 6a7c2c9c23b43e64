import type { Knex } from 'knex'

/** What single members are let have of their roles. */
export const customisations = {
  name: '0023-customisations',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('customisations', (table) => {
      table.text('member_id').primary().references('members.id')
      table.text('account_id').notNullable().references('accounts.id')
      table.bigInteger('incarnation').notNullable()
      table.text('cells').notNullable()
      table.text('set_by').notNullable()
      table.bigInteger('set_at').notNullable()
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('customisations')
  },
}
