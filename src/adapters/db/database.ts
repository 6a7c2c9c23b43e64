import type { Session, DialectName } from './session.ts'

/** Where the database is: a file of SQLite's, or a PostgreSQL server. */
export type DatabaseTarget =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string }

/** The database clock of tests may be moved: `now` for SQLite, `shiftMs` on top of PostgreSQL's own clock. */
export type DatabaseClock = { now(): number; shiftMs?(): number }

export type Database = {
  readonly name: DialectName
  /** Single reads, each of what is committed now. */
  readonly reads: Session
  /** Several reads of one and the same state. */
  readonly snapshot: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  /** One transaction. The work may run again after a serialization failure. */
  readonly transaction: <T>(work: (session: Session) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}
