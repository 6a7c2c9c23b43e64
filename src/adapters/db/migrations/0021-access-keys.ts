import type { Knex } from 'knex'

/** Access keys of people and of organisations. Of a secret there is an HMAC only. */
export const accessKeys = {
  name: '0021-access-keys',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('access_keys', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable().references('accounts.id')
      table.text('member_id').references('members.id')
      table.bigInteger('incarnation')
      table.text('name').notNullable()
      table.text('roles')
      table.text('secret_hash').notNullable()
      table.text('hint').notNullable()
      table.bigInteger('secret_made_at').notNullable()
      table.text('former_hash')
      table.bigInteger('former_until')
      table.text('created_by').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('expires_at')
      table.bigInteger('disabled_at')
      table.bigInteger('last_used_at')
      table.index(['account_id', 'id'])
      table.index(['member_id', 'id'])
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('access_keys')
  },
}
