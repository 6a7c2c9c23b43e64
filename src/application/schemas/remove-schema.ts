import { requireNoSourceLost } from '../connections/profile-sources.ts'
import { requireMayJudgePeople } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { findSchema, type SchemaRef } from './find-schemas.ts'
import { hasUnique } from './hold-schemas.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>

/** Takes a schema away. What directories have told under its URN stays stored and is not shown any more. */
export async function removeSchema(ports: Needs, op: Operation, ref: SchemaRef): Promise<void> {
  await requireMayJudgePeople(ports, op, ref.accountId)
  const { accountId } = ref
  await ports.unitOfWork(async (tx) => {
    const { list } = await tx.schemas.lock(accountId)
    const schema = findSchema(list, ref)
    const connections = await tx.connections.ofAccount(accountId)
    requireNoSourceLost(connections, schema.id, null)
    await tx.schemas.remove(accountId, schema.id)
    if (hasUnique(schema)) for (const { id } of connections) await tx.uniques.reset(id, schema.id, [])
    const line = { action: 'schema.removed', accountId, target: schema.id } as const
    await tx.audit.record(op, line, ports.clock.now())
  })
}
