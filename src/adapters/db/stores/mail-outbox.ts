import type { Knex } from 'knex'
import type { MailKey, MailOutbox } from '../../../application/mail/mail-ports.ts'
import { fromMailRow, toMailRow, type MailRow } from '../mail-rows.ts'
import type { Session } from '../session.ts'

/** `added` is told of each mail that is laid in. */
export function createMailOutbox(session: Session, added: () => void): MailOutbox {
  const { db, dialect } = session
  const later = (ms: number) => db.raw('? + ?', [dialect.now(), Math.round(ms)])
  const waiting = () => db('mail_outbox').where({ state: 'waiting' })
  const due = () => waiting().where('next_attempt_at', '<=', dialect.now())
  return {
    async add(mail) {
      added()
      await session.run(db('mail_outbox').insert(toMailRow(mail)))
    },
    drop: (about) => drop(session, waiting().where({ about }), 'it was of no use any more'),
    dropLate: () => drop(session, due().where('until_at', '<=', dialect.now()), 'it could not be sent in time'),
    async claim(limit, leaseMs) {
      const ids = due().select('id').orderBy('next_attempt_at').limit(limit)
      const claimed = db('mail_outbox')
        .whereIn('id', dialect.name === 'postgres' ? ids.forUpdate().skipLocked() : ids)
        .update({ attempts: db.raw('attempts + 1'), next_attempt_at: later(leaseMs) })
      return (await session.rows<MailRow>(claimed.returning('*'))).map(fromMailRow)
    },
    async settle({ id, attempts }, outcome) {
      const mine = waiting().where({ id, attempts }).returning('id')
      if (outcome.kind === 'again') {
        await session.rows(mine.update({ error: outcome.error, next_attempt_at: later(outcome.waitMs) }))
        return false
      }
      const error = outcome.kind === 'failed' ? outcome.error : null
      const sentAt = outcome.kind === 'sent' ? dialect.now() : null
      return (await session.rows(mine.update({ state: outcome.kind, error, sent_at: sentAt }))).length > 0
    },
    async purge(before, limit) {
      const old = db('mail_outbox').select('id').where('created_at', '<', before).orderBy('created_at').limit(limit)
      return (await session.rows(db('mail_outbox').whereIn('id', old).delete().returning('id'))).length
    },
  }
}

async function drop(session: Session, which: Knex.QueryBuilder, reason: string): Promise<MailKey[]> {
  const gone = { state: 'dropped', error: session.db.raw('coalesce(error, ?)', [reason]) }
  const rows = await session.rows<Pick<MailRow, 'id' | 'account_id'>>(
    which.update(gone).returning(['id', 'account_id']),
  )
  return rows.map((row) => ({ id: row.id, accountId: row.account_id }))
}
