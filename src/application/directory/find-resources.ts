import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { MixedItem, MixedQuery, Page } from '../views.ts'
import { membersOfPage, type Members } from '../directory-groups/members-of.ts'

type Needs = Pick<Ports, 'views'>
export type FindResources = MixedQuery & { connectionId: string; withMembers: boolean }
export type FoundResource = MixedItem & { readonly members?: Members | null }

/** A page over users and groups together (RFC 7644, 3.4.2.1). */
export async function findResources(ports: Needs, op: Operation, query: FindResources): Promise<Page<FoundResource>> {
  authorize(op, { verb: 'read-directory', connectionId: query.connectionId, resource: 'users' })
  authorize(op, { verb: 'read-directory', connectionId: query.connectionId, resource: 'groups' })
  const page = await ports.views.directoryResources(query.connectionId, query)
  if (!query.withMembers) return { ...page, items: page.items.map((item) => ({ ...item, members: null })) }
  const groupIds = page.items.flatMap((item) => (item.kind === 'Group' ? [item.group.id] : []))
  const members = await membersOfPage(ports, query.connectionId, groupIds)
  const items = page.items.map((item) => (item.kind === 'Group' ? { ...item, members: members(item.group.id) } : item))
  return { ...page, items }
}
