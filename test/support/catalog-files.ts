import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { runCli, type Ran } from './cli.ts'

export const SHIPPED = fileURLToPath(new URL('../../src/catalogs/', import.meta.url))

/** The catalog of a small shop. */
export const shop = (id = 'shop'): string => `format: 1
id: ${id}
label: Shop
access: { kind: levels, levels: [{ id: none, label: None }, { id: full, label: Full }] }
accountLevels: [{ id: account, label: Account }]
holding: one
roles: [{ id: admin, label: Admin }, { id: reader, label: Reader }]
capabilities:
  - { id: team, label: Team, grants: { admin: full, reader: none } }
`

/** Where no server is. */
export const runCatalog = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  runCli('http://127.0.0.1:1', ['catalog', ...args], env)

/** A folder for the files of one suite, and the shipped catalog of an id with changes to its text, as a file in it. */
export function useCatalogFiles() {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalog-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return {
    get folder() {
      return folder
    },
    changed(id: string, ...changes: readonly (readonly [string, string])[]): string {
      const text = changes.reduce(
        (sofar, [old, now]) => {
          if (!sofar.includes(old)) throw new Error(`${id} does not say ${old}`)
          return sofar.replace(old, now)
        },
        readFileSync(join(SHIPPED, `${id}.yaml`), 'utf8'),
      )
      const file = join(mkdtempSync(join(folder, 'changed-')), `${id}.yaml`)
      writeFileSync(file, text)
      return file
    },
  }
}
