import type { EnvSource } from '../config/env.ts'
import type { Client } from './client.ts'
import { toJson, type Output } from './output.ts'

/** What every command gets. */
export type CliContext = { env: EnvSource; client: Client; out: Output }

/** Prints a result: as JSON where asked for, else as its own text. */
export function print(out: Output, options: { json?: boolean | undefined }, value: unknown, text: () => string): void {
  out.line(options.json === true ? toJson(value) : text())
}
