import type { Knex } from 'knex'

/** By which attribute of the directory's people an identity was named when it signed in last. */
export const identityPairs = {
  name: '0029-identity-pairs',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('identity_pairs', (table) => {
      table.text('connection_id').notNullable().references('connections.id')
      table.text('subject').notNullable()
      table.text('attribute').notNullable()
      table.text('value').notNullable()
      table.primary(['connection_id', 'subject'])
      table.index(['connection_id', 'value'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('identity_pairs')
  },
}
