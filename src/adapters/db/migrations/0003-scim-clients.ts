import type { Knex } from 'knex'

/** OAuth clients of connections, what they prove themselves by, and what they were given; scopes and rate limits. */
export const scimClients = {
  name: '0003-scim-clients',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('connections', (table) => {
      table.integer('rate_per_second')
      table.integer('rate_burst')
    })
    await knex.schema.alterTable('scim_tokens', (table) => {
      table.text('scopes').notNullable().defaultTo('users groups')
    })
    await clients(knex)
    await accessTokens(knex)
  },
  async down(knex: Knex): Promise<void> {
    for (const table of ['oauth_assertions', 'oauth_access_tokens', 'oauth_client_secrets', 'oauth_clients'])
      await knex.schema.dropTableIfExists(table)
    await knex.schema.alterTable('scim_tokens', (table) => {
      table.dropColumn('scopes')
    })
    await knex.schema.alterTable('connections', (table) => {
      table.dropColumn('rate_per_second')
      table.dropColumn('rate_burst')
    })
  },
}

async function clients(knex: Knex): Promise<void> {
  await knex.schema.createTable('oauth_clients', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('connection_id').notNullable().references('connections.id')
    table.text('name').notNullable()
    table.text('scopes').notNullable()
    table.text('issuer')
    table.text('subject')
    table.text('audience')
    table.text('jwks_url')
    table.bigInteger('created_at').notNullable()
    table.bigInteger('revoked_at')
    table.bigInteger('last_used_at')
    table.index(['connection_id', 'id'])
  })
  await knex.schema.createTable('oauth_client_secrets', (table) => {
    table.text('id').primary()
    table.text('client_id').notNullable().references('oauth_clients.id')
    table.text('secret_hash').notNullable()
    table.text('hint').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.bigInteger('revoked_at')
    table.bigInteger('last_used_at')
    table.index(['client_id', 'id'])
  })
}

async function accessTokens(knex: Knex): Promise<void> {
  await knex.schema.createTable('oauth_access_tokens', (table) => {
    table.text('id').primary()
    table.text('client_id').notNullable().references('oauth_clients.id')
    table.text('secret_id').references('oauth_client_secrets.id')
    table.text('secret_hash').notNullable()
    table.text('scopes').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.index(['client_id', 'expires_at'])
  })
  await knex.schema.createTable('oauth_assertions', (table) => {
    table.text('client_id').notNullable().references('oauth_clients.id')
    table.text('jti_hash').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.primary(['client_id', 'jti_hash'])
    table.index(['client_id', 'expires_at'])
  })
}
