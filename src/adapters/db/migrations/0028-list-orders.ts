import type { Knex } from 'knex'
import { nameKey } from '../../../domain/directory-user.ts'

/** Names as lists are sorted by them, without letter case, and an index for each list that may be long. */
export const listOrders = {
  name: '0028-list-orders',
  async up(knex: Knex): Promise<void> {
    for (const [table, { key, texts }] of Object.entries(keys)) {
      await knex.schema.alterTable(table, (told) => {
        told.text(key).notNullable().defaultTo('')
      })
      await fill(knex, table, key, texts)
    }
    // Texts go by code point. An index in that order finds no equal ones on another collation: the one before it stays.
    const text = isPostgres(knex) ? ' collate "C"' : ''
    for (const [name, [table, first, by, type]] of Object.entries(indexes))
      await knex.schema.raw(`create index ${name} on ${table} (${first}${by}${type === 'text' ? text : ''}, id)`)
  },
  async down(knex: Knex): Promise<void> {
    for (const name of Object.keys(indexes)) await knex.schema.raw(`drop index ${name}`)
    for (const [table, { key }] of Object.entries(keys))
      await knex.schema.alterTable(table, (told) => {
        told.dropColumn(key)
      })
  },
}

/** The first of the texts that there is. */
const keys = {
  accounts: { key: 'name_key', texts: ['name'] },
  access_keys: { key: 'name_key', texts: ['name'] },
  members: { key: 'shown_key', texts: ['display_name', 'user_name'] },
} as const

const indexes = {
  accounts_by_name: ['accounts', '', 'name_key', 'text'],
  members_by_user_name: ['members', 'account_id, ', 'user_name_key', 'text'],
  members_by_shown_name: ['members', 'account_id, ', 'shown_key', 'text'],
  access_keys_by_name: ['access_keys', 'account_id, ', 'name_key', 'text'],
  invitations_by_email: ['invitations', 'account_id, ', 'email_key', 'text'],
  scim_requests_by_duration: ['scim_requests', 'connection_id, ', 'micros', 'number'],
} as const

const slice = 1000

async function fill(knex: Knex, table: string, key: string, texts: readonly string[]): Promise<void> {
  type Row = { id: string } & Record<string, string | null>
  const rows = isPostgres(knex)
    ? 'jsonb_to_recordset(?::jsonb) as told(id text, made text)'
    : "(select json_extract(value, '$.id') as id, json_extract(value, '$.made') as made from json_each(?)) as told"
  for (let after = ''; ;) {
    const found = (await knex(table)
      .select('id', ...texts)
      .where('id', '>', after)
      .orderBy('id')
      .limit(slice)) as Row[]
    const told = found.map((row) => ({ id: row.id, made: nameKey(texts.flatMap((text) => row[text] ?? [])[0] ?? '') }))
    await knex.raw(`update ${table} set ${key} = told.made from ${rows} where told.id = ${table}.id`, [
      JSON.stringify(told),
    ])
    const last = found.at(-1)
    if (last === undefined || found.length < slice) return
    after = last.id
  }
}

function isPostgres({ client }: Knex): boolean {
  return (client as { config: { client?: unknown } }).config.client === 'pg'
}
