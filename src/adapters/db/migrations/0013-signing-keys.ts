import type { Knex } from 'knex'

/** Keys that tokens for gateways are signed with; their private halves lie in `sealed_secrets`. */
export const signingKeys = {
  name: '0013-signing-keys',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('signing_keys', (table) => {
      table.text('id').primary()
      table.integer('position').notNullable().unique()
      table.text('public_jwk').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('signs_from').notNullable()
      table.bigInteger('published_until')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('signing_keys')
  },
}
