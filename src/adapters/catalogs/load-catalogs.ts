import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CatalogFile, CatalogFiles } from '../../application/catalogs/catalogs-in-force.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { readCatalogFile } from './read-catalog-file.ts'
import { type FileProblem, problemLine } from './read-document.ts'

/** Everything that is wrong with the catalogs that were to be loaded, a line for each problem. */
export class CatalogFileError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly FileProblem[]) {
    const lines = problems.map(problemLine)
    super(lines.join('\n'))
    this.name = 'CatalogFileError'
    this.problems = lines
  }
}

/** One role catalog; a CatalogFileError says all that is wrong with it. */
export function loadCatalogFile(file: string): Catalog {
  const read = readCatalogFile(file)
  if ('catalog' in read) return read.catalog
  throw new CatalogFileError(read.problems)
}

/** What would keep a file from being loaded out of a folder. */
export function checkCatalogFile(file: string): { catalog: Catalog } | { problems: FileProblem[] } {
  const read = readCatalogFile(file)
  if ('problems' in read) return read
  const misnamed = checkName(file, read.catalog.id)
  return misnamed.length > 0 ? { problems: misnamed } : read
}

/** The role catalogs of a folder, by id. Each `<id>.yaml` holds the catalog of that id, so no two can share one. */
export function loadCatalogFolder(folder: string): ReadonlyMap<string, Catalog> {
  return catalogsOf(loadFolder(folder, new Set()))
}

function catalogsOf(files: ReadonlyMap<string, CatalogFile>): ReadonlyMap<string, Catalog> {
  return new Map([...files].map(([id, { catalog }]) => [id, catalog]))
}

/** Every role catalog that ships with Joinery, by id. They are read once: no release changes under a running process. */
export function loadShippedCatalogs(): ReadonlyMap<string, Catalog> {
  return (shippedCatalogs ??= catalogsOf(loadShippedFiles()))
}

let shippedCatalogs: ReadonlyMap<string, Catalog> | undefined
let shippedFiles: ReadonlyMap<string, CatalogFile> | undefined

function loadShippedFiles(): ReadonlyMap<string, CatalogFile> {
  return (shippedFiles ??= readShippedFiles())
}

function readShippedFiles(): ReadonlyMap<string, CatalogFile> {
  const folder = SHIPPED.find((each) => (namesIn(each) ?? []).length > 0)
  if (folder !== undefined) return loadFolder(folder, new Set())
  throw new CatalogFileError(SHIPPED.map((empty) => noCatalogs(empty, 'There are no role catalogs here')))
}

/** Those that ship, and those of a platform's own folder; null where it has none. */
export function loadCatalogs(ownFolder: string | null): ReadonlyMap<string, Catalog> {
  return catalogsOf(loadCatalogFiles(ownFolder))
}

/** The same, with the documents that they are read from. */
export function loadCatalogFiles(ownFolder: string | null): ReadonlyMap<string, CatalogFile> {
  const { catalogs, unreadable } = readCatalogFiles(ownFolder)
  if (unreadable.length > 0) throw new CatalogFileError(unreadable.flatMap(({ problems }) => problems))
  return catalogs
}

/** The same, file by file: those that cannot be read beside those that can. */
export function readCatalogFiles(ownFolder: string | null): Folder {
  const shipped = loadShippedFiles()
  if (ownFolder === null) return { catalogs: shipped, unreadable: [] }
  const names = namesIn(ownFolder) ?? []
  if (names.length === 0)
    return { catalogs: shipped, unreadable: [{ id: wholeFolder, problems: [nothingIn(ownFolder)] }] }
  const own = readFolder(ownFolder, new Set(shipped.keys()))
  return { catalogs: new Map([...shipped, ...own.catalogs]), unreadable: own.unreadable }
}

/** Stands for every catalog of a folder that cannot be read; no catalog can be called so. */
const wholeFolder = 'CATALOG_DIR'

