import type { Knex } from 'knex'

/** Whether roles in a user's profile count, connection by connection; they did not before, and do not until said so. */
export const rolesFromIdp = {
  name: '0005-roles-from-idp',
  async up(knex: Knex): Promise<void> {
    await knex.schema.alterTable('connections', (table) => {
      table.integer('roles_from_idp').notNullable().defaultTo(0)
    })
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.alterTable('connections', (table) => {
      table.dropColumn('roles_from_idp')
    })
  },
}
