import type { Views } from '../../../application/views.ts'
import { fromGatewayRow, type GatewayRow } from '../gateway-rows.ts'
import { written, type Session } from '../session.ts'

/** Gateways are read for each decision that is asked for, never out of a cache: what is revoked is out at once. */
export function createGatewayViews(session: Session): Pick<Views, 'gateway' | 'gateways'> {
  const { db } = session
  return {
    async gateway(id) {
      const [row] = await session.rows<GatewayRow>(written(session, 'select * from gateways where id = ?', [id]))
      return row && fromGatewayRow(row)
    },
    async gateways(accountId) {
      const rows = await session.rows<GatewayRow>(db('gateways').where({ account_id: accountId }).orderBy('id'))
      return rows.map(fromGatewayRow)
    },
  }
}

export async function touchGateway({ db, run }: Session, id: string, at: number): Promise<void> {
  await run(db('gateways').where({ id }).update({ last_used_at: at }))
}
