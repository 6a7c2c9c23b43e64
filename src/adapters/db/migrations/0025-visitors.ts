import type { Knex } from 'knex'

/** Whoever signs in to take up an invitation without being a member of anything, and the invitation of a sign-in under way. */
export const visitors = {
  name: '0025-visitors',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('visitors', (table) => {
      table.text('browser_hash').notNullable()
      table.text('invitation_id').notNullable().references('invitations.id')
      table.text('id').notNullable().unique()
      table.text('connection_id').notNullable().references('connections.id')
      table.text('subject').notNullable()
      table.text('idp_session')
      table.bigInteger('settings_at').notNullable()
      table.text('sealed_claims').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.primary(['browser_hash', 'invitation_id'])
      table.index(['invitation_id', 'created_at'])
      table.index(['connection_id', 'subject'])
      table.index(['expires_at'])
    })
    await knex.schema.alterTable('pending_sign_ins', (table) => {
      table.text('sealed_invitation')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('pending_sign_ins', (table) => {
      table.dropColumn('sealed_invitation')
    })
    await knex.schema.dropTableIfExists('visitors')
  },
}
