import sqlite3 from 'sqlite3'
import type { Database } from '../../src/adapters/db/database.ts'
import { toNative, type NativeStatement, type Session } from '../../src/adapters/db/session.ts'

/** A database that remembers what it was asked for. */
export function listening(asked: NativeStatement[]) {
  return (database: Database): Database => {
    const { reads } = database
    const rows: Session['rows'] = (statement) => {
      asked.push(toNative(statement))
      return reads.rows(statement)
    }
    return { ...database, reads: { ...reads, rows } }
  }
}

/**
 * How SQLite means to run a statement: a line for each table. On a connection of its own, as one that has explained goes on
 * reading what was committed then.
 */
export async function explainSqlite({ reads }: Database, { sql, bindings }: NativeStatement): Promise<string[]> {
  const { filename } = (reads.db.client as { config: { connection: { filename: string } } }).config.connection
  const handle = new sqlite3.Database(filename)
  try {
    return await new Promise<string[]>((resolve, reject) => {
      handle.all<{ detail: string }>(`explain query plan ${sql}`, bindings, (error, rows) =>
        error === null ? resolve(rows.map(({ detail }) => detail)) : reject(error),
      )
    })
  } finally {
    await new Promise((done) => handle.close(done))
  }
}

export type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Plan[]
}

/** How PostgreSQL has run a statement. */
export async function explainPostgres({ reads }: Database, { sql, bindings }: NativeStatement): Promise<Plan> {
  type Row = { 'QUERY PLAN': { Plan: Plan }[] }
  const [row] = await reads.rows<Row>({ sql: `explain (analyze, format json) ${sql}`, bindings })
  return row?.['QUERY PLAN'][0]?.Plan as Plan
}

/** Rows that PostgreSQL read from tables, whether they were of use or not. */
export function rowsRead(plan: Plan): number {
  const own = plan['Relation Name'] === undefined ? 0 : plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)
  return own * plan['Actual Loops'] + (plan.Plans ?? []).reduce((sum, each) => sum + rowsRead(each), 0)
}

export function nodesOf(plan: Plan): string[] {
  return [`${plan['Node Type']} ${plan['Relation Name'] ?? ''}`.trim(), ...(plan.Plans ?? []).flatMap(nodesOf)]
}