function nothingIn(folder: string): FileProblem {
  const what = namesIn(folder) === undefined ? 'There is no such folder' : 'There are no role catalogs here'
  return noCatalogs(folder, `${what}: put a file <id>.yaml into it, or correct CATALOG_DIR`)
}

function loadFolder(folder: string, taken: ReadonlySet<string>): ReadonlyMap<string, CatalogFile> {
  const { catalogs, unreadable } = readFolder(folder, taken)
  if (unreadable.length > 0) throw new CatalogFileError(unreadable.flatMap(({ problems }) => problems))
  return catalogs
}

/** A file out of which no catalog is read, by the id that it would have: its own where it has one, else that of its name. */
type Unreadable = { readonly id: string; readonly problems: readonly FileProblem[] }
type Folder = {
  readonly catalogs: ReadonlyMap<string, CatalogFile>
  readonly unreadable: readonly Unreadable[]
}

/** What each file of a folder is: what is wrong with one is nothing to the others. */
function readFolder(folder: string, taken: ReadonlySet<string>): Folder {
  const catalogs = new Map<string, CatalogFile>()
  const unreadable: Unreadable[] = []
  for (const name of namesIn(folder) ?? []) {
    const file = join(folder, name)
    const read = readCatalogFile(file)
    if ('problems' in read) {
      unreadable.push({ id: name.replace(/\.ya?ml$/i, ''), problems: read.problems })
      continue
    }
    const { catalog, document, idLine } = read
    const { id } = catalog
    const problems = [...checkName(file, id), ...(taken.has(id) ? [shipped(file, idLine, id)] : [])]
    if (problems.length > 0) unreadable.push({ id, problems })
    else catalogs.set(id, { catalog, document })
  }
  return { catalogs, unreadable }
}

function checkName(file: string, id: string): FileProblem[] {
  if (basename(file) === `${id}.yaml`) return []
  return [{ file, line: 1, rule: 'file-name', message: `The catalog in it is "${id}": name the file ${id}.yaml` }]
}

function shipped(file: string, line: number, id: string): FileProblem {
  const mend = `give this one another id and call its file after it, for example my-${id}`
  return { file, line, rule: 'shipped-id', message: `A catalog "${id}" ships with Joinery: ${mend}` }
}

function noCatalogs(folder: string, message: string): FileProblem {
  return { file: folder, line: 1, rule: 'no-catalogs', message }
}

// The compiler copies no YAML: seen from dist/src/adapters/catalogs, the files are still in the src of the package.
const SHIPPED = ['../../catalogs', '../../../../src/catalogs'].map((at) => fileURLToPath(new URL(at, import.meta.url)))

/** The catalogs of a folder by their file names. One that ends in .yml is among them, so that it is told of. */
function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/i.test(name))
      .sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as { code?: string }).code ?? '')) return undefined
    throw error
  }
}

/** The files as they lie on the disk whenever somebody asks: a change of one needs no restart to be planned. */
export function createCatalogFiles(ownFolder: string | null): CatalogFiles {
  return {
    read(id) {
      const { catalogs, unreadable } = readCatalogFiles(ownFolder)
      // One of another id is nothing to this one; a shipped catalog stays what it is beside one that takes its id.
      const meant = (file: Unreadable) => file.id === id || file.id === wholeFolder
      const wrong = catalogs.has(id) ? undefined : unreadable.find(meant)
      if (wrong !== undefined) throw notSound(wrong.problems.map(problemLine))
      return catalogs.get(id)
    },
    unreadable: () =>
      readCatalogFiles(ownFolder).unreadable.map(({ id, problems }) => ({
        id,
        reason: someOf(problems.map(problemLine)),
      })),
  }
}

function notSound(problems: readonly string[]): AppError {
  return new AppError('upstream_rejected', `the file of this role catalog is not sound: ${someOf(problems)}`)
}

const mostTold = 3

/** One slip may break a rule in each row of the table. */
function someOf(problems: readonly string[]): string {
  const told = problems.slice(0, mostTold).join('; ')
  const more = problems.length - mostTold
  return more <= 0 ? told : `${told}; and ${more} more, which "joinery catalog check" tells line by line`
}
