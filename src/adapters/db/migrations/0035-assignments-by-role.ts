import type { Knex } from 'knex'

/** Who was given a role by hand: looked for where somebody is the last who manages an account. */
export const assignmentsByRole = {
  name: '0035-assignments-by-role',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('assignments', (table) => {
      table.index(['account_id', 'role', 'member_id'], 'assignments_by_role')
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('assignments', (table) => {
      table.dropIndex([], 'assignments_by_role')
    })
  },
}
