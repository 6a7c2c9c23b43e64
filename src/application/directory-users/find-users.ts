import type { DirectoryUser } from '../../domain/directory-user.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { DirectoryQuery, GroupOfUser, Page } from '../views.ts'
import { userNotFound } from './change-user.ts'

type Needs = Pick<Ports, 'views'>
export type UserWithGroups = { user: DirectoryUser; groups: GroupOfUser[] }
export type FindUsers = DirectoryQuery & { connectionId: string }

export async function findUsers(ports: Needs, op: Operation, query: FindUsers): Promise<Page<DirectoryUser>> {
  authorize(op, { verb: 'read-directory', connectionId: query.connectionId, resource: 'users' })
  return ports.views.directoryUsers(query.connectionId, query)
}

/** One user with the groups he is in. */
export async function getUser(
  ports: Needs,
  op: Operation,
  { connectionId, userId }: { connectionId: string; userId: string },
): Promise<UserWithGroups> {
  authorize(op, { verb: 'read-directory', connectionId, resource: 'users' })
  const user = await ports.views.directoryUser(connectionId, userId)
  if (user === undefined) throw userNotFound(userId)
  return { user, groups: await ports.views.groupsOfUser(connectionId, userId) }
}
