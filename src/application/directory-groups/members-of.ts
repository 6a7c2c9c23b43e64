import type { Ports } from '../ports.ts'
import type { GroupMember } from '../views.ts'
import { slice } from './slices.ts'

type Needs = Pick<Ports, 'views'>

/** A group's members slice by slice: it may hold more than anybody wants in memory at once. */
export type Members = AsyncIterable<readonly GroupMember[]>

export async function* membersOf({ views }: Needs, connectionId: string, groupId: string): Members {
  for (let after: string | undefined; ;) {
    const part = await views.groupMembers(connectionId, groupId, { after, limit: slice })
    yield part
    if (part.length < slice) return
    after = part.at(-1)?.value
  }
}

/** Those of each group on a page: small groups with one statement for all, each large one by itself when its turn comes. */
export async function membersOfPage(
  ports: Needs,
  connectionId: string,
  groupIds: readonly string[],
): Promise<(groupId: string) => Members> {
  const small = await ports.views.membersOfGroups(connectionId, groupIds, slice)
  return (groupId) => {
    const known = small.get(groupId)
    return known === undefined ? membersOf(ports, connectionId, groupId) : atOnce(known)
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* atOnce(members: readonly GroupMember[]): Members {
  yield members
}
