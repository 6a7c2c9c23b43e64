import { parseCatalog } from '../../application/catalogs/parse-catalog.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { type FileProblem, readDocumentFile } from './read-document.ts'

/** A catalog with the line of its id, or every problem of its file. */
export type ReadCatalog = { catalog: Catalog; document: unknown; idLine: number } | { problems: FileProblem[] }

export function readCatalogFile(file: string): ReadCatalog {
  const read = readDocumentFile(file)
  if ('problems' in read) return read
  const parsed = parseCatalog(read.value)
  if ('problems' in parsed) return { problems: parsed.problems.map(read.place) }
  return { ...parsed, document: read.value, idLine: read.place({ path: ['id'], rule: '', message: '' }).line }
}
