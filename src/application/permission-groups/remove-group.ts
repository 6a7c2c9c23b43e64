import { AppError } from '../../domain/errors.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { GroupUse, Ports } from '../ports.ts'
import { requireWithinOwn } from './decide-group.ts'
import { groupIn, type GroupRef } from './find-group.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type RemovePermissionGroup = GroupRef & { force?: boolean | undefined }

/** Takes a group away. One that is in use goes only with `force`, and its assignments and mappings go with it. */
export async function removePermissionGroup(
  ports: Needs,
  op: Operation,
  command: RemovePermissionGroup,
): Promise<void> {
  const { accountId, force = false } = command
  const permitted = await requireMay(ports, op, 'manage-permission-groups', accountId)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId)
    const group = groupIn(await tx.permissionGroups.ofAccount(accountId), command)
    requireWithinOwn(catalogOf(permitted), permitted, group.cells)
    const use = await tx.permissionGroups.use(group)
    if (!force && Object.values(use).some((count) => count > 0)) throw inUse(group.name, use)
    await tx.permissionGroups.remove(group)
    await tx.accounts.bumpEpoch(accountId)
    const line = { action: 'permission_group.removed', accountId, target: group.id } as const
    const before = { name: group.name, permissions: group.cells, ...use }
    await tx.audit.record(op, { ...line, before, after: null }, now)
  })
}

function inUse(name: string, { people, assignments, mappings }: GroupUse): AppError {
  const uses = `people: ${people}, assignments: ${assignments}, mappings: ${mappings}`
  const message = `"${name}" is in use (${uses}); give its people another group first, or send force=true, which takes it from them`
  return new AppError('conflict', message, { rule: 'group_in_use' })
}
