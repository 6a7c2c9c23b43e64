import type { Knex } from 'knex'
import type { Database } from '../../src/adapters/db/database.ts'
import { toAppError } from '../../src/adapters/db/errors.ts'
import { toNative, type Session, type Statement } from '../../src/adapters/db/session.ts'

type Place = 'read' | 'transaction'
type Fault = (place: Place, sql: string) => Error | null

/** A database that fails where it is told to, before the statement reaches it, as a driver that lost its server does. */
export function createBreakable() {
  let fault: Fault = () => null
  let opened: Database | undefined
  const guarded = (session: Session, place: Place): Session => {
    const check = (statement: Statement): void => {
      const error = fault(place, toNative(statement).sql)
      if (error !== null) throw error
    }
    return {
      ...session,
      rows: async (statement) => {
        check(statement)
        return session.rows(statement)
      },
      run: async (statement) => {
        check(statement)
        return session.run(statement)
      },
    }
  }
  const translated = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw toAppError(error)
    }
  }
  const wrapDatabase = (database: Database): Database => {
    opened = database
    const reads = guarded(database.reads, 'read')
    return {
      ...database,
      reads: {
        ...reads,
        rows: (statement) => translated(reads.rows(statement)),
        run: (statement) => translated(reads.run(statement)),
      },
      transaction: (work) => database.transaction((session) => work(guarded(session, 'transaction'))),
    }
  }
  const whole = (): Database => {
    if (opened === undefined) throw new Error('not opened yet')
    return opened
  }
  return {
    wrapDatabase,
    fail: (next: Fault) => (fault = next),
    mend: () => (fault = () => null),
    /** What is stored, looked at past every verb. */
    rows: <T>(query: (db: Knex) => Knex.QueryBuilder): Promise<T[]> => {
      const { reads } = whole()
      return reads.rows<T>(query(reads.db))
    },
    /** A change past every verb: of what no verb changes yet. */
    run: (change: (db: Knex) => Knex.QueryBuilder): Promise<void> =>
      whole().transaction((session) => session.run(change(session.db))),
  }
}
