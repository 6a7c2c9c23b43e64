import type { Views } from '../../../application/views.ts'
import type { Gateway } from '../../../domain/gateway.ts'
import { fromGatewayRow, type GatewayRow } from '../gateway-rows.ts'
import { written, type DialectName, type Session } from '../session.ts'
import { together } from '../together.ts'

/** Gateways are read for each decision that is asked for, never out of a cache: what is revoked is out at once. */
export function createGatewayViews(session: Session): Pick<Views, 'gateway' | 'gateways'> {
  const { db } = session
  return {
    gateway: together((ids) => gatewaysNow(session, ids)),
    async gateways(accountId) {
      const rows = await session.rows<GatewayRow>(db('gateways').where({ account_id: accountId }).orderBy('id'))
      return rows.map(fromGatewayRow)
    },
  }
}

const gatewaysQuery: Record<DialectName, string> = {
  sqlite: 'select * from gateways where id in (select value from json_each(?))',
  postgres: 'select * from gateways where id = any(?::text[])',
}

async function gatewaysNow(session: Session, ids: readonly string[]): Promise<(Gateway | undefined)[]> {
  const { name } = session.dialect
  const bound = name === 'sqlite' ? JSON.stringify(ids) : ids
  const rows = await session.rows<GatewayRow>(written(session, gatewaysQuery[name], [bound]))
  const found = new Map(rows.map((row) => [row.id, fromGatewayRow(row)]))
  return ids.map((id) => found.get(id))
}

export async function touchGateway({ db, run }: Session, id: string, at: number): Promise<void> {
  await run(db('gateways').where({ id }).update({ last_used_at: at }))
}
