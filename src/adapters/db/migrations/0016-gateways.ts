import type { Knex } from 'knex'

/** Credentials of the platform’s gateways, which ask for decisions. */
export const gateways = {
  name: '0016-gateways',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('gateways', (table) => {
      table.text('id').primary()
      table.text('account_id').references('accounts.id')
      table.text('name').notNullable()
      table.text('secret_hash').notNullable()
      table.text('hint').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('revoked_at')
      table.bigInteger('last_used_at')
      table.index(['account_id', 'id'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('gateways')
  },
}
