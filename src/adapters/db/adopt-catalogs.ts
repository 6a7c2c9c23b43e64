import type { CatalogFile } from '../../application/catalogs/catalogs-in-force.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { canonicalText } from '../../domain/canonical-json.ts'
import { createCatalogKeeper, isUnread, readDocument, type CatalogKeeper } from './catalog-keeper.ts'
import type { Database } from './database.ts'
import type { Session } from './session.ts'

type Options = {
  readonly files: ReadonlyMap<string, CatalogFile>
  readonly hash: (text: string) => string
  readonly now: () => number
  /** Told of a file that is not what is in force. */
  readonly differs: (id: string) => void
}
type Row = { id: string; rev: number; hash: string; document: string }

/**
 * The catalogs that a process starts with. A file whose id is in force nowhere is put in force as it is; one that differs
 * from what is in force waits to be planned and applied. Where the file is gone, accounts keep their catalog.
 */
export async function adoptCatalogs(database: Database, options: Options): Promise<CatalogKeeper> {
  const keeper = createCatalogKeeper()
  const rows = await readOrAdopt(database, options)
  const inForce = new Map(rows.map((row) => [row.id, row]))
  for (const [id, { document, catalog }] of options.files) {
    const row = inForce.get(id)
    inForce.delete(id)
    if (row === undefined) continue
    const isSame = row.hash === options.hash(canonicalText(document))
    if (!isSame) options.differs(id)
    if (!isSame && isUnread(row.document) && !(await isUsed(database.reads, id))) continue // applying the file mends it
    keeper.know(id, row.rev, isSame ? catalog : readDocument(id, row.document))
  }
  for (const row of inForce.values()) if (await isUsed(database.reads, row.id)) keeper.know(row.id, row.rev, read(row))
  return keeper
}

const read = ({ id, document }: Row): Catalog => readDocument(id, document)

async function readOrAdopt(database: Database, { files, hash, now }: Options): Promise<Row[]> {
  const known = await readAll(database.reads)
  const missing = [...files].filter(([id]) => !known.some((row) => row.id === id))
  if (missing.length === 0) return known
  await database.transaction(async (session) => {
    for (const [id, { document }] of missing) {
      const content = { hash: hash(canonicalText(document)), document: JSON.stringify(document) }
      const row = { id, rev: 1, ...content, plan: null, applied_by: 'first start', applied_at: now() }
      await session.run(session.db('catalogs_in_force').insert(row).onConflict('id').ignore())
      await session.run(session.db('accounts').where({ catalog: id, catalog_rev: 0 }).update({ catalog_rev: 1 }))
    }
  })
  return readAll(database.reads)
}

function readAll({ db, rows }: Session): Promise<Row[]> {
  return rows<Row>(db('catalogs_in_force').select('id', 'rev', 'hash', 'document').orderBy('id'))
}

async function isUsed({ db, rows }: Session, id: string): Promise<boolean> {
  return (await rows(db('accounts').select('id').where({ catalog: id }).limit(1))).length > 0
}
