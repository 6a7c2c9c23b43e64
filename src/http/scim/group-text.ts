import type { GroupWithMembers } from '../../application/directory-groups/find-groups.ts'
import type { Resource } from './canonical.ts'
import type { ScimContext } from './context.ts'
import { toScimGroup } from './group-mapper.ts'
import { project, type Projection } from './projection.ts'

type Place = Pick<ScimContext, 'baseUrl' | 'schemas'>

/** A group without its members, as shown. */
export function groupHead({ group }: Pick<GroupWithMembers, 'group'>, place: Place, projection: Projection): Resource {
  return project(toScimGroup(group, null, place), projection)
}

/** A group as text, its members last and slice by slice. */
export async function* groupText(
  { group, members }: GroupWithMembers,
  place: Place,
  projection: Projection,
): AsyncGenerator<string, void> {
  const head = JSON.stringify(groupHead({ group }, place, projection))
  let before = `${head.slice(0, -1)},"members":[`
  for await (const part of members ?? []) {
    const { members: shown } = project(toScimGroup(group, part, place), projection)
    if (!Array.isArray(shown) || shown.length === 0) continue
    yield `${before}${JSON.stringify(shown).slice(1, -1)}`
    before = ','
  }
  yield before === ',' ? ']}' : head
}
