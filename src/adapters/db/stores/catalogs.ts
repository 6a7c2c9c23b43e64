import type { CatalogStore, InForce, LevelUse } from '../../../application/catalogs/catalogs-in-force.ts'
import type { Session } from '../session.ts'

export type InForceRow = {
  /** Named so that whoever reads it takes up a newer catalog. */
  catalog: string
  catalog_rev: number
  hash: string
  plan: string | null
  applied_by: string
  applied_at: number
}

export const inForceColumns = { catalog: 'id', catalog_rev: 'rev', hash: 'hash', plan: 'plan' } as const

/** `moved` is told when whole accounts have moved. */
export function createCatalogStore(session: Session, moved: () => void): CatalogStore {
  const { db, dialect } = session
  return {
    async lock(id) {
      const query = db('catalogs_in_force').select(inForceColumns).select('applied_by', 'applied_at').where({ id })
      const [row] = await session.rows<InForceRow>(dialect.forUpdate(query))
      return row && fromInForceRow(row)
    },
    async put({ id, rev, hash, plan, document, appliedBy, appliedAt }) {
      const content = { rev, hash, plan, document: JSON.stringify(document) }
      const row = { id, ...content, applied_by: appliedBy, applied_at: appliedAt }
      const written = db('catalogs_in_force').insert(row).onConflict('id')
      const [first] = await session.rows(rev === 1 ? written.ignore().returning('id') : written.merge().returning('id'))
      if (first === undefined) return false
      const epoch = { epoch: db.raw('epoch + 1'), epoch_at: dialect.now(), catalog_rev: rev }
      await session.run(db('accounts').where({ catalog: id }).update(epoch))
      // Whatever blocked a member may be gone with this change: he is tried again.
      const again = { status: 'open', attempts: 0, next_attempt_at: 0 }
      const under = db('accounts').select('id').where({ catalog: id })
      await session.run(db('propagations').where({ status: 'blocked' }).whereIn('account_id', under).update(again))
      moved()
      return true
    },
    accountsByLevel: (id) => accountsByLevel(session, id),
  }
}

export async function accountsByLevel({ db, rows }: Session, catalog: string): Promise<LevelUse[]> {
  type Row = { level: string | null; accounts: number | string }
  const query = db('accounts').select('level').count({ accounts: '*' }).where({ catalog }).groupBy('level')
  return (await rows<Row>(query)).map(({ level, accounts }) => ({ level, accounts: Number(accounts) }))
}

export function fromInForceRow(row: InForceRow): InForce {
  const { catalog, catalog_rev, hash, plan, applied_by, applied_at } = row
  return { id: catalog, rev: catalog_rev, hash, plan, appliedBy: applied_by, appliedAt: applied_at }
}

/** The revision that is in force, to be written into a new account; it stays so until the transaction ends. */
export async function holdCatalog(session: Session, id: string): Promise<number> {
  const { db, dialect } = session
  const query = db('catalogs_in_force').select({ catalog: 'id', catalog_rev: 'rev' }).where({ id })
  const [row] = await session.rows<InForceRow>(dialect.name === 'sqlite' ? query : query.forShare())
  return row?.catalog_rev ?? 0
}
