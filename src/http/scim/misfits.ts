import { findTarget } from './attribute-path.ts'
import { ScimError } from './scim-error.ts'
import type { ResourceSchema } from './schemas.ts'

/** Something told that does not fit a schema of the account's own, with the refusal that it is worth. */
export type Misfit = {
  readonly error: ScimError
  /** Where it would have stood; null where the former value is there already. */
  readonly place: { readonly urn: string; readonly name: string | null } | null
}

/** Does what may meet a misfit; notes the misfit where the caller decides later what it means, and refuses it where not. */
export function orMisfit<T>(
  misfits: Misfit[] | undefined,
  isOwn: boolean,
  place: Misfit['place'],
  work: () => T,
): T | undefined {
  if (misfits === undefined || !isOwn) return work()
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    misfits.push({ error, place })
    return undefined
  }
}

export function keptNote(why: string): string {
  return `left as it was, since the person is gone: ${why}`
}

/** Whether what a path of a PATCH means is the account's own matter: neither RFC 7643 nor its enterprise extension has it. */
export function isOwnPath(schema: ResourceSchema, path: string): boolean {
  const lower = path.toLowerCase()
  const plain = lower.split('[', 1)[0] ?? ''
  const whole = schema.extensions.get(plain)
  if (whole !== undefined) return whole.custom
  const found = findTarget(schema, plain)
  if (found !== null) return found.attribute.custom
  const ofRfc = [schema.id, ...[...schema.extensions.values()].flatMap(({ id, custom }) => (custom ? [] : [id]))]
  if (ofRfc.some((urn) => plain.startsWith(`${urn.toLowerCase()}:`))) return false
  return !schema.attributes.has(plain.split('.', 1)[0] ?? '')
}
