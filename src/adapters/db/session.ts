import type { Knex } from 'knex'

/** What runs on a session: built by knex, or text with its values where a statement is run for each request. */
export type Statement = Knex.QueryBuilder | Knex.Raw | NativeStatement
export type NativeStatement = { readonly sql: string; readonly bindings: readonly unknown[] }
export type DialectName = 'sqlite' | 'postgres'

/**
 * A connection that statements run on: one transaction, one snapshot, or single reads. knex builds the SQL; the driver runs
 * it as a prepared statement on this very connection, so that nothing can escape a transaction.
 */
export type Session = {
  readonly db: Knex
  readonly dialect: Dialect
  readonly rows: <T>(statement: Statement) => Promise<T[]>
  /** A write that answers nothing; it may wait until the next read, or the end of the transaction. */
  readonly run: (statement: Statement) => Promise<void>
}

type ColumnType = 'text' | 'bigint'

/** The few places where SQLite and PostgreSQL say the same in other words. Texts stay constant, whatever the size of a set. */
export type Dialect = {
  readonly name: DialectName
  /** `column in (values)` with one bound value. */
  among(column: string, values: readonly string[]): Knex.Raw
  /** Rows as a table named `alias`: what set-based writes join with. */
  recordset(alias: string, columns: Record<string, ColumnType>, rows: readonly object[]): Knex.Raw
  /** The clock that leases and waits are measured by: the database's own where processes share it. Epoch milliseconds. */
  now(): Knex.Raw
  /** Locks the rows that a select reads, in its order; one writer at a time needs no lock. */
  forUpdate(query: Knex.QueryBuilder): Knex.QueryBuilder
  /** Holds a row beside others who hold it, against whoever locks it. */
  forKeyShare(query: Knex.QueryBuilder): Knex.QueryBuilder
  /** Locks rows against changes alone: rows that refer to them are still written by others. */
  forNoKeyUpdate(query: Knex.QueryBuilder): Knex.QueryBuilder
}

export function sqliteDialect(db: Knex, clock: { now(): number }): Dialect {
  return {
    name: 'sqlite',
    among: (column, values) => db.raw('?? in (select value from json_each(?))', [column, JSON.stringify(values)]),
    recordset(alias, columns, rows) {
      const fields = Object.keys(columns).map((name) => `json_extract(value, '$.${name}') as ${name}`)
      return db.raw(`(select ${fields.join(', ')} from json_each(?)) as ${alias}`, [JSON.stringify(rows)])
    },
    now: () => db.raw('?', [clock.now()]),
    forUpdate: (query) => query,
    forKeyShare: (query) => query,
    forNoKeyUpdate: (query) => query,
  }
}

export function postgresDialect(db: Knex, clock: { shiftMs?(): number }): Dialect {
  return {
    name: 'postgres',
    among: (column, values) => db.raw('?? = any(?::text[])', [column, values as string[]]),
    recordset(alias, columns, rows) {
      const fields = Object.entries(columns).map(([name, type]) => `${name} ${type}`)
      return db.raw(`jsonb_to_recordset(?::jsonb) as ${alias}(${fields.join(', ')})`, [JSON.stringify(rows)])
    },
    now: () => db.raw('((extract(epoch from clock_timestamp()) * 1000)::bigint + ?::bigint)', [clock.shiftMs?.() ?? 0]),
    forUpdate: (query) => query.forUpdate(),
    forKeyShare: (query) => query.forKeyShare(),
    forNoKeyUpdate: (query) => query.forNoKeyUpdate(),
  }
}

/** The statement as the driver takes it. */
export function toNative(statement: Statement): NativeStatement {
  return 'toSQL' in statement ? statement.toSQL().toNative() : statement
}

const texts = new Map<string, string>()

/** A statement written out, with `?` for each value: for what every request runs. */
export function written(
  { dialect }: Pick<Session, 'dialect'>,
  text: string,
  bindings: readonly unknown[],
): NativeStatement {
  if (dialect.name === 'sqlite') return { sql: text, bindings }
  const sql = texts.get(text) ?? numbered(text)
  texts.set(text, sql)
  return { sql, bindings }
}

/** PostgreSQL's places have numbers. */
function numbered(text: string): string {
  let place = 0
  return text.replaceAll('?', () => `$${(place += 1)}`)
}

type Row = Readonly<Record<string, string | number | null>>

const inserts = new Map<string, string>()

/** An insert of one row whose text is made once: what each request runs is not built anew each time. */
export function insertRow({ dialect }: Pick<Session, 'dialect'>, table: string, row: Row): NativeStatement {
  const columns = Object.keys(row)
  const key = `${dialect.name} ${table} ${columns.join()}`
  const sql = inserts.get(key) ?? insertText(dialect.name, table, columns)
  inserts.set(key, sql)
  return { sql, bindings: Object.values(row) }
}

function insertText(dialect: DialectName, table: string, columns: readonly string[]): string {
  const places = columns.map((_, index) => (dialect === 'postgres' ? `$${index + 1}` : '?'))
  return `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')}) values (${places.join(', ')})`
}
