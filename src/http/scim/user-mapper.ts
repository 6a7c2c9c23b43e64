import type { GroupOfUser } from '../../application/views.ts'
import { emailsOf, type DirectoryUser, type UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { isObject, type Resource } from './canonical.ts'
import { isOurId, type ScimContext } from './context.ts'
import { requireIndexable } from './indexable.ts'
import { etagOf } from './preconditions.ts'
import { invalidValue } from './scim-error.ts'
import { enterpriseUrn, userUrn, type ResourceSchema } from './schemas.ts'
import { shownBy } from './settled.ts'

/** What a canonical User says of a person. A user is active unless told otherwise. */
export function fromScimUser(resource: Resource): UserFacts {
  const { userName, externalId, displayName, active = true } = resource
  if (typeof userName !== 'string' || userName.trim() === '') {
    throw invalidValue('userName: required, and not empty (RFC 7643, 4.1.1)')
  }
  const emails = emailsOf(resource)
  requireIndexable({ userName, externalId })
  requireStorable(resource)
  for (const [index, { value }] of emails.entries()) requireIndexable({ [`emails[${index}].value`]: value })
  return {
    externalId: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    userName,
    displayName: typeof displayName === 'string' ? displayName : null,
    active: active === true,
    emails,
    attributes: { ...resource, active },
  }
}

/** How large a user may be as kept: a page holds up to 200 of them. */
const mostCharacters = 128 * 1024

function requireStorable(resource: Resource): void {
  const { length } = JSON.stringify(resource)
  if (length > mostCharacters)
    throw new AppError(
      'too_large',
      `the user would have ${length} characters as JSON; at most ${mostCharacters} are kept`,
    )
}

type Groups = readonly GroupOfUser[]
type Place = Pick<ScimContext, 'baseUrl' | 'schemas'>

/** The User as answered. `groups` is told where one user is read. */
export function toScimUser(user: DirectoryUser, groups: Groups | null, { baseUrl, schemas }: Place): Resource {
  const attributes = shownBy(schemas.User, user.attributes)
  const { externalId: _, ...rest } = withManagerLink(attributes, baseUrl)
  return {
    schemas: [userUrn, ...extensionsIn(schemas.User, attributes)],
    id: user.id,
    ...(user.externalId === null ? {} : { externalId: user.externalId }),
    ...rest,
    ...(groups === null || groups.length === 0 ? {} : { groups: groups.map((group) => toGroupOfUser(group, baseUrl)) }),
    meta: toMeta('User', user, `${baseUrl}/Users/${user.id}`, etagOf(user, groupTagsOf(groups ?? []))),
  }
}

/** What a user's entity tag tells of his groups. */
export function groupTagsOf(groups: Groups): string[] {
  return groups.map(({ id, displayName, direct }) => `${id} ${displayName} ${direct}`)
}

/** The extensions that a stored resource has something of (RFC 7643, 3). */
export function extensionsIn(schema: ResourceSchema, attributes: Readonly<Record<string, unknown>>): string[] {
  return [...schema.extensions.values()].map(({ id }) => id).filter((urn) => urn in attributes)
}

/** A manager is a user: RFC 7643, 4.3, wants his URI beside his id. */
function withManagerLink(attributes: Readonly<Record<string, unknown>>, baseUrl: string): Resource {
  const enterprise = attributes[enterpriseUrn]
  const manager = isObject(enterprise) ? enterprise.manager : undefined
  if (!isObject(enterprise) || !isObject(manager)) return attributes
  const { value } = manager
  if (typeof value !== 'string' || !isOurId(value) || manager.$ref !== undefined) return attributes
  const linked = { ...manager, $ref: `${baseUrl}/Users/${value}` }
  return { ...attributes, [enterpriseUrn]: { ...enterprise, manager: linked } }
}

function toGroupOfUser({ id, displayName, direct }: GroupOfUser, baseUrl: string): Resource {
  const type = direct ? 'direct' : 'indirect'
  return { value: id, $ref: `${baseUrl}/Groups/${id}`, display: displayName, type }
}

type Dated = { createdAt: number; updatedAt: number }

export function toMeta(resourceType: string, row: Dated, location: string, version: string): Resource {
  return {
    resourceType,
    created: new Date(row.createdAt).toISOString(),
    lastModified: new Date(row.updatedAt).toISOString(),
    location,
    version,
  }
}
