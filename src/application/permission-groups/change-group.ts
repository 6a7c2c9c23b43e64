import { differences } from '../../domain/audit.ts'
import type { WantedCells } from '../../domain/judge-cells.ts'
import type { PermissionGroup } from '../../domain/permission-group.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { keepAllManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { decideCells, requireFreeName, requireWithinOwn, type SavedGroup } from './decide-group.ts'
import { groupIn, type GroupRef } from './find-group.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type ChangePermissionGroup = GroupRef & {
  name?: string | undefined
  /** Levels to set anew; what is not named stays. */
  permissions?: WantedCells | undefined
  /** Adds what the permissions need, instead of refusing them. */
  complete?: boolean | undefined
}

/** Renames a group, or changes what it gives: for all of its people at once. */
export async function changePermissionGroup(
  ports: Needs,
  op: Operation,
  command: ChangePermissionGroup,
): Promise<SavedGroup> {
  const { accountId } = command
  const permitted = await requireMay(ports, op, 'manage-permission-groups', accountId)
  const catalog = catalogOf(permitted)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId)
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-permission-groups' })
    const groups = await tx.permissionGroups.ofAccount(accountId)
    const before = groupIn(groups, command)
    const { cells, added, advice } = decideCells(catalog, before.cells, command)
    for (const each of [before.cells, cells]) requireWithinOwn(catalog, permitted, each)
    const group: PermissionGroup = { ...before, name: command.name ?? before.name, cells, updatedAt: now }
    requireFreeName({ groups, catalog }, group.name, group.id)
    const moved = differences(settingsOf(before), settingsOf(group), ['name', 'permissions'])
    if (Object.keys(moved.after).length === 0) return { group: before, added, advice }
    await keepAllManaged(ports, op, tx, permitted, async () => {
      await tx.permissionGroups.update(group)
      await tx.accounts.bumpEpoch(accountId) // its name too is what an IdP may name it by
      const line = { action: 'permission_group.changed', accountId, target: group.id } as const
      await tx.audit.record(op, { ...line, ...moved }, now)
    })
    return { group, added, advice }
  })
}

const settingsOf = ({ name, cells }: PermissionGroup) => ({ name, permissions: cells })
