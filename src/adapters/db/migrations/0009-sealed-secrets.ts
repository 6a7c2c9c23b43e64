import type { Knex } from 'knex'

/** Secrets that have to be read again, each sealed for its place. */
export const sealedSecrets = {
  name: '0009-sealed-secrets',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('sealed_secrets', (table) => {
      table.text('place').primary()
      table.text('key_id').notNullable()
      table.text('sealed').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['key_id', 'place'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('sealed_secrets')
  },
}
