import type { Knex } from 'knex'

/** Signals of IdPs that have been followed, until they are too old to be sent again. */
export const idpSignals = {
  name: '0020-idp-signals',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('idp_signals', (table) => {
      table.text('connection_id').notNullable().references('connections.id')
      table.text('jti_hash').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.primary(['connection_id', 'jti_hash'])
      table.index(['connection_id', 'expires_at'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('idp_signals')
  },
}
