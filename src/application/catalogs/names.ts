import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, unknownName } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'

type Row = CatalogDocument['capabilities'][number]
type CellOf = Row['grants'][string]

/** The lists of a document in which a name can be looked up. */
const LISTS = {
  'account-level': 'accountLevels',
  capability: 'capabilities',
  role: 'roles',
  'role-group': 'roleGroups',
  section: 'sections',
  'user-type': 'userTypes',
} as const

/** The words of the vocabulary: levels or verbs. */
export function wordsOf(document: CatalogDocument): readonly string[] {
  const { access } = document
  return (access.kind === 'levels' ? access.levels : access.verbs).map(({ id }) => id)
}

/** The lowest level of a scale: it gives nothing. A set of verbs has none. */
export function lowestOf({ access }: CatalogDocument): string | undefined {
  return access.kind === 'levels' ? access.levels[0]?.id : undefined
}

/** The words that a row knows. */
export function rowWords(document: CatalogDocument, row: Row): readonly string[] {
  return row.allows ?? wordsOf(document)
}

/** The words of a cell, whichever way it is written; one that the platform leaves empty has none. */
export function cellWords(cell: CellOf): readonly string[] {
  return typeof cell === 'string' ? [cell] : (cell ?? [])
}

/** A problem where the document has nothing of that name. */
export function named(kind: keyof typeof LISTS, document: CatalogDocument, name: string, path: Path): CatalogProblem[] {
  const known = document[LISTS[kind]].map(({ id }) => id)
  return known.includes(name) ? [] : [unknownName(kind, name, known, path)]
}

/** A problem where the vocabulary has no such word. */
export function knownWord(document: CatalogDocument, word: string, path: Path): CatalogProblem[] {
  const known = wordsOf(document)
  return known.includes(word)
    ? []
    : [unknownName(document.access.kind === 'levels' ? 'level' : 'verb', word, known, path)]
}
