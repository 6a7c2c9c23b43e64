import type { PathViews } from '../../../application/decisions/path-views.ts'
import type { Session } from '../session.ts'

type Row = { id: string; name: string; present: number }

export function createPathViews(session: Session): PathViews {
  return {
    stepsOf: async ({ connections, groups, mappings }) => ({
      connections: await readNames(session, connections, {
        table: 'connections',
        name: 'name',
        there: "state = 'active'",
      }),
      groups: await readNames(session, groups, {
        table: 'directory_groups',
        name: 'display_name',
        there: 'removed_at is null',
      }),
      mappings: await readMappings(session, mappings),
    }),
  }
}

type Source = { readonly table: string; readonly name: string; readonly there: string }

async function readNames({ db, dialect, rows }: Session, ids: readonly string[], { table, name, there }: Source) {
  if (ids.length === 0) return new Map<string, { name: string; present: boolean }>()
  const present = db.raw(`case when ${there} then 1 else 0 end as present`)
  const query = db(table).select('id', { name }).select(present)
  const found = await rows<Row>(query.where(dialect.among('id', ids)))
  return new Map(found.map((row) => [row.id, { name: row.name, present: row.present === 1 }]))
}

async function readMappings({ db, dialect, rows }: Session, ids: readonly string[]) {
  if (ids.length === 0) return new Set<string>()
  const query = db('mappings').select('id').where(dialect.among('id', ids))
  return new Set((await rows<{ id: string }>(query)).map(({ id }) => id))
}
