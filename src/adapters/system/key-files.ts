import { mkdirSync, chmodSync, openSync, readFileSync, writeSync, closeSync, fsyncSync } from 'node:fs'
import { join } from 'node:path'
import { randomToken } from './secrets.ts'

/** The data folder, for its owner alone. */
export function ensureDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
}

/** Writes a file for its owner alone, over whatever is there; it is on the disk when this returns. */
export function writeSecretFile(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Reads a secret of the data folder; the first to ask makes it, and nobody overwrites it. */
export function readOrMakeSecret(
  dataDir: string,
  name: 'admin-token' | 'secret-key',
): { value: string; made: boolean } {
  const file = join(dataDir, name)
  const value = randomToken()
  try {
    const handle = openSync(file, 'wx', 0o600)
    writeSync(handle, `${value}\n`)
    fsyncSync(handle)
    closeSync(handle)
    return { value, made: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { value: readFileSync(file, 'utf8').trim(), made: false }
  }
}
