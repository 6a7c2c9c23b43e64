import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { cellWords, knownWord, lowestOf, named, rowWords } from './names.ts'

type Row = CatalogDocument['capabilities'][number]
type CellOf = Row['grants'][string]

/** Every row has one cell for each role that does not have everything, in words that the row knows. */
export function checkTable(document: CatalogDocument): CatalogProblem[] {
  return document.capabilities.flatMap((row, index) => {
    const path = ['capabilities', index]
    return [
      ...(row.allows ?? []).flatMap((word, i) => knownWord(document, word, [...path, 'allows', i])),
      ...availability(document, row, [...path, 'availableAt']),
      ...Object.keys(row.grants).flatMap((role) => named('role', document, role, [...path, 'grants', role])),
      ...Object.entries(row.grants).flatMap(([role, cell]) =>
        checkCell(document, row, cell, [...path, 'grants', role]),
      ),
      ...completeness(document, row, [...path, 'grants']),
    ]
  })
}

function availability(document: CatalogDocument, row: Row, path: Path): CatalogProblem[] {
  const { availableAt } = row
  if (availableAt === undefined) return []
  if (Array.isArray(availableAt)) {
    return availableAt.flatMap((level, i) => named('account-level', document, level, [...path, i]))
  }
  return Object.entries(availableAt).flatMap(([level, cell]) => [
    ...named('account-level', document, level, [...path, level]),
    ...checkCell(document, row, cell, [...path, level]),
  ])
}

function completeness(document: CatalogDocument, row: Row, path: Path): CatalogProblem[] {
  const has = (role: string) => Object.hasOwn(row.grants, role)
  const empty = document.access.kind === 'levels' ? lowestOf(document) : '[]'
  const absent = document.roles.filter(({ id, grants }) => grants === undefined && !has(id)).map(({ id }) => id)
  const surplus = document.roles.filter(({ id, grants }) => grants === 'everything' && has(id)).map(({ id }) => id)
  const whom = `The row "${row.id}" has no cell for ${absent.join(', ')}: write ${empty} where there is no access`
  return [
    ...(absent.length > 0 ? [problem('missing-cell', path, whom)] : []),
    ...surplus.map((role) =>
      problem('cell-for-everything', [...path, role], `The role "${role}" has everything: take this cell away`),
    ),
  ]
}

function checkCell(document: CatalogDocument, row: Row, cell: CellOf, path: Path): CatalogProblem[] {
  if (cell === null) return [] // left empty by the platform
  const levels = document.access.kind === 'levels'
  if (levels !== (typeof cell === 'string')) {
    const write = levels ? 'levels: write one level, not a list' : 'verbs: write a list, [] for no access'
    return [problem('wrong-cell', path, `The cells of this catalog hold ${write}`)]
  }
  return cellWords(cell).flatMap((word, i) => checkWord(document, row, word, levels ? path : [...path, i]))
}

function checkWord(document: CatalogDocument, row: Row, word: string, path: Path): CatalogProblem[] {
  const unknown = knownWord(document, word, path)
  if (unknown.length > 0 || word === lowestOf(document)) return unknown
  return inRow(document, row, word, path)
}

function inRow(document: CatalogDocument, row: Row, word: string, path: Path): CatalogProblem[] {
  const words = rowWords(document, row)
  if (words.includes(word)) return []
  const mend = `use one of ${words.join(', ')}, or add it to the row's allows`
  return [problem('not-in-row', path, `The row "${row.id}" does not know "${word}": ${mend}`)]
}

/** Access that something needs: a capability that exists, at a word that its row knows and that gives something. */
export function checkNeed(document: CatalogDocument, name: string, word: string, path: Path): CatalogProblem[] {
  const row = document.capabilities.find(({ id }) => id === name)
  if (row === undefined) return named('capability', document, name, path)
  const unknown = knownWord(document, word, path)
  if (unknown.length > 0) return unknown
  if (word === lowestOf(document)) {
    return [problem('needs-nothing', path, `"${word}" is no access, which nothing can need: name a higher level`)]
  }
  return inRow(document, row, word, path)
}
