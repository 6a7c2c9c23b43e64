import { AppError } from '../../domain/errors.ts'
import { groupRoleId, type PermissionGroup } from '../../domain/permission-group.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { keepAllManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import { endInvitation } from '../invitations/manage-invitations.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { resolveStored } from '../propagation/facts.ts'
import { requireWithinOwn } from './decide-group.ts'
import { groupIn, type GroupRef } from './find-group.ts'
import type { GroupUse, NamedByIdp } from './permission-group-store.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type RemovePermissionGroup = GroupRef & { force?: boolean | undefined }

/**
 * Takes a group away. One that is in use goes only with `force`: its assignments, its mappings and the open invitations to it
 * go with it, and keys that carry it are without it. Whoever gives it to somebody holds the account, so that it is counted as it
 * stands.
 */
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
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-permission-groups' })
    const group = groupIn(await tx.permissionGroups.ofAccount(accountId), command)
    requireWithinOwn(catalogOf(permitted), permitted, group.cells)
    const use = await tx.permissionGroups.use(group, now)
    if (!force && (await isInUse(ports, tx, group, use))) throw inUse(group.name, use)
    await keepAllManaged(ports, op, tx, permitted, async () => {
      for (const invitation of await tx.invitations.lockOpenTo(accountId, groupRoleId(group.id)))
        await endInvitation(op, tx, invitation, now)
      await tx.permissionGroups.remove(group)
      await tx.accounts.bumpEpoch(accountId)
      const line = { action: 'permission_group.removed', accountId, target: group.id } as const
      const before = { name: group.name, permissions: group.cells, ...use }
      await tx.audit.record(op, { ...line, before, after: null }, now)
    })
  })
}

/** Whoever is counted with nothing that gives him the group has been named by an IdP: what it says now decides. */
async function isInUse(ports: Needs, tx: Tx, group: PermissionGroup, use: GroupUse): Promise<boolean> {
  const { people, ...sources } = use
  if (Object.values(sources).some((count) => count > 0)) return true
  return people > 0 && anyStillNamed(ports, tx, group)
}

const slice = 200

async function anyStillNamed(ports: Needs, tx: Tx, group: PermissionGroup): Promise<boolean> {
  const role = groupRoleId(group.id)
  const now = ports.clock.now()
  const isStill = ({ member, facts }: NamedByIdp): boolean =>
    resolveStored(ports.catalogs, member, facts, now).grants.some((grant) => grant.role === role)
  let after = ''
  for (;;) {
    const named = await tx.permissionGroups.namedByIdp(group, { after, limit: slice })
    if (named.some(isStill)) return true
    if (named.length < slice) return false
    after = named.at(-1)?.member.id ?? after
  }
}

function inUse(name: string, use: GroupUse): AppError {
  const uses = Object.entries(use).map(([what, count]) => `${what}: ${count}`)
  const message = `"${name}" is in use (${uses.join(', ')}); give its people another group first, or send force=true (--force in the command line), which takes it from them`
  return new AppError('conflict', message, { rule: 'group_in_use' })
}
