import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { DirectoryQuery, GroupMember, Page } from '../views.ts'
import { groupNotFound } from './change-group.ts'

type Needs = Pick<Ports, 'views'>
export type GroupWithMembers = { group: DirectoryGroup; members: readonly GroupMember[] | null }
export type FindGroups = DirectoryQuery & { connectionId: string; withMembers: boolean }

/** A page of groups; members are not even loaded unless asked for. */
export async function findGroups(ports: Needs, op: Operation, query: FindGroups): Promise<Page<GroupWithMembers>> {
  authorize(op, { verb: 'read-directory', connectionId: query.connectionId, resource: 'groups' })
  const page = await ports.views.directoryGroups(query.connectionId, query)
  const members = query.withMembers ? await ports.views.groupMembers(page.items.map((group) => group.id)) : null
  return {
    ...page,
    items: page.items.map((group) => ({ group, members: members && (members.get(group.id) ?? []) })),
  }
}

export async function getGroup(
  ports: Needs,
  op: Operation,
  { connectionId, groupId, withMembers }: { connectionId: string; groupId: string; withMembers: boolean },
): Promise<GroupWithMembers> {
  authorize(op, { verb: 'read-directory', connectionId, resource: 'groups' })
  const group = await ports.views.directoryGroup(connectionId, groupId)
  if (group === undefined) throw groupNotFound(groupId)
  const members = withMembers ? ((await ports.views.groupMembers([groupId])).get(groupId) ?? []) : null
  return { group, members }
}
