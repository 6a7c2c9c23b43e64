import type { Gateways } from '../../../application/ports.ts'
import { fromGatewayRow, toGatewayRow, type GatewayRow } from '../gateway-rows.ts'
import type { Session } from '../session.ts'

export function createGateways(session: Session): Gateways {
  const { db, dialect } = session
  return {
    async insert(gateway) {
      await session.run(db('gateways').insert(toGatewayRow(gateway)))
    },
    async lock(id) {
      const [row] = await session.rows<GatewayRow>(dialect.forUpdate(db('gateways').where({ id })))
      return row && fromGatewayRow(row)
    },
    async revoke(id, at) {
      await session.run(db('gateways').where({ id }).update({ revoked_at: at }))
    },
  }
}
