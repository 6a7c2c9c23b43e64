import type { Leaver, Retirements } from '../../../application/connections/retirement-store.ts'
import { leaversOfConnection } from '../leavers.ts'
import { retirementFacts } from '../retirement-facts.ts'
import { retirementPeople } from '../retirement-people.ts'
import { written, type Session } from '../session.ts'

const leavers = `with ${leaversOfConnection} select id from leavers order by id`

export function createRetirements(session: Session): Retirements {
  const { db, dialect } = session
  return {
    facts: (connectionId, now) => retirementFacts(session, connectionId, now),
    people: (from, slice) => retirementPeople(session, from, slice),
    async leavers(connectionId) {
      const query = written(session, leavers, [connectionId, connectionId, connectionId, connectionId])
      const ids = (await session.rows<{ id: string }>(query)).map(({ id }) => id)
      const locked = db('members')
        .select('id', 'status')
        .where(dialect.among('id', ids))
        .whereNot('status', 'removed')
        .orderBy('id')
      return session.rows<Leaver>(dialect.forUpdate(locked))
    },
    async retire(connectionId, at) {
      await session.run(db('connections').where({ id: connectionId }).update({ state: 'retired' }))
      await forgetPeople(session, connectionId, at)
      for (const table of ['pending_sign_ins', 'visitors', 'default_accounts'])
        await session.run(db(table).where({ connection_id: connectionId }).delete())
    },
    async removeMembers(ids, at) {
      const removed = { status: 'removed', status_version: db.raw('status_version + 1'), updated_at: at }
      await session.run(db('members').where(dialect.among('id', ids)).whereNot('status', 'removed').update(removed))
    },
  }
}

/** As a directory removes them: tombstones stay. */
async function forgetPeople({ db, run }: Session, connectionId: string, at: number): Promise<void> {
  const tombstone = { removed_at: at, updated_at: at, version: db.raw('version + 1') }
  const groups = db('directory_groups').select('id').where({ connection_id: connectionId })
  await run(db('memberships').whereIn('group_id', groups).delete())
  for (const table of ['directory_user_emails', 'directory_unique_values'])
    await run(db(table).where({ connection_id: connectionId }).delete())
  for (const table of ['directory_users', 'directory_groups'])
    await run(db(table).where({ connection_id: connectionId, removed_at: null }).update(tombstone))
}
