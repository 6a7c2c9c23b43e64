import type { Knex } from 'knex'

/**
 * Credentials of gateways, and access keys. A key's secret is kept as a keyed digest (`mac`, made under the secret key
 * `mac_key`); while a rotation overlaps, the former one beside it. `roles` null: the key acts with what its member holds.
 */
export const decisionsAndKeys = {
  name: '0015-decisions-and-keys',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('gateways', (table) => {
      table.text('id').primary()
      table.text('account_id').references('accounts.id')
      table.text('name').notNullable()
      table.text('secret_hash').notNullable()
      table.text('hint').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('revoked_at')
      table.bigInteger('last_used_at')
      table.index(['account_id', 'id'])
    })
    await knex.schema.createTable('access_keys', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable().references('accounts.id')
      table.text('member_id').references('members.id')
      table.bigInteger('incarnation')
      table.text('name').notNullable()
      table.text('mac').notNullable()
      table.text('mac_key').notNullable()
      table.text('former_mac')
      table.text('former_mac_key')
      table.bigInteger('former_until')
      table.text('roles')
      table.text('scope')
      table.text('made_by').notNullable()
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
    await knex.schema.dropTableIfExists('gateways')
  },
}
