import { join } from 'node:path'
import {
  CatalogFileError,
  loadCatalogFile,
  loadShippedCatalogs,
  readCatalogFiles,
} from '../../adapters/catalogs/load-catalogs.ts'
import type { FileProblem } from '../../adapters/catalogs/read-document.ts'
import type { CatalogDescription } from '../../application/catalogs/catalog-description.ts'
import { describeCatalog } from '../../application/catalogs/describe-catalog.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { CliError } from '../client.ts'
import type { CliContext } from '../context.ts'
import { printable } from '../output.ts'

/** A catalog on this machine, and where it is from. */
export type LocalCatalog = { readonly description: CatalogDescription; readonly from: string }

/** Every catalog that a server with these settings would load, and what is wrong with files that it would not. */
export function localCatalogs({ env }: CliContext): { catalogs: LocalCatalog[]; problems: FileProblem[] } {
  const folder = env.CATALOG_DIR === undefined || env.CATALOG_DIR === '' ? null : env.CATALOG_DIR
  const shipped = loadShippedCatalogs()
  const { catalogs, unreadable } = readCatalogFiles(folder)
  return {
    catalogs: [...catalogs.values()].map(({ catalog }) => ({
      description: describeCatalog(catalog),
      from: shipped.has(catalog.id) ? 'shipped' : join(folder ?? '', `${catalog.id}.yaml`),
    })),
    problems: unreadable.flatMap(({ problems }) => [...problems]),
  }
}

/** A catalog by its id, or in a file: whatever has a slash in it, or .yaml at its end, is a file. */
export function localCatalog(context: CliContext, name: string): CatalogDescription {
  if (isFile(name)) return describeCatalog(readFile(name))
  const { catalogs, problems } = localCatalogs(context)
  const all = catalogs.map(({ description }) => description)
  const found = all.find(({ id }) => id === name)
  if (found !== undefined) return found
  if (problems.length > 0) throw new CatalogFileError(problems) // it may be in one of these
  const known = all.map(({ id }) => id).join(', ')
  throw new CliError(
    `there is no role catalog "${printable(name)}" here; there are: ${known}; for a file give its path, for those of a running server --server`,
  )
}

/** A file that was named is wrong input; the settings are not. */
function readFile(file: string): Catalog {
  try {
    return loadCatalogFile(file)
  } catch (error) {
    if (error instanceof CatalogFileError) throw new CliError(error.problems.map(printable).join('\n'))
    throw error
  }
}

/** A catalog as a running server has it. */
export function serverCatalog({ client }: CliContext, id: string): Promise<CatalogDescription> {
  if (isFile(id)) throw new CliError(`with --server give the id of a catalog instead of "${printable(id)}"`, 2)
  return client.call<CatalogDescription>('GET', `/catalogs/${encodeURIComponent(id)}`)
}

function isFile(name: string): boolean {
  return /[/\\]|\.ya?ml$/i.test(name)
}
