import type { Knex } from 'knex'
import type { ExtensionSchemas } from '../../../application/ports.ts'
import type { AccountSchemas, ExtensionSchema } from '../../../domain/extension-schema.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'

export function createExtensionSchemas(session: Session): ExtensionSchemas {
  const { db, dialect } = session
  const revOf = (accountId: string): Knex.QueryBuilder => db('accounts').select('schemas_rev').where({ id: accountId })
  const readRev = async (query: Knex.QueryBuilder): Promise<number> => {
    const [row] = await session.rows<{ schemas_rev: number }>(query)
    return row?.schemas_rev ?? 0
  }
  const moved = async (accountId: string): Promise<void> =>
    session.run(
      db('accounts')
        .where({ id: accountId })
        .update({ schemas_rev: db.raw('schemas_rev + 1') }),
    )
  return {
    hold: (accountId) => readRev(dialect.name === 'sqlite' ? revOf(accountId) : revOf(accountId).forShare()),
    async lock(accountId) {
      const rev = await readRev(dialect.forUpdate(revOf(accountId)))
      return { rev, list: await readSchemas(session, accountId) }
    },
    async put(accountId, schema, at) {
      const row = { urn_key: schema.id.toLowerCase(), document: JSON.stringify(schema), updated_at: at }
      const insert = db('extension_schemas').insert({ account_id: accountId, ...row })
      await session.run(insert.onConflict(['account_id', 'urn_key']).merge(['document', 'updated_at']))
      await moved(accountId)
    },
    async remove(accountId, urn) {
      await session.run(db('extension_schemas').where({ account_id: accountId, urn_key: urn.toLowerCase() }).delete())
      await moved(accountId)
    },
    having: (place, slice) => having(session, place, slice),
  }
}

/** Those of an account, by their URNs. */
async function readSchemas({ db, rows }: Session, accountId: string): Promise<ExtensionSchema[]> {
  const query = db('extension_schemas').select('document').where({ account_id: accountId }).orderBy('urn_key')
  return (await rows<{ document: string }>(query)).map(({ document }) => parseJson<ExtensionSchema>(document))
}

/** The schemas and their revision in one statement, so that both are of one moment. */
export async function schemasOf({ db, rows }: Session, accountId: string): Promise<AccountSchemas> {
  const query = db('accounts as a')
    .leftJoin('extension_schemas as s', 's.account_id', 'a.id')
    .select('a.schemas_rev', 's.document')
    .where('a.id', accountId)
    .orderBy('s.urn_key')
  const found = await rows<{ schemas_rev: number; document: string | null }>(query)
  const list = found.flatMap(({ document }) => (document === null ? [] : [parseJson<ExtensionSchema>(document)]))
  return { rev: found[0]?.schemas_rev ?? 0, list }
}

type Having = ExtensionSchemas['having']

/** The text is looked at first: it says who may have the URN without being parsed. */
async function having(
  { db, rows }: Session,
  { connectionId, resourceType, urn }: Parameters<Having>[0],
  { after, limit }: Parameters<Having>[1],
): ReturnType<Having> {
  const table = resourceType === 'User' ? 'directory_users' : 'directory_groups'
  const query = db(table)
    .select('id', 'attributes')
    .where({ connection_id: connectionId, removed_at: null })
    .where('id', '>', after)
    .whereRaw("attributes like ? escape '!'", [`%"${urn.replaceAll(/[!%_]/g, '!$&')}"%`])
    .orderBy('id')
    .limit(limit)
  const found = await rows<{ id: string; attributes: string }>(query)
  return found.map(({ id, attributes }) => ({ id, attributes: parseJson(attributes) }))
}
