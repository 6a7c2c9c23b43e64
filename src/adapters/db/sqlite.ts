import type sqlite3 from 'sqlite3'
import { toNative, type Statement } from './session.ts'

const cachedStatements = 300

/** One SQLite connection with its prepared statements. */
export class SqliteConnection {
  readonly handle: sqlite3.Database
  private readonly prepared = new Map<string, sqlite3.Statement>()

  constructor(handle: sqlite3.Database) {
    this.handle = handle
  }

  rows<T>(statement: Statement): Promise<T[]> {
    const { sql, bindings } = toNative(statement)
    return this.all<T>(sql, bindings)
  }

  async all<T>(sql: string, bindings: readonly unknown[] = []): Promise<T[]> {
    const prepared = await this.prepare(sql)
    return new Promise((resolve, reject) => {
      prepared.all(bindings, (error: Error | null, rows) => (error === null ? resolve(rows as T[]) : reject(error)))
    })
  }

  async run(statement: Statement): Promise<void> {
    const { sql, bindings } = toNative(statement)
    const prepared = await this.prepare(sql)
    return new Promise((resolve, reject) => {
      prepared.run(bindings, (error: Error | null) => (error === null ? resolve() : reject(error)))
    })
  }

  /** Several statements without values to bind, in one trip. */
  exec(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.handle.exec(text, (error: Error | null) => (error === null ? resolve() : reject(error)))
    })
  }

  /** Statements without values: transaction control and pragmas. */
  async command(sql: string): Promise<void> {
    const prepared = await this.prepare(sql)
    return new Promise((resolve, reject) => {
      prepared.run((error: Error | null) => (error === null ? resolve() : reject(error)))
    })
  }

  /** Finalizes what was prepared; the handle itself belongs to knex's pool. */
  async release(): Promise<void> {
    const statements = [...this.prepared.values()]
    this.prepared.clear()
    await Promise.all(statements.map((statement) => new Promise<void>((done) => statement.finalize(() => done()))))
  }

  private async prepare(sql: string): Promise<sqlite3.Statement> {
    const known = this.prepared.get(sql)
    if (known !== undefined) return known
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const made = this.handle.prepare(sql, (error: Error | null) => (error === null ? resolve(made) : reject(error)))
    })
    this.keep(sql, statement)
    return statement
  }

  private keep(sql: string, statement: sqlite3.Statement): void {
    const [oldest] = this.prepared.keys()
    if (this.prepared.size >= cachedStatements && oldest !== undefined) {
      this.prepared.get(oldest)?.finalize()
      this.prepared.delete(oldest)
    }
    this.prepared.set(sql, statement)
  }
}
