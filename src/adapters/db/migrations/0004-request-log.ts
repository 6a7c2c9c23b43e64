import type { Knex } from 'knex'

/**
 * What each SCIM request was, redacted, and which members it was about. Rows are appended and purged by age; the columns that
 * lists are narrowed by lie in the index that orders them.
 */
export const requestLog = {
  name: '0004-request-log',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('scim_requests', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable()
      table.text('connection_id').notNullable()
      table.bigInteger('at').notNullable()
      table.text('operation').notNullable()
      table.text('method').notNullable()
      table.text('path').notNullable()
      table.text('query')
      table.integer('status').notNullable()
      table.text('scim_type')
      table.text('detail')
      table.bigInteger('micros').notNullable()
      table.text('credential_id')
      table.text('request_body')
      table.text('answer_body')
      table.text('notes').notNullable()
      table.text('changed').notNullable()
      table.index(['connection_id', 'at', 'id', 'status', 'method'], 'scim_requests_in_time')
      table.index(['at'], 'scim_requests_age')
    })
    await knex.schema.raw(
      'create index scim_requests_failed on scim_requests (connection_id, at, id, status, method) where status >= 400',
    )
    await knex.schema.createTable('scim_request_members', (table) => {
      table.text('request_id').notNullable().references('scim_requests.id').onDelete('CASCADE')
      table.text('member_id').notNullable()
      table.bigInteger('at').notNullable()
      table.primary(['request_id', 'member_id'])
      table.index(['member_id', 'at', 'request_id'], 'scim_request_members_in_time')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('scim_request_members')
    await knex.schema.dropTableIfExists('scim_requests')
  },
}
