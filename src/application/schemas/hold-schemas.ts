import type { DirectoryGroup } from '../../domain/directory-group.ts'
import type { DirectoryUser } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import type { AccountSchemas, ExtensionSchema } from '../../domain/extension-schema.ts'
import { uniqueValuesOf } from '../../domain/extension-values.ts'
import type { Tx } from '../ports.ts'

type Stores = Pick<Tx, 'schemas' | 'uniques'>

/**
 * What a door has read by the account’s schemas is written by the same ones: where they have changed meanwhile, nothing is.
 * An account that never had a schema is not asked.
 */
export async function holdSchemas(tx: Stores, accountId: string, { rev }: AccountSchemas): Promise<void> {
  if (rev === 0 || (await tx.schemas.hold(accountId)) === rev) return
  const message = 'the schemas of the account have just changed; send the request again'
  throw new AppError('upstream_unavailable', message, { retryAfterSeconds: 1 })
}

type Resource = Pick<DirectoryUser | DirectoryGroup, 'id' | 'connectionId' | 'attributes'>

/** Keeps a resource’s values to itself that are unique by the schemas; one that another resource has is a conflict. */
export async function keepUnique(
  tx: Stores,
  resourceType: ExtensionSchema['resourceType'],
  resource: Resource,
  { list }: AccountSchemas,
): Promise<void> {
  const ofType = list.filter((schema) => schema.resourceType === resourceType && hasUnique(schema))
  if (ofType.length === 0) return
  const values = uniqueValuesOf(ofType, resource.attributes)
  const taken = await tx.uniques.taken(resource, values)
  if (taken !== undefined) {
    const who = resourceType === 'User' ? 'user' : 'group'
    throw new AppError('conflict', `${taken.attribute}: another ${who} of this connection has that value already`)
  }
  await tx.uniques.set(resource, values)
}

/**
 * What a directory tells of somebody who is not active, with his former value where another has the one told: `onKept` hears
 * of each. No clash keeps anybody active.
 */
export async function withoutClashes<T extends Pick<Resource, 'attributes'>>(
  tx: Stores,
  told: T,
  before: Resource,
  { schemas: { list }, onKept }: { schemas: AccountSchemas; onKept: (path: string) => void },
): Promise<T> {
  const ofUsers = list.filter((schema) => schema.resourceType === 'User' && hasUnique(schema))
  if (ofUsers.length === 0) return told
  const kept = new Set<string>()
  let { attributes } = told
  for (;;) {
    const taken = await tx.uniques.taken(before, uniqueValuesOf(ofUsers, attributes))
    if (taken === undefined) return { ...told, attributes }
    // A former value that somebody else has is nobody's to keep.
    attributes = withValueOf(kept.has(taken.attribute) ? {} : before.attributes, attributes, taken.attribute)
    if (!kept.has(taken.attribute)) onKept(taken.attribute)
    kept.add(taken.attribute)
  }
}

type Attributes = Resource['attributes']

/** The attributes, one of which, `URN:name`, is as in the source. */
function withValueOf(source: Attributes, attributes: Attributes, path: string): Attributes {
  const [urn, name] = [path.slice(0, path.lastIndexOf(':')), path.slice(path.lastIndexOf(':') + 1)]
  const { [name]: _, ...others } = attributes[urn] as Attributes
  const former = (source[urn] as Attributes | undefined)?.[name]
  const extension = former === undefined ? others : { ...others, [name]: former }
  const { [urn]: __, ...rest } = attributes
  return Object.keys(extension).length === 0 ? rest : { ...rest, [urn]: extension }
}

export function hasUnique({ attributes }: ExtensionSchema): boolean {
  return attributes.some(({ uniqueness }) => uniqueness === 'server')
}
