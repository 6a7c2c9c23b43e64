import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Catalog } from '../../domain/catalog.ts'
import { readCatalogFile } from './read-catalog-file.ts'

/** Everything that is wrong with the catalogs that were to be loaded, a line for each problem. */
export class CatalogFileError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'CatalogFileError'
    this.problems = problems
  }
}

/** One role catalog; a CatalogFileError says all that is wrong with it. */
export function loadCatalogFile(file: string): Catalog {
  const read = readCatalogFile(file)
  if ('catalog' in read) return read.catalog
  throw new CatalogFileError(read.problems)
}

/** The role catalogs of a folder, by id. Each `<id>.yaml` holds the catalog of that id, so no two can share one. */
export function loadCatalogFolder(folder: string): ReadonlyMap<string, Catalog> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  const catalogs = new Map<string, Catalog>()
  const problems: string[] = []
  for (const name of names.sort()) {
    const file = join(folder, name)
    const read = readCatalogFile(file)
    if ('problems' in read) {
      problems.push(...read.problems)
      continue
    }
    const { id } = read.catalog
    if (name === `${id}.yaml`) catalogs.set(id, read.catalog)
    else problems.push(`${file}:1: file-name: The catalog in it is "${id}": name the file ${id}.yaml`)
  }
  if (problems.length > 0) throw new CatalogFileError(problems)
  return catalogs
}

/** Every role catalog that ships with Joinery, by id. */
export function loadShippedCatalogs(): ReadonlyMap<string, Catalog> {
  const folder = SHIPPED.find(holdsCatalogs)
  if (folder !== undefined) return loadCatalogFolder(folder)
  throw new CatalogFileError(SHIPPED.map((empty) => `${empty}:1: no-catalogs: There are no role catalogs here`))
}

// The compiler copies no YAML: seen from dist/src/adapters/catalogs, the files are still in the src of the package.
const SHIPPED = ['../../catalogs', '../../../../src/catalogs'].map((at) => fileURLToPath(new URL(at, import.meta.url)))

function holdsCatalogs(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.yaml'))
}
