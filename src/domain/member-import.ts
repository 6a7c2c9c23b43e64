/** A person of an older system, as a file tells of him. `line`: where. */
export type ImportRow = {
  readonly line: number
  readonly userName: string
  readonly email: string
  readonly displayName: string | null
  readonly roles: readonly string[]
}

/** What became of a row, or in a rehearsal would become of it. */
export type ImportedRow = { readonly line: number; readonly memberId: string | null } & (
  | { readonly kind: 'added'; readonly key: ImportedKey | null }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string }
)

/** The access key that was made for somebody brought in; its secret is told this once. */
export type ImportedKey = { readonly id: string; readonly secret: string }

/** How many rows one call takes: so many go into one transaction. */
export const importSlice = 200

/** A member as far as an import compares him. */
type Known = { readonly email: string | null; readonly displayName: string | null; readonly roles: readonly string[] }

/**
 * What a row says otherwise than what is here; null where they agree. An import adds people and changes nobody: what was
 * changed here since is not undone by running a file again.
 */
export function differenceOf(known: Known, row: Omit<Known, 'email'> & { readonly email: string }): string | null {
  const roles = [...row.roles].sort().join(', ')
  const held = [...known.roles].sort().join(', ')
  if (roles !== held)
    return `holds ${held === '' ? 'no role' : held} here, and ${roles === '' ? 'no role' : roles} in the file`
  if (known.email !== row.email) return `has the address ${known.email ?? '(none)'} here, and ${row.email} in the file`
  return null
}
