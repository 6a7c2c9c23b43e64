import type { Openings } from '../../../application/openings/opening-store.ts'
import type { Opening } from '../../../domain/opening.ts'
import type { Session } from '../session.ts'

type OpeningRow = {
  account_id: string
  connection_id: string
  subject: string
  key_hash: string | null
  request_hash: string
  opened_at: number
}

export function createOpenings(session: Session): Openings {
  const of = (who: { connectionId: string; subject: string }) =>
    session.db('account_openings').where({ connection_id: who.connectionId, subject: who.subject })
  return {
    async insert(opening) {
      await session.run(session.db('account_openings').insert(toRow(opening)))
    },
    async named(who, keyHash) {
      const [row] = await session.rows<OpeningRow>(of(who).where({ key_hash: keyHash }))
      return row && fromRow(row)
    },
    async since(who, after) {
      const query = of(who).where('opened_at', '>', after).select('opened_at')
      return (await session.rows<Pick<OpeningRow, 'opened_at'>>(query)).map(({ opened_at }) => opened_at)
    },
  }
}

function fromRow(row: OpeningRow): Opening {
  return {
    ...{ accountId: row.account_id, connectionId: row.connection_id, subject: row.subject },
    ...{ keyHash: row.key_hash, requestHash: row.request_hash, openedAt: row.opened_at },
  }
}

function toRow({ accountId, connectionId, subject, keyHash, requestHash, openedAt }: Opening): OpeningRow {
  return {
    ...{ account_id: accountId, connection_id: connectionId, subject },
    ...{ key_hash: keyHash, request_hash: requestHash, opened_at: openedAt },
  }
}
