import type { Knex } from 'knex'
import { foldTexts } from '../../../domain/directory-user.ts'

const tables = { directory_users: 'User', directory_groups: 'Group' } as const
const batch = 500

/** The searchable twin of each resource, and how many live resources a connection has, kept by triggers. */
export const search = {
  name: '0006-search',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('directory_counts', (table) => {
      table.text('connection_id').notNullable()
      table.text('kind').notNullable()
      table.integer('shard').notNullable()
      table.bigInteger('live').notNullable()
      table.primary(['connection_id', 'kind', 'shard'])
    })
    for (const [table, kind] of Object.entries(tables)) {
      await knex.schema.alterTable(table, (columns) => {
        columns.text('search').notNullable().defaultTo('{}')
      })
      await fold(knex, table)
      await knex.raw(
        `insert into directory_counts (connection_id, kind, shard, live)
         select connection_id, '${kind}', 0, count(*) from ${table} where removed_at is null group by connection_id`,
      )
      for (const statement of triggers(knex, table, kind)) await knex.raw(statement)
    }
  },
  async down(knex: Knex): Promise<void> {
    for (const table of Object.keys(tables)) {
      await knex.raw(`drop trigger if exists ${table}_counted_in${onTable(knex, table)}`)
      await knex.raw(`drop trigger if exists ${table}_counted_out${onTable(knex, table)}`)
      await knex.schema.alterTable(table, (columns) => columns.dropColumn('search'))
    }
    if (isPostgres(knex)) await knex.raw('drop function if exists count_directory()')
    await knex.schema.dropTable('directory_counts')
  },
}

function isPostgres(knex: Knex): boolean {
  return (knex.client as { config: { client: string } }).config.client === 'pg'
}

function onTable(knex: Knex, table: string): string {
  return isPostgres(knex) ? ` on ${table}` : ''
}

async function fold(knex: Knex, table: string): Promise<void> {
  type Row = { id: string; attributes: string }
  for (let after = ''; ;) {
    const rows = await knex<Row>(table).select('id', 'attributes').where('id', '>', after).orderBy('id').limit(batch)
    for (const { id, attributes } of rows) {
      await knex(table)
        .where({ id })
        .update({ search: JSON.stringify(foldTexts(JSON.parse(attributes))) })
    }
    if (rows.length < batch) return
    after = rows.at(-1)?.id ?? ''
  }
}

/**
 * On PostgreSQL a count is spread over shards, so that creates at once do not wait for one row. A later migration that makes
 * these tables anew has to make their triggers anew.
 */
function triggers(knex: Knex, table: string, kind: string): string[] {
  if (!isPostgres(knex)) {
    const upsert = (row: 'new' | 'old', by: number): string =>
      `insert into directory_counts (connection_id, kind, shard, live) values (${row}.connection_id, '${kind}', 0, ${by})
       on conflict (connection_id, kind, shard) do update set live = live + excluded.live;`
    return [
      `create trigger ${table}_counted_in after insert on ${table} when new.removed_at is null
       begin ${upsert('new', 1)} end`,
      `create trigger ${table}_counted_out after update of removed_at on ${table}
       when old.removed_at is null and new.removed_at is not null begin ${upsert('old', -1)} end`,
    ]
  }
  return [
    `create or replace function count_directory() returns trigger language plpgsql as $$ begin
       insert into directory_counts as c (connection_id, kind, shard, live)
       values (new.connection_id, tg_argv[0], abs(hashtext(new.id)::bigint) % 16, tg_argv[1]::bigint)
       on conflict (connection_id, kind, shard) do update set live = c.live + excluded.live;
       return null; end $$`,
    `create trigger ${table}_counted_in after insert on ${table} for each row when (new.removed_at is null)
     execute function count_directory('${kind}', '1')`,
    `create trigger ${table}_counted_out after update of removed_at on ${table} for each row
     when (old.removed_at is null and new.removed_at is not null) execute function count_directory('${kind}', '-1')`,
  ]
}
