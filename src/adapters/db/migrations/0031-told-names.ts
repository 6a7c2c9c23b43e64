import type { Knex } from 'knex'

/** Who in a directory goes by a user name, whoever was removed included: asked by each access decision of a guest. */
export const toldNames = {
  name: '0031-told-names',
  async up(knex: Knex): Promise<void> {
    await knex.schema.raw('create index directory_users_told_name on directory_users (connection_id, user_name)')
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.raw('drop index directory_users_told_name')
  },
}
