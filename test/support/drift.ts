import { canonicalJson } from '../../src/domain/directory-user.ts'
import { resolveStored } from '../../src/application/propagation/facts.ts'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { createViews } from '../../src/adapters/db/views/create-views.ts'
import { openDatabase } from '../../src/adapters/db/open-database.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Views } from '../../src/application/views.ts'
import type { TestDatabase } from './databases.ts'

const catalogs = loadShippedCatalogs()

/** A look at the database from beside, as no part of the service under test. */
export async function lookInto(
  database: TestDatabase,
): Promise<{ database: Database; views: Views; close(): Promise<void> }> {
  const opened = await openDatabase(database.target, {
    clock: { now: () => Date.now() },
    migrateOnStart: true,
    migrated: () => undefined,
  })
  return { database: opened, views: createViews(opened), close: () => opened.close() }
}

/** Members whose stored grants are not what `resolve()` says of the facts of this moment. */
export async function drifted(views: Views, accountId: string): Promise<string[]> {
  const wrong: string[] = []
  let after: string | undefined
  do {
    const page = await views.members({ accountId, limit: 500, after })
    const facts = await views.facts(page.items.map(({ id }) => id))
    for (const member of page.items) {
      const known = facts.get(member.id)
      if (known === undefined) continue
      const wanted = resolveStored(catalogs, member, known, Date.now()).grants
      if (textOf(wanted) !== textOf(known.stored)) wrong.push(member.id)
    }
    after = page.next ?? undefined
  } while (after !== undefined)
  return wrong
}

function textOf(grants: readonly { role: string; source: string }[]): string {
  return canonicalJson(grants.toSorted((a, b) => `${a.role} ${a.source}`.localeCompare(`${b.role} ${b.source}`)))
}

/** Waits until nobody drifts; answers how long that took, or how many still did at the end. */
export async function untilNoDrift(
  views: Views,
  accountId: string,
  timeoutMs: number,
): Promise<{ ms: number; left: number }> {
  const started = Date.now()
  for (;;) {
    const left = (await drifted(views, accountId)).length
    const ms = Date.now() - started
    if (left === 0 || ms > timeoutMs) return { ms, left }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
