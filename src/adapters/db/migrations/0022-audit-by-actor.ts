import type { Knex } from 'knex'

/** What somebody did, and what was done to something, is found without a walk through the whole log. */
export const auditByActor = {
  name: '0022-audit-by-actor',
  async up(knex: Knex): Promise<void> {
    for (const column of ['actor', 'target'])
      await knex.raw(`create index audit_events_of_${column} on audit_events (account_id, ${column}, at, id)`)
  },
  async down(knex: Knex): Promise<void> {
    for (const column of ['actor', 'target']) await knex.raw(`drop index if exists audit_events_of_${column}`)
  },
}
