import type { Knex } from 'knex'

/** Accounts, connections, the directory as told, members, their propagation and grants, the audit log. */
export const foundation = {
  name: '0001-foundation',
  async up(knex: Knex): Promise<void> {
    await tenancy(knex)
    await people(knex)
    await propagations(knex)
    await directoryUsers(knex)
    await directoryGroups(knex)
    await mappings(knex)
    await grants(knex)
    await audit(knex)
  },
  async down(knex: Knex): Promise<void> {
    const tables = ['audit_events', 'grants', 'assignments', 'mappings', 'memberships', 'directory_groups']
    const more = ['directory_user_emails', 'directory_users', 'propagations', 'members', 'scim_tokens', 'connections']
    for (const table of [...tables, ...more, 'accounts', 'settings']) await knex.schema.dropTableIfExists(table)
  },
}

async function tenancy(knex: Knex): Promise<void> {
  await knex.schema.createTable('settings', (table) => {
    table.text('key').primary()
    table.text('value').notNullable()
  })
  await knex.schema.createTable('accounts', (table) => {
    table.text('id').primary()
    table.text('name').notNullable()
    table.text('catalog').notNullable()
    table.bigInteger('epoch').notNullable()
    table.bigInteger('created_at').notNullable()
  })
  await knex.schema.createTable('connections', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('name').notNullable()
    table.text('kind').notNullable()
    table.text('state').notNullable()
    table.text('email_policy').notNullable()
    table.bigInteger('created_at').notNullable()
    table.index(['account_id', 'id'])
  })
  await knex.schema.createTable('scim_tokens', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('connection_id').notNullable().references('connections.id')
    table.text('secret_hash').notNullable()
    table.text('hint').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('expires_at').notNullable()
    table.bigInteger('revoked_at')
    table.bigInteger('last_used_at')
    table.index(['connection_id'])
  })
}

async function people(knex: Knex): Promise<void> {
  await knex.schema.createTable('members', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('user_name').notNullable()
    table.text('user_name_key').notNullable()
    table.text('email')
    table.text('display_name')
    table.text('status').notNullable()
    table.text('suspended_by').notNullable()
    table.bigInteger('incarnation').notNullable()
    table.bigInteger('status_version').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    table.index(['account_id', 'id'])
    table.index(['account_id', 'user_name_key'])
  })
}

async function propagations(knex: Knex): Promise<void> {
  await knex.schema.createTable('propagations', (table) => {
    table.text('member_id').primary().references('members.id')
    table.text('account_id').notNullable()
    table.bigInteger('desired_rev').notNullable()
    table.bigInteger('applied_rev').notNullable()
    table.bigInteger('applied_epoch').notNullable()
    table.bigInteger('applied_at')
    table.integer('leaving').notNullable()
    table.bigInteger('dirty_since').notNullable()
    table.text('status').notNullable()
    table.integer('attempts').notNullable()
    table.bigInteger('next_attempt_at').notNullable()
    table.text('error_class')
    table.text('error')
    table.bigInteger('claim').notNullable()
    table.text('lease_owner')
    table.bigInteger('lease_until').notNullable()
    table.text('caused_by').notNullable()
    table.index(['account_id', 'applied_epoch', 'member_id'])
  })
  await knex.schema.raw("create index propagations_blocked on propagations (account_id) where status = 'blocked'")
  await knex.schema.raw(
    'create index propagations_dirty on propagations (leaving desc, dirty_since, member_id) where desired_rev > applied_rev',
  )
}

async function directoryUsers(knex: Knex): Promise<void> {
  await knex.schema.createTable('directory_users', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable()
    table.text('connection_id').notNullable().references('connections.id')
    table.text('member_id').notNullable().references('members.id')
    table.text('external_id')
    table.text('user_name').notNullable()
    table.text('user_name_key').notNullable()
    table.text('display_name')
    table.text('display_name_key')
    table.integer('active').notNullable()
    table.text('attributes').notNullable()
    table.bigInteger('version').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    table.bigInteger('removed_at')
    table.index(['connection_id', 'external_id'])
    table.index(['member_id'])
  })
  await knex.schema.raw(
    'create unique index directory_users_live_name on directory_users (connection_id, user_name_key) where removed_at is null',
  )
  await knex.schema.raw(
    'create index directory_users_live on directory_users (connection_id, id) where removed_at is null',
  )
  await knex.schema.createTable('directory_user_emails', (table) => {
    table.text('user_id').notNullable().references('directory_users.id').onDelete('CASCADE')
    table.integer('position').notNullable()
    table.text('connection_id').notNullable()
    table.text('value_key').notNullable()
    table.text('type_key')
    table.integer('is_primary').notNullable()
    table.primary(['user_id', 'position'])
    table.index(['connection_id', 'value_key'])
  })
}

async function directoryGroups(knex: Knex): Promise<void> {
  await knex.schema.createTable('directory_groups', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable()
    table.text('connection_id').notNullable().references('connections.id')
    table.text('external_id')
    table.text('display_name').notNullable()
    table.text('display_name_key').notNullable()
    table.text('attributes').notNullable()
    table.bigInteger('version').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    table.bigInteger('removed_at')
    table.index(['connection_id', 'external_id'])
  })
  await knex.schema.raw(
    'create unique index directory_groups_live_name on directory_groups (connection_id, display_name_key) where removed_at is null',
  )
  await knex.schema.raw(
    'create index directory_groups_live on directory_groups (connection_id, id) where removed_at is null',
  )
  await knex.schema.createTable('memberships', (table) => {
    table.text('group_id').notNullable().references('directory_groups.id')
    table.text('value').notNullable()
    table.primary(['group_id', 'value'])
    table.index(['value', 'group_id'])
  })
}

async function mappings(knex: Knex): Promise<void> {
  await knex.schema.createTable('mappings', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('connection_id').notNullable().references('connections.id')
    table.text('group_id').references('directory_groups.id')
    table.text('group_name')
    table.text('group_name_key')
    table.text('role').notNullable()
    table.text('state').notNullable()
    table.bigInteger('created_at').notNullable()
    table.index(['account_id', 'id'])
    table.index(['group_id', 'state'])
    table.index(['connection_id', 'state', 'group_name_key'])
  })
  await knex.schema.raw('create unique index mappings_once on mappings (group_id, role) where group_id is not null')
  await knex.schema.raw(
    'create unique index mappings_once_named on mappings (connection_id, group_name_key, role) where group_id is null',
  )
}

async function grants(knex: Knex): Promise<void> {
  await knex.schema.createTable('assignments', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable()
    table.text('member_id').notNullable().references('members.id')
    table.text('role').notNullable()
    table.text('source').notNullable()
    table.bigInteger('incarnation').notNullable()
    table.bigInteger('created_at').notNullable()
    table.index(['member_id'])
  })
  await knex.schema.createTable('grants', (table) => {
    table.text('member_id').notNullable().references('members.id')
    table.text('account_id').notNullable()
    table.text('role').notNullable()
    table.text('source').notNullable()
    table.text('paths').notNullable()
    table.bigInteger('incarnation').notNullable()
    table.bigInteger('granted_at').notNullable()
    table.primary(['member_id', 'role', 'source'])
    table.index(['account_id', 'role', 'member_id'])
  })
}

async function audit(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_events', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable()
    table.bigInteger('at').notNullable()
    table.text('actor').notNullable()
    table.text('action').notNullable()
    table.text('operation').notNullable()
    table.text('target').notNullable()
    table.text('member_id')
    table.text('detail').notNullable()
    table.index(['account_id', 'id'])
    table.index(['member_id', 'id'])
  })
}
