import type { Knex } from 'knex'

/** Sign-in by OpenID Connect: settings of connections, identities, sign-ins under way, sessions, one-time links. */
export const signIn = {
  name: '0012-sign-in',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.text('sign_in_name')
    })
    await knex.schema.raw('create unique index accounts_sign_in_name on accounts (sign_in_name)')
    await oidcSettings(knex)
    await identityLinks(knex)
    await pendingSignIns(knex)
    await sessions(knex)
    await oneTimeLinks(knex)
  },
  async down(knex: Knex): Promise<void> {
    for (const table of ['one_time_links', 'sessions', 'pending_sign_ins', 'identity_links', 'oidc_settings'])
      await knex.schema.dropTableIfExists(table)
    await knex.schema.raw('drop index accounts_sign_in_name')
    await knex.schema.alterTable('accounts', (table) => {
      table.dropColumn('sign_in_name')
    })
  },
}

async function oidcSettings(knex: Knex): Promise<void> {
  await knex.schema.createTable('oidc_settings', (table) => {
    table.text('connection_id').primary().references('connections.id')
    table.text('account_id').notNullable().references('accounts.id')
    table.text('issuer').notNullable()
    table.text('client_id').notNullable()
    table.text('auth_method').notNullable()
    table.integer('has_secret').notNullable()
    table.text('key_id')
    table.text('public_jwk')
    table.text('authority').notNullable()
    table.text('default_role')
    table.text('pair_attribute')
    table.text('pair_claim')
    table.text('tenant')
    table.text('scopes').notNullable()
    table.integer('max_age_seconds')
    table.integer('enabled').notNullable()
    table.integer('platform').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    table.index(['account_id', 'connection_id'])
    table.index(['issuer', 'connection_id'])
  })
  await knex.schema.raw('create index oidc_settings_platform on oidc_settings (connection_id) where platform = 1')
}

async function identityLinks(knex: Knex): Promise<void> {
  await knex.schema.createTable('identity_links', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('member_id').notNullable().references('members.id')
    table.bigInteger('incarnation').notNullable()
    table.text('connection_id').notNullable().references('connections.id')
    table.text('subject').notNullable()
    table.text('issuer').notNullable()
    table.text('object_id')
    table.bigInteger('created_at').notNullable()
    table.bigInteger('last_used_at')
    table.bigInteger('ended_at')
    table.index(['member_id'])
    table.index(['connection_id', 'subject', 'account_id'])
  })
  await knex.schema.raw(
    'create unique index identity_links_live on identity_links (connection_id, subject, account_id) where ended_at is null',
  )
}

async function pendingSignIns(knex: Knex): Promise<void> {
  await knex.schema.createTable('pending_sign_ins', (table) => {
    table.text('state_hash').primary()
    table.text('connection_id').notNullable().references('connections.id')
    table.text('browser_hash').notNullable()
    table.text('issuer').notNullable()
    table.text('client_id').notNullable()
    table.text('sealed_checks').notNullable()
    table.text('account_id')
    table.text('return_to').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.index(['expires_at'])
  })
}

async function sessions(knex: Knex): Promise<void> {
  await knex.schema.createTable('sessions', (table) => {
    table.text('id').primary()
    table.text('secret_hash').notNullable().unique()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('member_id').notNullable().references('members.id')
    table.bigInteger('incarnation').notNullable()
    table.text('link_id').references('identity_links.id')
    table.text('connection_id').references('connections.id')
    table.text('subject')
    table.text('idp_session')
    table.text('acr')
    table.text('amr').notNullable()
    table.bigInteger('auth_time')
    table.text('sealed_id_token')
    table.bigInteger('started_at').notNullable()
    table.bigInteger('last_seen_at').notNullable()
    table.bigInteger('ends_at').notNullable()
    table.index(['member_id'])
    table.index(['link_id'])
    table.index(['connection_id', 'subject'])
    table.index(['connection_id', 'idp_session'])
    table.index(['ends_at'])
    table.index(['last_seen_at'])
  })
}

async function oneTimeLinks(knex: Knex): Promise<void> {
  await knex.schema.createTable('one_time_links', (table) => {
    table.text('id').primary()
    table.text('secret_hash').notNullable().unique()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('member_id').notNullable().references('members.id')
    table.bigInteger('incarnation').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.index(['expires_at'])
  })
}
