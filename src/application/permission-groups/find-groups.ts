import { nameKey } from '../../domain/directory-user.ts'
import { groupRoleId, type PermissionGroup } from '../../domain/permission-group.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { permissionGroupOrders, SortOf } from '../list-orders.ts'
import type { Operation } from '../operation.ts'
import type { ChangeRow, GroupEventQuery, Slice } from '../views.ts'
import { groupIn, type GroupRef } from './find-group.ts'

type GroupOrder = SortOf<typeof permissionGroupOrders>

/** A group with how many people hold it: who was taken out is not counted from then on, who was put in once that is applied. */
export type CountedGroup = PermissionGroup & { readonly users: number }
export type ListPermissionGroups = { accountId: string; search?: string | undefined; sort?: GroupOrder | undefined }

/** The groups of an account whose name has the text in it, sorted by name or by how many people they have. */
export async function listPermissionGroups(
  ports: AccessNeeds,
  op: Operation,
  { accountId, search = '', sort = 'name' }: ListPermissionGroups,
): Promise<CountedGroup[]> {
  await requireMay(ports, op, 'see-members', accountId)
  const found = (await ports.views.permissionGroups(accountId)).filter(({ name }) =>
    nameKey(name).includes(nameKey(search)),
  )
  const users = await ports.views.holdersByRole(accountId, { now: ports.clock.now() })
  const counted = found.map((group) => ({ ...group, users: users.get(groupRoleId(group.id)) ?? 0 }))
  return counted.sort(orders[sort])
}

type Order = (a: CountedGroup, b: CountedGroup) => number
const byName: Order = (a, b) => compare(nameKey(a.name), nameKey(b.name))
const orders: Record<GroupOrder, Order> = {
  name: byName,
  '-name': (a, b) => byName(b, a),
  users: (a, b) => a.users - b.users || byName(a, b),
  '-users': (a, b) => b.users - a.users || byName(a, b),
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export async function showPermissionGroup(ports: AccessNeeds, op: Operation, ref: GroupRef): Promise<CountedGroup> {
  await requireMay(ports, op, 'see-members', ref.accountId)
  const group = groupIn(await ports.views.permissionGroups(ref.accountId), ref)
  const role = groupRoleId(group.id)
  const users = await ports.views.holdersByRole(ref.accountId, { now: ports.clock.now(), role })
  return { ...group, users: users.get(role) ?? 0 }
}

/** What was done to a group, the newest first, also after it was removed; it comes from the audit log. */
export async function permissionGroupHistory(
  ports: AccessNeeds,
  op: Operation,
  query: GroupRef & GroupEventQuery,
): Promise<Slice<ChangeRow>> {
  await requireMay(ports, op, 'manage-permission-groups', query.accountId)
  const events = await ports.views.permissionGroupEvents(query)
  if (events.items.length === 0) await requireEverThere(ports, query)
  return events
}

/** A group that is there, or one whose history is. */
async function requireEverThere(ports: AccessNeeds, ref: GroupRef): Promise<void> {
  const { accountId, groupId } = ref
  const { items } = await ports.views.permissionGroupEvents({ accountId, groupId, limit: 1 })
  if (items.length === 0) groupIn(await ports.views.permissionGroups(accountId), ref)
}
