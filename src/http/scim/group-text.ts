import type { GroupWithMembers } from '../../application/directory-groups/find-groups.ts'
import type { Resource } from './canonical.ts'
import type { ScimContext } from './context.ts'
import { toScimGroup } from './group-mapper.ts'
import { project, type Projection } from './projection.ts'
import { LargeResource } from './slices.ts'

type Place = Pick<ScimContext, 'baseUrl' | 'schemas'>

/** A group as shown: without its members the head, with them a text. */
export function presentGroup(found: GroupWithMembers, place: Place, projection: Projection): LargeResource {
  const head = project(toScimGroup(found.group, null, place), projection)
  return new LargeResource(head, textOf(found, head, place, projection))
}

/** The members come last, and slice by slice. */
async function* textOf(
  { group, members }: GroupWithMembers,
  shownHead: Resource,
  place: Place,
  projection: Projection,
): AsyncGenerator<string, void> {
  const head = JSON.stringify(shownHead)
  let before = `${head.slice(0, -1)},"members":[`
  for await (const part of members ?? []) {
    const { members: shown } = project(toScimGroup(group, part, place), projection)
    if (!Array.isArray(shown) || shown.length === 0) continue
    yield `${before}${JSON.stringify(shown).slice(1, -1)}`
    before = ','
  }
  yield before === ',' ? ']}' : head
}
