import type { Visitors, VisitorViews } from '../../../application/invitations/visitor-store.ts'
import type { Visitor } from '../../../domain/visitor.ts'
import { written, type Session } from '../session.ts'

type VisitorRow = {
  browser_hash: string
  invitation_id: string
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
      const { invitationId: invitation_id, browserHash: browser_hash } = visitor
      const others = db('visitors').where({ invitation_id }).whereNot({ browser_hash })
      const old = await session.rows<{ id: string }>(
        others
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .select('id')
          .offset(keep - 1),
      )
      for (const { id } of old) await session.run(db('visitors').where({ invitation_id, id }).delete())
      await session.run(db('visitors').insert(toRow(visitor)).onConflict(['browser_hash', 'invitation_id']).merge())
    },
    async take(browserHash, invitationId) {
      const text = 'delete from visitors where browser_hash = ? and invitation_id = ? returning *'
      const [row] = await session.rows<VisitorRow>(written(session, text, [browserHash, invitationId]))
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
      const query = session.db('visitors').where({ browser_hash: browserHash, invitation_id: invitationId })
      const [row] = await session.rows<VisitorRow>(query)
      return row && fromRow(row)
    },
  }
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
    ...{ id: visitor.id, invitation_id: visitor.invitationId, browser_hash: visitor.browserHash },
    ...{ connection_id: visitor.connectionId, subject: visitor.subject, idp_session: visitor.idpSession },
    ...{ settings_at: visitor.settingsAt, sealed_claims: visitor.sealedClaims },
    ...{ created_at: visitor.createdAt, expires_at: visitor.expiresAt },
  }
}
