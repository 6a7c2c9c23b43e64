import fc from 'fast-check'
import knex from 'knex'
import sqlite3 from 'sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { toSqliteText } from '../../src/adapters/db/sqlite-text.ts'

const db = knex({ client: 'sqlite3', useNullAsDefault: true })
let handle: sqlite3.Database
beforeAll(() => {
  handle = new sqlite3.Database(':memory:')
})
afterAll(async () => {
  await new Promise((done) => handle.close(done))
  await db.destroy()
})

const all = (sql: string): Promise<Record<string, unknown>[]> =>
  new Promise((resolve, reject) =>
    handle.all(sql, (error: Error | null, rows: Record<string, unknown>[]) =>
      error === null ? resolve(rows) : reject(error),
    ),
  )

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom("'", "''", "'; drop table members; --", '\0', "a\0'b", '?', '\\', "\\'", '"', '`', 'x\n;select 1'),
)

it('a value written into the text comes out of SQLite as it went in, and nothing else happens', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, fc.integer(), async (first, second, number) => {
      const text = toSqliteText(
        db.raw('select ? as first, ? as second, ? as number, ? as absent', [first, second, number, null]),
      )
      const [row] = await all(text)
      const told = (value: string): string => Buffer.from(value).toString()
      expect(row).toEqual({ first: told(first), second: told(second), number, absent: null })
    }),
    { numRuns: 500 },
  )
})

it('refuses what is no value', () => {
  expect(() => toSqliteText({ sql: 'select ?', bindings: [{}] })).toThrow('no value')
  expect(() => toSqliteText({ sql: 'select ?', bindings: [Number.NaN] })).toThrow('no value')
  expect(() => toSqliteText({ sql: 'select ?', bindings: [] })).toThrow('0 values for 1 places')
})
