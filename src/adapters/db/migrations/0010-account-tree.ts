import type { Knex } from 'knex'

/**
 * Accounts as a tree, their suspension and plan; assignments with a beginning and an end. `stopped` counts the suspended
 * accounts from the top down to this one, so that each access decision learns of all of them in one row. `revisit_at`: when
 * time alone changes what a member holds.
 */
export const accountTree = {
  name: '0010-account-tree',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('accounts', (table) => {
      table.text('parent_id')
      table.text('level')
      table.text('entitlements').notNullable().defaultTo('[]')
      table.bigInteger('suspended_at')
      table.integer('stopped').notNullable().defaultTo(0)
      table.index(['parent_id', 'id'])
    })
    await knex.schema.alterTable('assignments', (table) => {
      table.bigInteger('valid_from')
      table.bigInteger('valid_to')
      table.text('assigned_by')
      table.index(['account_id', 'role'])
    })
    await knex.schema.alterTable('propagations', (table) => {
      table.bigInteger('revisit_at')
    })
    await knex.schema.raw(
      'create index propagations_revisit on propagations (revisit_at, member_id) where revisit_at is not null',
    )
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.raw('drop index propagations_revisit')
    await knex.schema.alterTable('propagations', (table) => {
      table.dropColumn('revisit_at')
    })
    await knex.schema.alterTable('assignments', (table) => {
      table.dropIndex(['account_id', 'role'])
      table.dropColumns('valid_from', 'valid_to', 'assigned_by')
    })
    await knex.schema.alterTable('accounts', (table) => {
      table.dropIndex(['parent_id', 'id'])
      table.dropColumns('parent_id', 'level', 'entitlements', 'suspended_at', 'stopped')
    })
  },
}
