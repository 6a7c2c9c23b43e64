import type { Knex } from 'knex'

/** What an account gives beside its catalog’s roles: groups of its own, and what people ask for. */
export const permissionGroups = {
  name: '0015-permission-groups',
  async up(knex: Knex): Promise<void> {
    await whatIsGiven(knex)
    await whatIsAskedFor(knex)
  },
  async down(knex: Knex): Promise<void> {
    for (const table of ['role_requests', 'permission_groups']) await knex.schema.dropTableIfExists(table)
  },
}

async function whatIsGiven(knex: Knex): Promise<void> {
  await knex.schema.createTable('permission_groups', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('name').notNullable()
    table.text('name_key').notNullable()
    table.text('cells').notNullable()
    table.text('copied_from')
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    table.unique(['account_id', 'name_key'])
  })
}

async function whatIsAskedFor(knex: Knex): Promise<void> {
  await knex.schema.createTable('role_requests', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    table.text('member_id').notNullable().references('members.id')
    table.bigInteger('incarnation').notNullable()
    table.text('role').notNullable()
    table.text('reason')
    table.text('state').notNullable()
    table.text('asked_by').notNullable()
    table.bigInteger('asked_at').notNullable()
    table.bigInteger('promised_at').notNullable()
    table.text('decided_by')
    table.bigInteger('decided_at')
    table.text('answer')
    table.index(['account_id', 'state', 'id'])
    table.index(['account_id', 'id'])
    table.index(['member_id', 'id'])
  })
  await knex.schema.raw(
    "create unique index role_requests_open on role_requests (member_id, role) where state = 'open'",
  )
}
