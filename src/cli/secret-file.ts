import { readFileSync } from 'node:fs'
import { CliError } from './client.ts'

/** A secret out of a file, or with `-` from standard input: what stands in a command line is seen by others. */
export function readSecret(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch (error) {
    throw new CliError(`--secret-file cannot be read: ${(error as Error).message}`, 2)
  }
}
