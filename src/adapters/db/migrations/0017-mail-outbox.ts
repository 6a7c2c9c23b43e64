import type { Knex } from 'knex'

/** Mail that is to be sent, written in the transaction that causes it. The texts are sealed secrets. */
export const mailOutbox = {
  name: '0017-mail-outbox',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('mail_outbox', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable()
      table.text('about').notNullable()
      table.text('caused_by').notNullable()
      table.text('recipient').notNullable()
      table.text('subject').notNullable()
      table.text('state').notNullable()
      table.integer('attempts').notNullable()
      table.text('error')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('next_attempt_at').notNullable()
      table.bigInteger('until_at').notNullable()
      table.bigInteger('sent_at')
      table.index(['about', 'id'])
      table.index(['account_id', 'created_at'])
      table.index(['caused_by', 'created_at'])
      table.index(['created_at'], 'mail_outbox_age')
    })
    await knex.schema.raw("create index mail_outbox_due on mail_outbox (next_attempt_at) where state = 'waiting'")
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('mail_outbox')
  },
}
