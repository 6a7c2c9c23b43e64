import type { Knex } from 'knex'

/** Answers to requests that came with an Idempotency-Key, so that the same request is not carried out twice. */
export const keptAnswers = {
  name: '0019-kept-answers',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('kept_answers', (table) => {
      table.text('place').primary()
      table.text('claim').notNullable()
      table.text('request').notNullable()
      table.text('operation').notNullable()
      table.text('answer')
      table.bigInteger('claimed_at').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.index(['expires_at'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('kept_answers')
  },
}
