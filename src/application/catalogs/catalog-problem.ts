import { nearestName } from '../../domain/nearest-name.ts'
import { SHAPE_RULES, type DocumentProblem, type Path } from '../documents/document-problem.ts'

/** Every rule that a catalog can break. docs/reference/catalog-format.md explains each; a test compares the two. */
export const CATALOG_RULES = [
  // the shape of the document
  ...SHAPE_RULES,
  'bad-id',
  'bad-text',
  'repeated',
  // names
  'duplicate-id',
  'unknown-account-level',
  'unknown-capability',
  'unknown-level',
  'unknown-role',
  'unknown-role-group',
  'unknown-section',
  'unknown-user-type',
  'unknown-verb',
  'parent-cycle',
  // the table
  'wrong-cell',
  'missing-cell',
  'cell-for-everything',
  'not-in-row',
  'hidden-by-parent',
  'broken-dependency',
  // roles
  'several-exclusive-roles',
  'exclusive-not-owner',
  'owner-not-exclusive',
  'missing-owner-level',
  'owner-not-at-home',
  'unassignable-assigned',
  'below-without-purview',
  'missing-role-group',
  'role-group-without-rule',
  'example-without-groups',
  // rules around the table
  'needs-nothing',
  'needs-itself',
  'empty-control',
  'organisation-key-of-holder',
] as const

export type CatalogRule = (typeof CATALOG_RULES)[number]

export type CatalogProblem = DocumentProblem<CatalogRule>

export function problem(rule: CatalogRule, path: Path, message: string): CatalogProblem {
  return { path, rule, message }
}

type Named = 'account-level' | 'capability' | 'level' | 'role' | 'role-group' | 'section' | 'user-type' | 'verb'

/** A name that nothing in the catalog carries, with the name that was probably meant, or those that there are. */
export function unknownName(kind: Named, name: string, known: Iterable<string>, path: Path): CatalogProblem {
  const names = [...known]
  const meant = nearestName(name, names)
  const few = names.length > 0 && names.length <= 12 ? `there are: ${names.join(', ')}` : 'name one that there is'
  const mend = meant === null ? few : `did you mean "${meant}"?`
  return problem(`unknown-${kind}`, path, `This catalog has no ${kind.replace('-', ' ')} "${name}"; ${mend}`)
}
