import { setImmediate as othersTurn } from 'node:timers/promises'
import type { GroupFacts } from '../../application/directory-groups/change-group.ts'
import type { GroupMember } from '../../application/views.ts'
import type { DirectoryGroup, MembershipStep } from '../../domain/directory-group.ts'
import type { Filter } from '../../domain/filter.ts'
import { isStorable } from '../storable-text.ts'
import { canonicalResource, isObject, type Notes, type Resource } from './canonical.ts'
import { requireIndexable } from './indexable.ts'
import { applyPatch } from './patch.ts'
import type { PatchStep } from './patch-operations.ts'
import { etagOf } from './preconditions.ts'
import type { PatchContext } from './patch-values.ts'
import { invalidValue, noTarget } from './scim-error.ts'
import { groupUrn, type ResourceSchema } from './schemas.ts'
import type { ScimContext } from './context.ts'
import { shownBy } from './settled.ts'
import { extensionsIn, toMeta } from './user-mapper.ts'

/** A Group as sent: what it is, and whom it holds (undefined where the body does not speak of members). */
export async function fromScimGroup(
  schema: ResourceSchema,
  body: unknown,
  notes: Notes,
): Promise<{ facts: GroupFacts; members: string[] | undefined }> {
  const { members, rest } = withoutMembers(body)
  return {
    facts: toFacts(canonicalResource(schema, rest, notes)),
    members: members === undefined ? undefined : await memberValues(members, 'members'),
  }
}

/** Members never pass through the general coercion: a group may hold a hundred thousand of them. */
function withoutMembers(body: unknown): { members: unknown; rest: unknown } {
  if (!isObject(body)) return { members: undefined, rest: body }
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'members')
  if (key === undefined) return { members: undefined, rest: body }
  const { [key]: members, ...rest } = body
  return { members, rest }
}

/** Beside its name and key a group holds what its extensions say of it. */
function toFacts({ displayName, externalId, ...rest }: Resource): GroupFacts {
  if (typeof displayName !== 'string' || displayName.trim() === '') {
    throw invalidValue('displayName: required, and not empty (RFC 7643, 4.2)')
  }
  requireIndexable({ displayName, externalId })
  return {
    displayName,
    externalId: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    attributes: Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('urn:'))),
  }
}

const slice = 5000

/**
 * The ids named by a members value, each once: as objects, as bare strings, or as one object alone; `$ref` and `display` are
 * not asked. Others get their turn between two slices.
 */
export async function memberValues(value: unknown, where: string): Promise<string[]> {
  if (value === null || value === undefined) return []
  const items: unknown[] = Array.isArray(value) ? value : [value]
  const values = new Set<string>()
  for (const [index, item] of items.entries()) {
    values.add(memberValue(item, where, index))
    if (index % slice === slice - 1) await othersTurn()
  }
  return [...values]
}

function memberValue(item: unknown, where: string, index: number): string {
  const id = isObject(item) ? (item.value ?? valueInAnyCase(item)) : item
  if (typeof id !== 'string' || id === '' || id.length > 255 || !isStorable(id))
    throw invalidValue(`${where}[${index}].value: the id of a user or a group is due`)
  return id
}

function valueInAnyCase(item: Resource): unknown {
  const key = Object.keys(item).find((name) => name.toLowerCase() === 'value')
  return key === undefined ? undefined : item[key]
}

/** Splits a PATCH into what the group is and whom it holds, each in the order told. */
export async function splitGroupPatch(
  steps: readonly PatchStep[],
  context: PatchContext,
): Promise<{ change: (current: DirectoryGroup) => GroupFacts; steps: MembershipStep[] }> {
  const moves: MembershipStep[] = []
  const isMove = ({ attribute, extension }: PatchStep): boolean => extension === null && attribute.name === 'members'
  for (const step of steps) if (isMove(step)) moves.push(await toMembershipStep(step))
  const about = steps.filter((step) => !isMove(step))
  return {
    change: (current) => toFacts(applyPatch(toResource(current), about, context)),
    steps: moves,
  }
}

function toResource({ displayName, externalId, attributes }: DirectoryGroup): Resource {
  return externalId === null ? { ...attributes, displayName } : { ...attributes, displayName, externalId }
}

async function toMembershipStep({ op, filter, sub, value, where }: PatchStep): Promise<MembershipStep> {
  if (filter !== null) {
    if (sub !== null && sub.name !== 'value') throw noTarget(`${where}: of a member only its value can be told`)
    if (op !== 'remove') throw noTarget(`${where}: a member is added by op add with path "members"`)
    return { kind: 'remove', values: valuesNamed(filter, where) }
  }
  if (sub !== null && sub.name !== 'value') throw noTarget(`${where}: of a member only its value can be told`)
  const values = await memberValues(value, `${where}.value`)
  if (op === 'remove' && (value === undefined || value === null)) return { kind: 'replace', values: [] }
  return { kind: op, values }
}

/** `value eq "u1"`, or several of them joined by or. */
function valuesNamed(filter: Filter, where: string): string[] {
  if (filter.kind === 'or') return filter.nodes.flatMap((node) => valuesNamed(node, where))
  if (filter.kind === 'compare' && filter.attribute.path === 'value' && filter.operator === 'eq')
    return [String(filter.value)]
  throw noTarget(`${where}: members are named by members[value eq "…"]`)
}

export function toScimGroup(
  group: DirectoryGroup,
  members: readonly GroupMember[] | null,
  { baseUrl, schemas }: Pick<ScimContext, 'baseUrl' | 'schemas'>,
): Resource {
  const attributes = shownBy(schemas.Group, group.attributes)
  return {
    schemas: [groupUrn, ...extensionsIn(schemas.Group, attributes)],
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.displayName,
    ...attributes,
    ...(members === null || members.length === 0
      ? {}
      : { members: members.map((member) => toScimMember(member, baseUrl)) }),
    meta: toMeta('Group', group, `${baseUrl}/Groups/${group.id}`, etagOf(group)),
  }
}

function toScimMember({ value, display, kind }: GroupMember, baseUrl: string): Resource {
  if (kind === null) return { value }
  const [type, endpoint] = kind === 'user' ? ['User', 'Users'] : ['Group', 'Groups']
  return { value, $ref: `${baseUrl}/${endpoint}/${value}`, type, ...(display === null ? {} : { display }) }
}
