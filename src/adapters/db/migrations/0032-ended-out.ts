import type { Knex } from 'knex'

/** Whether an identity let nobody in any more when it ended: whoever was out by it stays out. */
export const endedOut = {
  name: '0032-ended-out',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('identity_links', (table) => {
      table.integer('ended_out').notNullable().defaultTo(0)
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('identity_links', (table) => {
      table.dropColumn('ended_out')
    })
  },
}
