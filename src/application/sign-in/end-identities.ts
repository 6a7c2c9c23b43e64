import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'

type Home = { readonly connectionId: string; readonly accountId: string }

/** Ends every identity of a connection. Other accounts that are entered by one find a line in their own logs. Answers how many. */
export async function endIdentities(
  tx: Tx,
  op: Operation,
  { connectionId, accountId }: Home,
  now: number,
): Promise<number> {
  const links = await tx.identityLinks.endAll(connectionId, now)
  for (const link of links) {
    if (link.accountId === accountId) continue
    const line = {
      action: 'identity.ended',
      accountId: link.accountId,
      target: link.id,
      memberId: link.memberId,
    } as const
    await tx.audit.record(op, { ...line, detail: { connection: connectionId, issuer: link.issuer } }, now)
  }
  return links.length
}
