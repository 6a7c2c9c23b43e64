import type { EnvSource } from '../config/env.ts'
import { loadConfig } from '../config/load-config.ts'
import { toJson, type Output } from './output.ts'

/** The configuration as it would be used; secrets print as [secret]. */
export function printConfig(env: EnvSource, out: Output): void {
  out.line(toJson(loadConfig(env)))
}
