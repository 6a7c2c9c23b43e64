import { emailsOf, type DirectoryUser, type UserFacts } from '../../domain/directory-user.ts'
import type { Resource } from './canonical.ts'
import { requireIndexable } from './indexable.ts'
import { invalidValue } from './scim-error.ts'
import { userSchema, userUrn } from './schemas.ts'

/** What a canonical User says of a person. A user is active unless told otherwise. */
export function fromScimUser(resource: Resource): UserFacts {
  const { userName, externalId, displayName, active = true } = resource
  if (typeof userName !== 'string' || userName.trim() === '') {
    throw invalidValue('userName: required, and not empty (RFC 7643, 4.1.1)')
  }
  const emails = emailsOf(resource)
  requireIndexable({ userName, externalId })
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

type Groups = readonly { id: string; displayName: string }[]

/** The User as answered. `groups` is filled where one user is read. */
export function toScimUser(user: DirectoryUser, groups: Groups | null, baseUrl: string): Resource {
  const extensions = [...userSchema.extensions.values()].map(({ id }) => id).filter((urn) => urn in user.attributes)
  const { externalId, ...rest } = user.attributes
  return {
    schemas: [userUrn, ...extensions],
    id: user.id,
    ...(typeof externalId === 'string' ? { externalId } : {}),
    ...rest,
    ...(groups === null || groups.length === 0 ? {} : { groups: groups.map((group) => toGroupOfUser(group, baseUrl)) }),
    meta: toMeta('User', user, `${baseUrl}/Users/${user.id}`),
  }
}

function toGroupOfUser({ id, displayName }: Groups[number], baseUrl: string): Resource {
  return { value: id, $ref: `${baseUrl}/Groups/${id}`, display: displayName, type: 'direct' }
}

type Versioned = { version: number; createdAt: number; updatedAt: number }

export function toMeta(resourceType: string, row: Versioned, location: string): Resource {
  return {
    resourceType,
    created: new Date(row.createdAt).toISOString(),
    lastModified: new Date(row.updatedAt).toISOString(),
    location,
    version: etagOf(row),
  }
}

export function etagOf({ version }: Pick<Versioned, 'version'>): string {
  return `W/"${version}"`
}
