import { loadConfig } from '../config/load-config.ts'
import type { EnvSource } from '../config/env.ts'
import { apiDocument } from '../server.ts'
import { toJson, type Output } from './output.ts'

/** The OpenAPI document of the admin API, as this configuration would serve it; no server needs to run. */
export function printOpenApi(env: EnvSource, out: Output): void {
  const { publicUrl, host, port } = loadConfig(env).http
  out.line(toJson(apiDocument(publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`)))
}
