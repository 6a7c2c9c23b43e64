import type { Catalog, Cells } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { WantedCells } from '../../domain/judge-cells.ts'
import { cellsOfRole, copyableRoles, groupLimit, type PermissionGroup } from '../../domain/permission-group.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { decideCells, requireFreeName, requireWithinOwn, type SavedGroup } from './decide-group.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'newId'>
export type CreatePermissionGroup = {
  accountId: string
  name: string
  /** The example role of the catalog, or the role of a group, that it begins as a copy of. */
  copyOf?: string | undefined
  permissions?: WantedCells | undefined
  /** Adds what the permissions need, instead of refusing them. */
  complete?: boolean | undefined
}

/** Makes a permission group: a role of this account alone, which nobody holds yet. */
export async function createPermissionGroup(
  ports: Needs,
  op: Operation,
  command: CreatePermissionGroup,
): Promise<SavedGroup> {
  const { accountId, name } = command
  const permitted = await requireMay(ports, op, 'manage-permission-groups', accountId)
  const catalog = catalogOf(permitted)
  requireGroups(catalog)
  const { cells, added, advice } = decideCells(catalog, copied(catalog, command.copyOf), command)
  requireWithinOwn(catalog, permitted, cells)
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    await tx.accounts.lockPath(accountId) // two who make a group at once are counted together
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-permission-groups' })
    const groups = await tx.permissionGroups.ofAccount(accountId)
    requireFreeName({ groups, catalog }, name)
    if (groups.length >= groupLimit) throw tooMany()
    const group: PermissionGroup = {
      ...{ id: ports.newId(), accountId, name, cells, copiedFrom: command.copyOf ?? null },
      ...{ createdAt: now, updatedAt: now },
    }
    await tx.permissionGroups.insert(group)
    await tx.accounts.bumpEpoch(accountId) // an IdP may have named it already
    const line = { action: 'permission_group.created', accountId, target: group.id } as const
    const after = { name, permissions: cells, copiedFrom: group.copiedFrom }
    await tx.audit.record(op, { ...line, before: null, after }, now)
    return { group, added, advice }
  })
}

function requireGroups({ id, permissionGroups }: Catalog): void {
  if (permissionGroups) return
  const message = `catalog "${id}" has no permission groups; its roles are those of the platform`
  throw new AppError('policy_violation', message, { rule: 'no_permission_groups' })
}

function copied(catalog: Catalog, role: string | undefined): Cells {
  if (role === undefined) return {}
  const known = copyableRoles(catalog)
  if (known.some(({ id }) => id === role)) return cellsOfRole(catalog, role)
  const message = `there is no example or group "${role}"; choose one of: ${known.map(({ id }) => id).join(', ')}`
  throw new AppError('invalid_input', `copyOf: ${message}`, { problems: [{ path: 'copyOf', message }] })
}

function tooMany(): AppError {
  const message = `an account has at most ${groupLimit} permission groups; remove one first`
  return new AppError('conflict', message, { rule: 'too_many_groups' })
}
