import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/adapters/db/open-database.ts'
import { mustClose } from './closers.ts'
import { onPostgres, type Cluster } from './postgres.ts'
import type { Row } from './result.ts'
import type { Setup } from './setups.ts'

export type Machine = {
  cpu: string
  cores: number
  memoryGb: number
  loadBefore: number
  node: string
  sqlite: { version: string; journal: string; synchronous: string }
  postgres: { version: string; fsync: string; synchronousCommit: string } | null
}

/** What the figures were taken on. How databases sync is asked of the databases, not claimed. */
export async function describeMachine(cluster: Cluster | null): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.version,
    sqlite: await describeSqlite(),
    postgres: cluster === null ? null : await describePostgres(cluster),
  }
}

const synchronousModes = ['OFF', 'NORMAL', 'FULL', 'EXTRA']

/** Asked on a database that the product itself has made and opened. */
async function describeSqlite(): Promise<Machine['sqlite']> {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-bench-'))
  const removeFolder = mustClose(() => rmSync(folder, { recursive: true, force: true }))
  const target = { kind: 'sqlite', file: join(folder, 'empty.sqlite3') } as const
  const how = { clock: { now: () => Date.now() }, migrateOnStart: true, migrated: () => undefined }
  const { reads, close } = await openDatabase(target, how)
  const [version] = await reads.rows<{ version: string }>(reads.db.raw('select sqlite_version() as version'))
  const [mode] = await reads.rows<{ synchronous: number }>(reads.db.raw('pragma synchronous'))
  const [journal] = await reads.rows<{ journal_mode: string }>(reads.db.raw('pragma journal_mode'))
  await close()
  await removeFolder()
  return {
    version: version?.version ?? '?',
    journal: (journal?.journal_mode ?? '?').toUpperCase(),
    synchronous: synchronousModes[mode?.synchronous ?? -1] ?? '?',
  }
}

async function describePostgres({ url }: Cluster): Promise<Machine['postgres']> {
  const setting = async (name: string): Promise<string> => (await onPostgres(url, `show ${name}`))[0]?.[name] ?? '?'
  return {
    version: await setting('server_version'),
    fsync: await setting('fsync'),
    synchronousCommit: await setting('synchronous_commit'),
  }
}

export function headerOf({ cpu, cores, memoryGb, node, loadBefore, sqlite, postgres }: Machine, scale: number): string {
  const durable = sqlite.journal === 'WAL' && sqlite.synchronous === 'FULL'
  return [
    `Machine: ${cpu}, ${cores} cores, ${memoryGb} GB; load ${loadBefore} before the run. Node ${node}.`,
    `SQLite ${sqlite.version}, journal ${sqlite.journal}, synchronous ${sqlite.synchronous}${durable ? ': an answered commit survives a power loss' : ''}.`,
    ...(postgres === null
      ? []
      : [
          `PostgreSQL ${postgres.version}, fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronousCommit}, otherwise as installed.`,
        ]),
    'Server in a process of its own; load driver, databases and Redis (no persistence) on the same machine.',
    ...(loadBefore < 0.5 ? [] : ['The machine was busy with other work: the figures are below what it can do.']),
    ...(scale === 1 ? [] : [`Scale ${scale}: a quick run. Only a run at scale 1 says whether an aim is met.`]),
  ].join('\n')
}

/** One table: a line for each figure, a column for each set-up. */
export function tableOf(setups: readonly Setup[], rows: ReadonlyMap<string, readonly Row[]>): string {
  const all = setups.map(({ name }) => rows.get(name) ?? [])
  const measures = new Map(all.flat().map(({ measure, aim }) => [measure, aim]))
  const lines = [...measures].map(([measure, aim]) => {
    const cells = all.map((column) => column.find((row) => row.measure === measure))
    return [measure, aim, ...cells.map((cell) => (cell === undefined ? '' : cellOf(cell)))]
  })
  return aligned([['', 'aim', ...setups.map(({ label }) => label)], ...lines])
}

function cellOf({ text, met }: Row): string {
  return met === null ? text : `${text} ${met ? '✓' : '✗ missed'}`
}

function aligned(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_cell, column) =>
    Math.max(3, ...lines.map((line) => [...(line[column] ?? '')].length)),
  )
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`
  const [head = [], ...body] = lines
  return [toLine(head), toLine(widths.map((width) => '-'.repeat(width))), ...body.map(toLine)].join('\n')
}
