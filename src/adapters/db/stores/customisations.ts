import type { CustomisationViews, Customisations } from '../../../application/customisations/customisation-store.ts'
import type { Customisation } from '../../../domain/customisation.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'

type Row = {
  member_id: string
  account_id: string
  incarnation: number
  cells: string
  set_by: string
  set_at: number
}

export function createCustomisations(session: Session): Customisations {
  const { db } = session
  return {
    find: (memberId) => find(session, memberId),
    put: (customisation) =>
      session.run(db('customisations').insert(toRow(customisation)).onConflict('member_id').merge()),
    remove: (memberId) => session.run(db('customisations').where({ member_id: memberId }).delete()),
  }
}

export function createCustomisationViews(session: Session): CustomisationViews {
  return { customisation: (memberId) => find(session, memberId) }
}

async function find(session: Session, memberId: string): Promise<Customisation | undefined> {
  const rows = await session.rows<Row>(session.db('customisations').where({ member_id: memberId }))
  return rows.map(fromRow)[0]
}

function toRow({ memberId, accountId, incarnation, cells, setBy, setAt }: Customisation): Row {
  const whose = { member_id: memberId, account_id: accountId, incarnation }
  return { ...whose, cells: JSON.stringify(cells), set_by: setBy, set_at: setAt }
}

function fromRow({ member_id, account_id, incarnation, cells, set_by, set_at }: Row): Customisation {
  const whose = { memberId: member_id, accountId: account_id, incarnation }
  return { ...whose, cells: parseJson(cells), setBy: set_by, setAt: set_at }
}
