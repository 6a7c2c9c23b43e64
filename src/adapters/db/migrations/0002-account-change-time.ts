import type { Knex } from 'knex'

/** When the last change of a whole account was made: how long its members have lagged. */
export const accountChangeTime = {
  name: '0002-account-change-time',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.bigInteger('epoch_at').notNullable().defaultTo(0)
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.dropColumn('epoch_at')
    })
  },
}
