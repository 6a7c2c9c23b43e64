/**
 * Writes the generated pages of docs/reference from the code that they describe. `--check` writes nothing and fails where a
 * page is not what it should be; test/unit/docs/generated.test.ts asks the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { adminApiPage } from './admin-pages.ts'
import { auditLogPage } from './audit-page.ts'
import { catalogsPage } from './catalog-pages.ts'
import { platformsPage } from './platform-pages.ts'
import { dialectsPage } from './dialect-pages.ts'
import { deviationsPage, scimPage } from './scim-pages.ts'
import { cliPage } from './cli-page.ts'
import { configurationPage } from './configuration-page.ts'
import { errorsPage } from './errors-page.ts'

const FOLDER = fileURLToPath(new URL('../../docs/reference/', import.meta.url))

/** Every generated page: its name in docs/reference, and its text. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['configuration.md', configurationPage()],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage()],
    ['admin-api.md', adminApiPage()],
    ['audit-log.md', auditLogPage()],
    ['catalogs.md', catalogsPage()],
    ['platforms.md', platformsPage()],
    ['dialects.md', dialectsPage()],
    ['scim.md', scimPage()],
    ['scim-deviations.md', deviationsPage()],
  ])
}

/** The committed text of a page; undefined where there is none. */
export function committed(name: string): string | undefined {
  try {
    return readFileSync(`${FOLDER}${name}`, 'utf8')
  } catch {
    return undefined
  }
}

function main(): void {
  const stale = [...pages()].filter(([name, text]) => committed(name) !== text)
  if (process.argv.includes('--check')) {
    if (stale.length > 0)
      throw new Error(`not up to date: ${stale.map(([name]) => name).join(', ')}; run "npm run docs"`)
    return
  }
  for (const [name, text] of stale) writeFileSync(`${FOLDER}${name}`, text)
  console.log(stale.length === 0 ? 'docs/reference is up to date' : `wrote ${stale.map(([name]) => name).join(', ')}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
