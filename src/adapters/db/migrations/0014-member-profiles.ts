import type { Knex } from 'knex'

/** Members have a profile, by a mapping of their connection. Every account lags once, so that each member gets his. */
export const memberProfiles = {
  name: '0014-member-profiles',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('connections', (table) => {
      table.text('profile_mapping').notNullable().defaultTo('{}')
    })
    await knex.schema.alterTable('members', (table) => {
      table.text('profile').notNullable().defaultTo('{}')
    })
    await knex('accounts').update({ epoch: knex.raw('epoch + 1') })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('members', (table) => {
      table.dropColumn('profile')
    })
    await knex.schema.alterTable('connections', (table) => {
      table.dropColumn('profile_mapping')
    })
  },
}
