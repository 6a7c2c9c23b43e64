import { differences } from '../../domain/audit.ts'
import type { Connection } from '../../domain/connection.ts'
import type { DirectoryGroup, MembershipStep } from '../../domain/directory-group.ts'
import { canonicalJson } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { holdSchemas, keepUnique } from '../schemas/hold-schemas.ts'
import { inSlices, slice } from './slices.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>
export type GroupFacts = Pick<DirectoryGroup, 'displayName' | 'externalId' | 'attributes'>
export type ChangeGroup = {
  connection: Connection
  groupId: string
  change: (current: DirectoryGroup) => GroupFacts
  steps: readonly MembershipStep[]
  /** The schemas by which the change was read. */
  schemas?: AccountSchemas
}

/**
 * Changes a group and its members. Membership steps are deltas of rows: their cost follows the members named, not the
 * size of the group. A renamed group keeps what is mapped to it.
 */
export async function changeGroup(ports: Needs, op: Operation, command: ChangeGroup): Promise<DirectoryGroup> {
  const { connection, groupId, schemas = noSchemas } = command
  authorize(op, { verb: 'write-directory', connectionId: connection.id, resource: 'groups' })
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    const current = await tx.groups.lock(connection.id, groupId)
    if (current === undefined) throw groupNotFound(groupId)
    await holdSchemas(tx, current.accountId, schemas)
    const facts = command.change(current)
    const nested = await holdNesting(tx, current, command.steps)
    const moved = await applySteps(tx, current, command.steps)
    await tx.propagations.markMoved({ connectionId: connection.id, values: moved, nested }, op, now)
    const changed = !sameGroup(current, facts)
    if (!changed && moved.size === 0) return current
    const group: DirectoryGroup = { ...current, ...facts, version: current.version + 1, updatedAt: now }
    await tx.groups.update(group)
    if (changed) await keepUnique(tx, 'Group', group, schemas)
    if (changed) await recordChange(tx, op, current, group)
    if (moved.size > 0) await recordMoves(tx, op, group, moved.size)
    return group
  })
}

export function groupNotFound(groupId: string): AppError {
  return new AppError('not_found', `there is no group "${groupId.slice(0, 100)}" on this connection`)
}

/** Whether groups move in or out, which moves whoever is in them. */
async function holdNesting(tx: Tx, group: DirectoryGroup, steps: readonly MembershipStep[]): Promise<boolean> {
  if (steps.length === 0) return false
  const slices = steps.flatMap(({ values }) => [...inSlices(values)])
  return tx.memberships.holdForChange(
    group,
    slices,
    steps.some(({ kind }) => kind === 'replace'),
  )
}

/** Who moved, whatever way. */
async function applySteps(tx: Tx, group: DirectoryGroup, steps: readonly MembershipStep[]): Promise<Set<string>> {
  const moved = new Set<string>()
  const note = (values: readonly string[]): void => values.forEach((value) => moved.add(value))
  for (const { kind, values } of steps) {
    if (kind === 'replace') await replaceAll(tx, group, values, note)
    else for (const part of inSlices(values)) note(await tx.memberships[kind](group, part))
  }
  return moved
}

/** Whoever is named and there already is not touched; whoever is there and not named goes. */
async function replaceAll(
  tx: Tx,
  group: DirectoryGroup,
  values: readonly string[],
  note: (moved: readonly string[]) => void,
): Promise<void> {
  const wanted = new Set<string>()
  for (const part of inSlices(values)) {
    for (const value of part) wanted.add(value)
    note(await tx.memberships.add(group, part))
  }
  for (let after: string | undefined; ;) {
    const part = await tx.memberships.values(group.id, { after, limit: slice })
    const gone = part.filter((value) => !wanted.has(value))
    if (gone.length > 0) note(await tx.memberships.remove(group, gone))
    if (part.length < slice) return
    after = part.at(-1)
  }
}

function sameGroup(current: DirectoryGroup, facts: GroupFacts): boolean {
  return (
    current.displayName === facts.displayName &&
    current.externalId === facts.externalId &&
    canonicalJson(current.attributes) === canonicalJson(facts.attributes)
  )
}

async function recordChange(tx: Tx, op: Operation, before: DirectoryGroup, after: DirectoryGroup): Promise<void> {
  const { accountId, id: target, version, updatedAt } = after
  const action = before.displayName === after.displayName ? 'group.changed' : 'group.renamed'
  const moved = differences(auditedGroup(before), auditedGroup(after), ['name', 'sourceId'])
  await tx.audit.record(op, { action, accountId, target, detail: { version }, ...moved }, updatedAt)
}

/** What the audit log says of a group. */
export function auditedGroup({ displayName, externalId }: Pick<DirectoryGroup, 'displayName' | 'externalId'>) {
  return { name: displayName, sourceId: externalId }
}

async function recordMoves(tx: Tx, op: Operation, group: DirectoryGroup, moved: number): Promise<void> {
  const { accountId, id: target, version, updatedAt } = group
  await tx.audit.record(
    op,
    { action: 'group.members_changed', accountId, target, detail: { version, moved } },
    updatedAt,
  )
}
