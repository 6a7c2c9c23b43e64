import { AppError } from '../../domain/errors.ts'
import type { PermissionGroup } from '../../domain/permission-group.ts'

export type GroupRef = { accountId: string; groupId: string }

/** The group of this account among those that it has; `not_found` where it is not. */
export function groupIn(groups: readonly PermissionGroup[], { accountId, groupId }: GroupRef): PermissionGroup {
  const group = groups.find(({ id }) => id === groupId)
  if (group !== undefined) return group
  throw new AppError('not_found', `account "${accountId}" has no permission group "${groupId}"`)
}
