import type { Connection } from '../../domain/connection.ts'
import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { auditedGroup, groupNotFound } from './change-group.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>
export type RemoveGroup = {
  connection: Connection
  groupId: string
  /** Looks at the locked row before it goes; throws where it may not. */
  check?: (current: DirectoryGroup) => void
}

/** Removes a group. What was mapped to it dangles and says so; whoever held a role through it is reconciled. */
export async function removeGroup(
  ports: Needs,
  op: Operation,
  { connection, groupId, check }: RemoveGroup,
): Promise<void> {
  authorize(op, { verb: 'write-directory', connectionId: connection.id, resource: 'groups' })
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const group = await tx.groups.lock(connection.id, groupId)
    if (group === undefined) throw groupNotFound(groupId)
    check?.(group)
    // Whoever is inside a nested group leaves the groups around it; he is found while he is still inside.
    const nested = await tx.memberships.holdForRemoval(group)
    if (nested)
      await tx.propagations.markMoved({ connectionId: connection.id, values: new Set([groupId]), nested }, op, now)
    await tx.groups.remove(groupId, now)
    const mappings = await tx.mappings.ofGroup(groupId)
    if (mappings.length > 0) await tx.accounts.bumpEpoch(group.accountId)
    const detail = { connection: connection.id, mappings: mappings.map((mapping) => mapping.id) }
    const line = { action: 'group.removed', accountId: group.accountId, target: groupId, detail } as const
    await tx.audit.record(op, { ...line, before: auditedGroup(group) }, now)
  })
}
