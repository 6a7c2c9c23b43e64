import type { Visitors, VisitorViews } from '../../../application/invitations/visitor-store.ts'
import type { Visitor } from '../../../domain/visitor.ts'
import { written, type Session } from '../session.ts'

type VisitorRow = {
  browser_hash: string
  purpose: string
  invitation_id: string | null
  id: string
  connection_id: string
  subject: string
  idp_session: string | null
  settings_at: number
  sealed_claims: string
  created_at: number
  expires_at: number
}

export function createVisitors(session: Session): Visitors {
  const { db } = session
  return {
    async put(visitor, keep) {
      const { purpose, browser_hash, connection_id, subject } = toRow(visitor)
      const same = visitor.invitationId === null ? { purpose, connection_id, subject } : { purpose }
      const others = db('visitors').where(same).whereNot({ browser_hash })
      const old = await session.rows<{ id: string }>(
        others
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .select('id')
          .offset(keep - 1),
      )
      for (const { id } of old) await session.run(db('visitors').where({ id }).delete())
      await session.run(db('visitors').insert(toRow(visitor)).onConflict(['browser_hash', 'purpose']).merge())
    },
    async take(browserHash, invitationId) {
      const text = 'delete from visitors where browser_hash = ? and purpose = ? returning *'
      const [row] = await session.rows<VisitorRow>(written(session, text, [browserHash, purposeOf(invitationId)]))
      return row && fromRow(row)
    },
    async endAll(browserHash) {
      const text = 'delete from visitors where browser_hash = ? returning *'
      return (await session.rows<VisitorRow>(written(session, text, [browserHash]))).map(fromRow)
    },
  }
}

export function createVisitorViews(session: Session): VisitorViews {
  return {
    async visitor(browserHash, invitationId) {
      const query = session.db('visitors').where({ browser_hash: browserHash, purpose: purposeOf(invitationId) })
      const [row] = await session.rows<VisitorRow>(query)
      return row && fromRow(row)
    },
  }
}

/** What a browser has one visitor for: an invitation, by its id, or an account of his own. */
function purposeOf(invitationId: string | null): string {
  return invitationId ?? 'open-account'
}

function fromRow(row: VisitorRow): Visitor {
  return {
    ...{ id: row.id, invitationId: row.invitation_id, browserHash: row.browser_hash },
    ...{ connectionId: row.connection_id, subject: row.subject, idpSession: row.idp_session },
    ...{ settingsAt: row.settings_at, sealedClaims: row.sealed_claims },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at },
  }
}

function toRow(visitor: Visitor): VisitorRow {
  return {
    ...{ id: visitor.id, browser_hash: visitor.browserHash },
    ...{ purpose: purposeOf(visitor.invitationId), invitation_id: visitor.invitationId },
    ...{ connection_id: visitor.connectionId, subject: visitor.subject, idp_session: visitor.idpSession },
    ...{ settings_at: visitor.settingsAt, sealed_claims: visitor.sealedClaims },
    ...{ created_at: visitor.createdAt, expires_at: visitor.expiresAt },
  }
}
