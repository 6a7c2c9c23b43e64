import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'

/** The flags, each once and in order; one that the catalog does not know is an error of typing. */
export function requireEntitlements(catalog: Catalog, flags: readonly string[]): readonly string[] {
  const known = catalog.entitlements.map(({ flag }) => flag)
  const stranger = flags.find((flag) => !known.includes(flag))
  if (stranger === undefined) return [...new Set(flags)].sort()
  const choice = known.length === 0 ? 'it has none' : `choose among: ${known.join(', ')}`
  const message = `catalog "${catalog.id}" has no entitlement "${stranger}"; ${choice}`
  throw new AppError('invalid_input', `entitlements: ${message}`, { problems: [{ path: 'entitlements', message }] })
}
