import { AppError } from '../../domain/errors.ts'
import { sameUrn, type ExtensionAttribute, type ExtensionSchema } from '../../domain/extension-schema.ts'
import type { Connection } from '../../domain/connection.ts'
import { nearestName } from '../../domain/nearest-name.ts'
import { coreSources, profileFields, stepsOf, type ProfileMapping } from '../../domain/profile.ts'

/** A mapping whose sources there are, in their own spelling; else an error that names the field and what was probably meant. */
export function requireSources(mapping: ProfileMapping, schemas: readonly ExtensionSchema[]): ProfileMapping {
  const known = [...coreSources, ...schemas.flatMap(sourcesIn)]
  const entries = profileFields.flatMap((field) => {
    const path = mapping[field]
    return path === undefined ? [] : [[field, path === null ? null : requireSource(field, path, known)] as const]
  })
  return Object.fromEntries(entries)
}

function requireSource(field: string, path: string, known: readonly string[]): string {
  const found = known.find((source) => sameUrn(source, path))
  if (found !== undefined) return found
  const meant = nearestName(path, known)
  const advice = meant === null ? `there are: ${known.join(', ')}` : `did you mean "${meant}"?`
  const message = `no attribute "${path.slice(0, 200)}" can be its source; ${advice}`
  throw new AppError('invalid_input', `profileMapping.${field}: ${message}`, {
    problems: [{ path: `profileMapping.${field}`, message }],
  })
}

/** Single values of a schema for users, that are shown to somebody. */
function sourcesIn({ id, resourceType, attributes }: ExtensionSchema): string[] {
  if (resourceType !== 'User') return []
  return attributes.flatMap(({ name, subAttributes = [], ...attribute }) => {
    if (!isSource(attribute)) return []
    if (attribute.type !== 'complex') return [`${id}:${name}`]
    return subAttributes.filter(isSource).map((sub) => `${id}:${name}.${sub.name}`)
  })
}

function isSource({ multiValued, returned }: Pick<ExtensionAttribute, 'multiValued' | 'returned'>): boolean {
  return !multiValued && returned !== 'never'
}

/** A schema that goes, or changes, leaves no connection without a source that it names. */
export function requireNoSourceLost(
  connections: readonly Pick<Connection, 'id' | 'name' | 'profileMapping'>[],
  urn: string,
  after: ExtensionSchema | null,
): void {
  const left = after === null ? [] : sourcesIn(after)
  for (const { id, name, profileMapping } of connections) {
    for (const field of profileFields) {
      const path = profileMapping[field]
      if (typeof path !== 'string' || !sameUrn(stepsOf(path)[0] ?? '', urn) || left.includes(path)) continue
      const mend = `change the profile mapping of connection "${name}" (${id}) first`
      throw new AppError('conflict', `${path}: the source of ${field} on a connection; ${mend}`)
    }
  }
}
