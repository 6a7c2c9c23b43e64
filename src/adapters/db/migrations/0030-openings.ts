import type { Knex } from 'knex'

/**
 * Accounts that people open for themselves; and visitors who come for that, and not to take up an invitation. Visitors live a
 * quarter of an hour, so their table is made anew.
 */
export const openings = {
  name: '0030-openings',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('account_openings', (table) => {
      table.text('account_id').primary().references('accounts.id')
      table.text('connection_id').notNullable().references('connections.id')
      table.text('subject').notNullable()
      table.text('key_hash')
      table.text('request_hash').notNullable()
      table.bigInteger('opened_at').notNullable()
      table.unique(['connection_id', 'subject', 'key_hash'])
      table.index(['connection_id', 'subject', 'opened_at'])
    })
    await visitorsAnew(knex, 'purpose', (table) => {
      table.text('purpose').notNullable()
      table.text('invitation_id').references('invitations.id')
    })
  },
  async down(knex: Knex): Promise<void> {
    await visitorsAnew(knex, 'invitation_id', (table) => {
      table.text('invitation_id').notNullable().references('invitations.id')
    })
    await knex.schema.dropTableIfExists('account_openings')
  },
}

async function visitorsAnew(
  knex: Knex,
  purpose: 'purpose' | 'invitation_id',
  addPurpose: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  await knex.schema.dropTable('visitors')
  await knex.schema.createTable('visitors', (table) => {
    table.text('browser_hash').notNullable()
    addPurpose(table)
    table.text('id').notNullable().unique()
    table.text('connection_id').notNullable().references('connections.id')
    table.text('subject').notNullable()
    table.text('idp_session')
    table.bigInteger('settings_at').notNullable()
    table.text('sealed_claims').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.primary(['browser_hash', purpose])
    table.index([purpose, 'created_at'])
    table.index(['connection_id', 'subject'])
    table.index(['expires_at'])
  })
}
