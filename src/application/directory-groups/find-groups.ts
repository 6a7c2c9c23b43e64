import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { DirectoryQuery, Page } from '../views.ts'
import { groupNotFound } from './change-group.ts'
import { membersOf, membersOfPage, type Members } from './members-of.ts'

type Needs = Pick<Ports, 'views'>
export type GroupWithMembers = { group: DirectoryGroup; members: Members | null }
export type FindGroups = DirectoryQuery & { connectionId: string; withMembers: boolean }

/** A page of groups; members are not even loaded unless asked for. */
export async function findGroups(ports: Needs, op: Operation, query: FindGroups): Promise<Page<GroupWithMembers>> {
  const { connectionId, withMembers } = query
  authorize(op, { verb: 'read-directory', connectionId, resource: 'groups' })
  const page = await ports.views.directoryGroups(connectionId, query)
  const ids = page.items.map((group) => group.id)
  const members = withMembers ? await membersOfPage(ports, connectionId, ids) : () => null
  return { ...page, items: page.items.map((group) => ({ group, members: members(group.id) })) }
}

export async function getGroup(
  ports: Needs,
  op: Operation,
  { connectionId, groupId, withMembers }: { connectionId: string; groupId: string; withMembers: boolean },
): Promise<GroupWithMembers> {
  authorize(op, { verb: 'read-directory', connectionId, resource: 'groups' })
  const group = await ports.views.directoryGroup(connectionId, groupId)
  if (group === undefined) throw groupNotFound(groupId)
  return { group, members: withMembers ? membersOf(ports, connectionId, groupId) : null }
}
