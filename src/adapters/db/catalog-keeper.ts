import { parseCatalog } from '../../application/catalogs/parse-catalog.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { Database } from './database.ts'
import type { Session } from './session.ts'

/** The catalogs in force as this process knows them. */
export type CatalogKeeper = {
  readonly catalogs: ReadonlyMap<string, Catalog>
  know(id: string, rev: number, catalog: Catalog): void
  /** Takes up whatever these rows tell of that is newer than what is known. */
  see(session: Session, rows: readonly unknown[]): Promise<void>
}

type Telling = { readonly catalog: string; readonly catalog_rev: number; readonly applied_at?: number }
type DocumentRow = { readonly rev: number; readonly document: string }

export function createCatalogKeeper(): CatalogKeeper {
  const catalogs = new Map<string, Catalog>()
  const revs = new Map<string, number>()
  const know = (id: string, rev: number, catalog: Catalog): void => {
    if (rev <= (revs.get(id) ?? 0)) return
    revs.set(id, rev)
    catalogs.set(id, catalog)
  }
  return {
    catalogs,
    know,
    async see(session, rows) {
      const newer = (rows as readonly Telling[]).filter((row) => row.catalog_rev > (revs.get(row.catalog) ?? 0))
      const listed = new Set(newer.flatMap((row) => (row.applied_at === undefined ? [] : [row.catalog])))
      for (const id of new Set(newer.map(({ catalog }) => catalog))) {
        const query = session.db('catalogs_in_force').select('rev', 'document').where({ id })
        const [row] = await session.rows<DocumentRow>(query)
        if (row === undefined) continue
        // Where catalogs themselves are read, one that is not sound is left out; whoever lives under it is refused.
        if (listed.has(id) && isUnread(row.document)) catalogs.delete(id)
        else know(id, row.rev, readDocument(id, row.document))
      }
    },
  }
}

/** Whether a document that came in force is not read by this release. */
export function isUnread(document: string): boolean {
  return !('catalog' in parseCatalog(JSON.parse(document)))
}

/** A document that was sound when it came in force; another release may see it otherwise. */
export function readDocument(id: string, document: string): Catalog {
  const parsed = parseCatalog(JSON.parse(document))
  if ('catalog' in parsed) return parsed.catalog
  const [problem] = parsed.problems
  const message = `role catalog "${id}", as it is in force, is not read by this release: ${problem?.message ?? ''}; run the former release, apply a mended one there, and then upgrade`
  throw new AppError('upstream_rejected', message)
}

/**
 * A database whose readers never judge by a catalog that is in force no more. Rows of accounts tell the revision of their
 * catalog (`catalog`, `catalog_rev`); before such rows are handed on, a newer one is read on the same session. So each
 * process has it with the first account that it looks at after the change, and no reader of accounts can forget to ask.
 */
export function keepingCatalogs(database: Database, keeper: CatalogKeeper): Database {
  const watched = (session: Session): Session => ({
    ...session,
    async rows<T>(statement: Parameters<Session['rows']>[0]): Promise<T[]> {
      const rows = await session.rows<T>(statement)
      if (tellsCatalogs(rows[0])) await keeper.see(session, rows)
      return rows
    },
  })
  return {
    ...database,
    reads: watched(database.reads),
    snapshot: (work) => database.snapshot((session) => work(watched(session))),
    transaction: (work) => database.transaction((session) => work(watched(session))),
  }
}

function tellsCatalogs(row: unknown): boolean {
  return row !== null && typeof row === 'object' && 'catalog_rev' in row
}
