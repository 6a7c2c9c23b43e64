import { AppError } from '../../domain/errors.ts'
import type { Mapping } from '../../domain/mapping.ts'
import { requireMayReach } from '../access/require-may-reach.ts'
import { requireOwnSignIn } from '../access/require-own-sign-in.ts'
import { keepAllManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { MappingRow } from '../views.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type MappingRef = { accountId: string; mappingId: string }

export async function listMappings(ports: Needs, op: Operation, accountId: string): Promise<MappingRow[]> {
  await requireMay(ports, op, 'manage-mappings', accountId)
  return ports.views.mappings(accountId)
}

/** Takes a mapping away; whoever holds a role through it loses that path. */
export async function removeMapping(ports: Needs, op: Operation, ref: MappingRef): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-mappings', ref.accountId)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    await tx.accounts.hold(ref.accountId)
    const mapping = await requireMapping(tx, ref)
    requireOwnSignIn(permitted, await tx.oidcSettings.lock(mapping.connectionId))
    requireMayReach(permitted, [mapping.role])
    await keepAllManaged(ports, op, tx, permitted, async () => {
      await tx.mappings.remove(mapping.id)
      if (mapping.state === 'bound') await tx.accounts.bumpEpoch(mapping.accountId)
      const { accountId, groupId, role, state } = mapping
      const detail = { group: groupId, role }
      const line = { action: 'mapping.removed', accountId, target: mapping.id, detail } as const
      await tx.audit.record(op, { ...line, before: { group: groupId, role, state } }, now)
    })
  })
}

/** A person's word that an unconfirmed mapping may reach its role. */
export async function confirmMapping(ports: Needs, op: Operation, ref: MappingRef): Promise<Mapping> {
  const permitted = await requireMay(ports, op, 'manage-mappings', ref.accountId)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    await tx.accounts.hold(ref.accountId)
    const mapping = await requireMapping(tx, ref)
    requireOwnSignIn(permitted, await tx.oidcSettings.lock(mapping.connectionId))
    requireMayReach(permitted, [mapping.role])
    if (mapping.state === 'bound') return mapping
    if (mapping.state === 'waiting') {
      throw new AppError(
        'conflict',
        `no group named "${mapping.groupName ?? ''}" has been created yet; there is nothing to confirm`,
      )
    }
    const bound: Mapping = { ...mapping, state: 'bound' }
    await keepAllManaged(ports, op, tx, permitted, async () => {
      await tx.mappings.update(bound)
      await tx.accounts.bumpEpoch(mapping.accountId)
      const detail = { group: mapping.groupId, role: mapping.role }
      const line = { action: 'mapping.confirmed', accountId: ref.accountId, target: mapping.id, detail } as const
      await tx.audit.record(op, { ...line, before: { state: mapping.state }, after: { state: bound.state } }, now)
    })
    return bound
  })
}

async function requireMapping(tx: Tx, ref: MappingRef): Promise<Mapping> {
  const mapping = await tx.mappings.lock(ref.accountId, ref.mappingId)
  if (mapping === undefined)
    throw new AppError('not_found', `account "${ref.accountId}" has no mapping "${ref.mappingId}"`)
  return mapping
}
