import type { Knex } from 'knex'

/** What is open in all accounts, in the order in which it was asked for and is due. */
export const requestsOfAll = {
  name: '0034-requests-of-all',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('role_requests', (table) => {
      table.index(['state', 'id'], 'role_requests_of_all')
      table.index(['state', 'promised_at', 'id'], 'role_requests_due')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('role_requests', (table) => {
      table.dropIndex([], 'role_requests_of_all')
      table.dropIndex([], 'role_requests_due')
    })
  },
}
