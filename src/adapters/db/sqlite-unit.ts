import type { Knex } from 'knex'
import { toNative, type Dialect, type NativeStatement, type Session, type Statement } from './session.ts'
import { toSqliteText } from './sqlite-text.ts'
import type { SqliteConnection } from './sqlite.ts'

/** What one unit of work says to the one writing connection. */
export type SqliteUnit = {
  readonly session: Session
  /** Sends what waits and keeps it. */
  readonly finish: () => Promise<void>
  /** Takes back whatever the unit has written. */
  readonly undo: () => Promise<void>
}

/** A text longer than this goes by itself, as a prepared statement. */
const longestText = 100_000

/**
 * Writes wait until the unit reads again or ends, and then go in one trip: a trip to SQLite's thread costs more than most
 * statements. The unit's savepoint goes with the first of them, so that its failure undoes nothing of another unit's.
 */
export function createSqliteUnit(connection: SqliteConnection, db: Knex, dialect: Dialect): SqliteUnit {
  const waiting: string[] = []
  let opened = false

  async function send(...last: string[]): Promise<void> {
    if (waiting.length === 0 && !opened) return
    const texts = [...(opened ? [] : ['savepoint unit']), ...waiting.splice(0), ...last]
    opened = true
    if (texts.length > 0) await connection.exec(texts.join(';\n'))
  }

  async function run(statement: Statement): Promise<void> {
    const text = toSqliteText(statement)
    if (text.length <= longestText) {
      waiting.push(text)
      return
    }
    if (!opened) waiting.push('select 1')
    await send()
    await connection.run(statement)
  }

  return {
    session: {
      db,
      dialect,
      run,
      rows: async <T>(statement: Statement) => {
        const native = toNative(statement)
        if (isWrite(native) && !opened && waiting.length === 0) waiting.push('select 1')
        await send()
        return connection.all<T>(native.sql, native.bindings)
      },
    },
    finish: () => send('release unit'),
    async undo() {
      waiting.length = 0
      if (opened) await connection.exec('rollback to unit; release unit')
    },
  }
}

/** A write that answers rows (`returning`) needs the savepoint before it. */
function isWrite({ sql }: NativeStatement): boolean {
  return !/^\s*select\b/i.test(sql)
}
