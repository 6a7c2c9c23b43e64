import type { Knex } from 'knex'

/** Where somebody with several accounts lands at sign-in, by his choice. */
export const defaultAccounts = {
  name: '0026-default-accounts',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('default_accounts', (table) => {
      table.text('connection_id').notNullable().references('connections.id')
      table.text('subject').notNullable()
      table.text('account_id').notNullable().references('accounts.id')
      table.primary(['connection_id', 'subject'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('default_accounts')
  },
}
