import type { Knex } from 'knex'

/** Invitations into accounts. Of one address there is one open invitation for each account. */
export const invitations = {
  name: '0018-invitations',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('invitations', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable().references('accounts.id')
      table.text('email').notNullable()
      table.text('email_key').notNullable()
      table.text('roles').notNullable()
      table.text('issuer')
      table.text('member_id').references('members.id')
      table.text('state').notNullable()
      table.text('secret_hash').notNullable()
      table.text('claim')
      table.text('invited_by').notNullable()
      table.text('inviter')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('sent_at').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.bigInteger('ended_at')
      table.index(['account_id', 'id'])
    })
    await knex.schema.raw(
      "create unique index invitations_open on invitations (account_id, email_key) where state in ('pending', 'awaiting_confirmation')",
    )
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('invitations')
  },
}
