import type { UniqueValues } from '../../../application/ports.ts'
import type { UniqueValue } from '../../../domain/extension-values.ts'
import type { Session } from '../session.ts'

type Row = UniqueValue & { readonly resourceId: string }

const slice = 1000

export function createUniqueValues(session: Session): UniqueValues {
  const { db, dialect } = session
  const table = () => db('directory_unique_values')
  return {
    async taken({ id, connectionId }, values) {
      if (values.length === 0) return undefined
      const columns = { attribute: 'text', value_key: 'text' } as const
      const told = dialect.recordset('told', columns, values.map(toRow))
      const sql = `select u.attribute, u.value_key from directory_unique_values u join ?
        on u.attribute = told.attribute and u.value_key = told.value_key where u.connection_id = ? and u.resource_id <> ? limit 1`
      const [row] = await session.rows<{ attribute: string; value_key: string }>(db.raw(sql, [told, connectionId, id]))
      return row && { attribute: row.attribute, key: row.value_key }
    },
    async set({ id, connectionId }, values) {
      await session.run(table().where({ resource_id: id }).delete())
      await insert(
        session,
        connectionId,
        values.map((value) => ({ ...value, resourceId: id })),
      )
    },
    async reset(connectionId, urn, rows) {
      const ofUrn = `${urn.toLowerCase().replaceAll(/[!%_]/g, '!$&')}:%`
      await session.run(
        table().where({ connection_id: connectionId }).whereRaw("lower(attribute) like ? escape '!'", [ofUrn]).delete(),
      )
      for (let start = 0; start < rows.length; start += slice)
        await insert(session, connectionId, rows.slice(start, start + slice))
    },
  }
}

function toRow({ attribute, key }: UniqueValue) {
  return { attribute, value_key: key }
}

async function insert({ db, dialect, run }: Session, connectionId: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const columns = { connection_id: 'text', attribute: 'text', value_key: 'text', resource_id: 'text' } as const
  const told = dialect.recordset(
    'told',
    columns,
    rows.map((row) => ({ connection_id: connectionId, ...toRow(row), resource_id: row.resourceId })),
  )
  const names = Object.keys(columns).join(', ')
  await run(db.raw(`insert into directory_unique_values (${names}) select ${names} from ?`, [told]))
}
