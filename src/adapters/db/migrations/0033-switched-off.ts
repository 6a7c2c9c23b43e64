import type { Knex } from 'knex'

/** The role groups that are switched off for a member, apart by commas. */
export const switchedOff = {
  name: '0033-switched-off',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('members', (table) => {
      table.text('switched_off').notNullable().defaultTo('')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('members', (table) => {
      table.dropColumn('switched_off')
    })
  },
}
