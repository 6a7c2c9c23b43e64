import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAccess } from '../support/access.ts'
import { createKeyBench } from '../support/access-keys.ts'
import { citedLines, factsOf, shippedCatalog } from '../support/catalogs.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'

type Row = { line: number; availability?: string; cells: string[] }
type Facts = { columns: { label: string }[]; rows: Row[] }

/** Gateways are answered as the platforms' tables say, cell by cell; the facts are the second transcription of these. */
describeOnBoth('decisions by the tables of the platforms', (database) => {
  let joinery: Joinery
  const { account, join } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  /** The words that somebody has of each row of the catalog, as decisions tell. */
  const askedOf = async (catalogId: string, accountId: string, memberId: string): Promise<Record<string, string[]>> => {
    const { capabilities, access } = shippedCatalog(catalogId)
    const words = access.kind === 'levels' ? access.levels.slice(1) : access.verbs
    const asked = capabilities.flatMap(({ id }) => words.map((word) => ({ id, word: word.id })))
    const ask = createAccess(joinery.url, testSecrets.ADMIN_TOKEN)
    const had: Record<string, string[]> = Object.fromEntries(capabilities.map(({ id }) => [id, []]))
    for (let start = 0; start < asked.length; start += 500) {
      const some = asked.slice(start, start + 500)
      const { body } = await ask('/evaluations', {
        subject: { type: 'member', id: memberId },
        evaluations: some.map(({ id, word }) => ({
          ...{ action: { name: word }, resource: { type: 'capability', id, properties: { account: accountId } } },
        })),
      })
      for (const [index, { decision }] of (body.evaluations as { decision: boolean }[]).entries())
        if (decision) had[some[index]?.id ?? '']?.push(some[index]?.word ?? '')
    }
    return had
  }
  const rowsById = (catalogId: string): [string, Row][] => {
    const lines = new Map([...citedLines(catalogId)].map(([id, line]) => [line, id]))
    const known = new Set(shippedCatalog(catalogId).capabilities.map(({ id }) => id))
    return factsOf<Facts>(catalogId)
      .rows.map((row): [string, Row] => [lines.get(row.line) ?? '', row])
      .filter(([id]) => known.has(id))
  }
  /** The id of the role that a column of the table is about. */
  const columns = (catalogId: string): string[] =>
    factsOf<Facts>(catalogId).columns.map(
      ({ label }) => shippedCatalog(catalogId).roles.find((role) => role.label === label)?.id ?? '',
    )

  it('cpaas-iam-3: each role has what its cell says, at the account and at a Business Customer, and nothing of what is not available', async () => {
    const levels: Record<string, string[]> = { 'read only': ['read'], 'read/write': ['read', 'read-write'] }
    const rows = rowsById('cpaas-iam')
    expect(rows).toHaveLength(45)
    const top = await account('cpaas-iam', { level: 'account' })
    for (const accountId of [top, await account('cpaas-iam', { parentId: top })]) {
      for (const [column, role] of columns('cpaas-iam').entries()) {
        const wanted = rows.map(([id, { cells, availability = '' }]) => {
          const here = availability === 'Yes' ? levels['read/write'] : (levels[availability] ?? [])
          return [id, (levels[cells[column] ?? ''] ?? []).filter((word) => here?.includes(word))]
        })
        const had = await askedOf('cpaas-iam', accountId, await join(accountId, role))
        expect([role, had]).toEqual([role, Object.fromEntries(wanted)])
      }
    }
  })

  it('plivo-2: each role has the verbs of its cell, with sight of what it acts on, and the owner has all', async () => {
    const { access, capabilities } = shippedCatalog('plivo')
    const order = access.kind === 'verbs' ? access.verbs.map(({ id }) => id) : []
    const inOrder = (words: readonly string[]) => order.filter((word) => words.includes(word))
    const all = new Map(capabilities.map(({ id, allows }) => [id, inOrder(allows)]))
    const verbsOf = (id: string, cell: string): string[] => {
      if (cell === 'Complete Access') return all.get(id) ?? []
      const verbs = cell === 'No Access' || cell === '' ? [] : cell.toLowerCase().split(' / ')
      return verbs.length === 0 ? [] : inOrder(['view', ...verbs])
    }
    const owner = { userName: 'owner@corp.example', email: 'owner@corp.example' }
    const { id: accountId, ownerId } = await joinery.api.ok('POST', '/accounts', { name: 'P', catalog: 'plivo', owner })
    const rows = rowsById('plivo')
    expect(rows).toHaveLength(capabilities.length)
    for (const [column, role] of columns('plivo').entries()) {
      const had = await askedOf('plivo', accountId, await join(accountId, role))
      const wanted = rows.map(([id, { cells }]) => [id, verbsOf(id, cells[column] ?? '')])
      expect([role, had]).toEqual([role, Object.fromEntries(wanted)])
    }
    expect(await askedOf('plivo', accountId, ownerId as string)).toEqual(Object.fromEntries(all))
  })
})
