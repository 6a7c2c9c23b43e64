import { readFileSync } from 'node:fs'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import type { CatalogDescription, DescribedCell } from '../../src/application/catalogs/catalog-description.ts'
import { grantsOf, joineryVerbsFor, type Catalog } from '../../src/domain/catalog.ts'

export function shippedCatalog(id: string): Catalog {
  const catalog = loadShippedCatalogs().get(id)
  if (catalog === undefined) throw new Error(`the catalog ${id} does not ship`)
  return catalog
}

/** The second transcription of a platform's text, made apart from the catalog and by another way. */
export function factsOf<T>(id: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/catalogs/${id}.facts.json`, import.meta.url), 'utf8')) as T
}

/** A cell in the platform's own writing. */
export function writtenAs({ access }: CatalogDescription, cell: DescribedCell | null): string {
  if (cell === null) return ''
  const words: readonly { id: string; label: string }[] = access.kind === 'levels' ? access.levels : access.verbs
  const label = (word: string): string => words.find(({ id }) => id === word)?.label ?? `?${word}`
  if (typeof cell === 'string') return label(cell)
  return cell.length === 0 && access.kind === 'verbs' ? access.noAccess : cell.map(label).join(' / ')
}

/** The headings above a row, topmost first. */
export function headingsOf({ sections }: CatalogDescription, id: string | null): string[] {
  const section = sections.find((each) => each.id === id)
  return section === undefined ? [] : [...headingsOf({ sections } as CatalogDescription, section.parent), section.label]
}

/** The lines of the platform's text that the catalog's file names at its rows: id → number. */
export function citedLines(id: string): ReadonlyMap<string, number> {
  const file = readFileSync(new URL(`../../src/catalogs/${id}.yaml`, import.meta.url), 'utf8')
  const [rules = '', table = ''] = file.split('\ncapabilities:\n')
  const rows = [...table.matchAll(/^ {2}- id: (\S+)(?: # L(\d+))?/gm), ...rules.matchAll(/^ {4}id: (\S+) # L(\d+)/gm)]
  return new Map(rows.map(([, row = '', line]) => [row, Number(line)]))
}

/** The verbs of Joinery that the holder of a role may use. */
export function verbsOf(catalog: Catalog, role: string): readonly string[] {
  const type = catalog.roles.find(({ id }) => id === role)?.userType
  const userTypes = type === undefined ? [] : [type]
  return joineryVerbsFor(catalog, { roles: [role], userTypes, access: grantsOf(catalog, role) })
}
