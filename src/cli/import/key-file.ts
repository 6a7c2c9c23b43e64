import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { csvField } from '../../domain/csv.ts'
import { CliError } from '../client.ts'

/** An access key as it was made for somebody brought in. */
export type HandedOut = {
  readonly line: number
  readonly userName: string
  readonly member: string
  readonly id: string
  readonly secret: string
}
export type KeyFile = { readonly name: string; count(): number; add(keys: readonly HandedOut[]): void; close(): void }

const columns = ['line', 'userName', 'member', 'id', 'secret'] as const

/**
 * The file that secrets go to: a new one that its owner alone reads, CSV or JSON lines by its ending. Each lot is on the disk
 * before the next is asked for, as the secrets are nowhere else. One that stays empty is taken away again.
 */
export function openKeyFile(name: string): KeyFile {
  const asJson = /\.jsonl$/i.test(name)
  const file = openNew(name)
  let count = 0
  const write = (lines: readonly string[]): void => {
    writeSync(file, lines.map((line) => `${line}\n`).join(''))
    fsyncSync(file)
  }
  return {
    name,
    count: () => count,
    add(keys) {
      if (keys.length === 0) return
      const head = count === 0 && !asJson ? [columns.join(',')] : []
      count += keys.length
      write([...head, ...keys.map((key) => (asJson ? JSON.stringify(key) : toCsv(key)))])
    },
    close() {
      closeSync(file)
      if (count === 0) unlinkSync(name)
    },
  }
}

function openNew(name: string): number {
  if (!/\.(csv|jsonl)$/i.test(name)) throw new CliError('the file for the keys has to end in .csv or .jsonl', 2)
  try {
    return openSync(name, 'wx', 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'it exists already; name another, so that no keys are lost' : message
    throw new CliError(`${name} cannot be made: ${why}`)
  }
}

/** A line ends with LF alone, so that a script which cuts the last field off finds nothing behind it. */
function toCsv(key: HandedOut): string {
  return columns.map((column) => csvField(String(key[column]))).join(',')
}
