import { isOwnerLevel, managesJoinery } from '../../domain/catalog.ts'
import type { Connection } from '../../domain/connection.ts'
import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'
import { bindOnCreate, stillWaits } from '../../domain/mapping.ts'
import { accountCatalog } from '../access/account-catalog.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { holdSchemas, keepUnique } from '../schemas/hold-schemas.ts'
import { auditedGroup, type GroupFacts } from './change-group.ts'
import { inSlices } from './slices.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'catalogs' | 'clock' | 'newId'>
export type CreateGroup = {
  connection: Connection
  facts: GroupFacts
  members: readonly string[]
  /** The schemas by which the facts were read. */
  schemas?: AccountSchemas
}

/** A group that the directory tells of. Mappings that wait for its name bind now, and never later by a rename. */
export async function createGroup(ports: Needs, op: Operation, command: CreateGroup): Promise<DirectoryGroup> {
  const { connection, facts, members, schemas = noSchemas } = command
  authorize(op, { verb: 'write-directory', connectionId: connection.id, resource: 'groups' })
  const now = ports.clock.now()
  const { accountId, id: connectionId } = connection
  const row = {
    id: ports.newId(),
    accountId,
    connectionId,
    version: 1,
    createdAt: now,
    updatedAt: now,
    removedAt: null,
  }
  const group: DirectoryGroup = { ...facts, ...row }

  return ports.unitOfWork(async (tx) => {
    await holdSchemas(tx, accountId, schemas)
    await tx.groups.insert(group)
    await keepUnique(tx, 'Group', group, schemas)
    const line = { action: 'group.created', accountId, target: group.id, detail: { connection: connectionId } } as const
    await tx.audit.record(op, { ...line, after: auditedGroup(group) }, now)
    await bindWaiting(ports, op, tx, group)
    const slices = [...inSlices(members)]
    const nested = members.length > 0 && (await tx.memberships.holdForChange(group, slices, false))
    const joined = new Set<string>()
    for (const part of slices) for (const value of await tx.memberships.add(group, part)) joined.add(value)
    await tx.propagations.markMoved({ connectionId, values: joined, nested }, op, now)
    return group
  })
}

async function bindWaiting(ports: Needs, op: Operation, tx: Tx, group: DirectoryGroup): Promise<void> {
  const waiting = await tx.mappings.waitingFor(group.connectionId, group.displayName)
  const alive = waiting.filter((mapping) => stillWaits(mapping, group.createdAt))
  if (alive.length === 0) return
  const account = await tx.accounts.find(group.accountId)
  const groupsOf = (id: string) => tx.permissionGroups.ofAccount(id)
  const catalog = account && (await accountCatalog(ports.catalogs, account, groupsOf))
  for (const mapping of alive) {
    const { role } = mapping
    const sensitive = catalog === undefined || isOwnerLevel(catalog, role) || managesJoinery(catalog, role)
    const bound = bindOnCreate(mapping, group.id, sensitive)
    await tx.mappings.update(bound)
    const detail = { group: group.id, role, state: bound.state }
    const line = { action: 'mapping.bound', accountId: group.accountId, target: mapping.id, detail } as const
    const moved = { before: { group: null, state: mapping.state }, after: { group: group.id, state: bound.state } }
    await tx.audit.record(op, { ...line, ...moved }, group.createdAt)
  }
}
