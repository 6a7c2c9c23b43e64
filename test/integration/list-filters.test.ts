import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describedOperations, pathTo, type Described } from '../support/api-document.ts'
import { commandsOfLists, hyphened } from '../support/cli-lists.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { rowsOfEach, type Ids } from '../support/rows-of-each.ts'
import { shop } from '../support/shop.ts'

type Item = Readonly<Record<string, any>>
type Filter = Described['query'][number]
type Row = { list: Described; filter: Filter; named: string }

const paging = ['limit', 'after', 'sort']
const rows: Row[] = describedOperations()
  .filter(({ listed }) => listed)
  .flatMap((list) =>
    list.query
      .filter(({ name }) => !paging.includes(name))
      .map((filter) => ({ list, filter, named: `${list.name} by ${filter.name}` })),
  )

const cases = rows.map((row) => [row.named, row] as const)

/** Filters of instants: what they find is not what an item has, but what comes before or after. */
const spans: Readonly<Record<string, (at: string, asked: string) => boolean>> = {
  since: (at, asked) => Date.parse(at) >= Date.parse(asked),
  until: (at, asked) => Date.parse(at) < Date.parse(asked),
}
/** What an item has by a filter that is not called as a field of it. */
const told: Readonly<Record<string, (item: Item) => unknown>> = {
  'listMembers by name': ({ displayName, userName }) => [displayName, userName],
  'listMembers by role': ({ roles, status }) => (status === 'active' ? roles : []),
  'listMembers by customised': ({ customised }) => customised,
  'reportAssignments by name': ({ displayName, userName }) => [displayName, userName],
  'listAccessKeys by role': ({ roles }) => roles,
  'listInvitations by role': ({ roles }) => roles,
  'listPermissionGroups by search': ({ name }) => name,
  'listRequests by status': ({ status }) => [status, `${String(status)[0]}xx`],
  'listRequests by failed': ({ status }) => status >= 400,
  'listRequests by member': ({ members, changed }) => [...members, ...changed.map(({ member }: Item) => member)],
}
const nothing = 'nobody-and-nothing'
/** What happens to the service itself happens to no member. */
const foundByNone = 'listServiceAuditLines by member'
const all = ['--limit', '500']

/** Every value of an item that its filter can ask for, as text. */
function valuesOf({ filter, named }: Row, item: Item): string[] {
  if (filter.name in spans) return [item.at]
  const value: unknown = told[named]?.(item) ?? item[filter.name]
  return [value]
    .flat()
    .filter((each) => each !== null && each !== undefined)
    .map(String)
}

/** Whether an item is what a value asks for: that value, a part of it, or another side of it. */
function fits(row: Row, item: Item, asked: string): boolean {
  const span = spans[row.filter.name]
  if (span !== undefined) return span(item.at, asked)
  const values = valuesOf(row, item).map((value) => value.toLowerCase())
  const isPart = row.filter.description?.includes('with this in their') === true
  return isPart ? values.some((value) => value.includes(asked.toLowerCase())) : values.includes(asked.toLowerCase())
}

/** What is asked for: what there is, what the list may have, and what nothing has. */
function askedOf(row: Row, items: readonly Item[]): string[] {
  const words = row.filter.schema.enum as string[] | undefined
  const there = items.flatMap((item) => valuesOf(row, item))
  if (row.filter.name in spans) return ['2001-01-01', '2101-01-01', ...there]
  if (row.named === 'listRequests by status') return ['599', ...there]
  return words ?? [nothing, ...there]
}

const keyOf = ({ id, seq, domain, ...item }: Item): unknown => id ?? seq ?? domain ?? item

describeOnBoth('filters of lists', (database) => {
  const clock = createClock()
  const folder = mkdtempSync(join(tmpdir(), 'joinery-list-filters-'))
  let joinery: Joinery
  let everywhere: readonly Ids[]
  beforeAll(async () => {
    writeFileSync(join(folder, 'shop.yaml'), shop())
    joinery = await startJoinery({ database, clock, env: { CATALOG_DIR: folder } })
    everywhere = await rowsOfEach(joinery, clock, folder)
  }, 60_000)
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  const read = async (list: Described, ids: Ids, query: Readonly<Record<string, string>>): Promise<Item[]> => {
    const asked =
      'limit' in query || !list.query.some(({ name }) => name === 'limit') ? query : { ...query, limit: '500' }
    const path = `${pathTo(list, ids)}?${new URLSearchParams(asked).toString()}`
    return (await joinery.api.ok<{ items: Item[] }>('GET', path)).items
  }
  /** All of a list; of members also what they alone tell. */
  const whole = async (list: Described, ids: Ids): Promise<Item[]> => {
    const items = await read(list, ids, {})
    if (list.name !== 'listMembers') return items
    return Promise.all(items.map(({ id }) => joinery.api.ok('GET', `${pathTo(list, ids)}/${id}`)))
  }
  /** The places where a list is there, with all that it has. */
  const places = async (list: Described): Promise<{ ids: Ids; items: Item[] }[]> => {
    const paths = new Map(everywhere.map((ids) => [pathTo(list, ids), ids]))
    const found = await Promise.all(
      [...paths].map(async ([path, ids]) =>
        (await joinery.api.call('GET', path)).status === 200 ? [{ ids, items: await whole(list, ids) }] : [],
      ),
    )
    return found.flat()
  }

  it.each(cases)('%s: what has it, and nothing else', async (named, row) => {
    const seen = { finds: false, leaves: false }
    for (const { ids, items } of await places(row.list))
      for (const asked of new Set(askedOf(row, items))) {
        const expected = items.filter((item) => fits(row, item, asked))
        const found = await read(row.list, ids, { [row.filter.name]: asked })
        expect([asked, found.map(keyOf)]).toEqual([asked, expected.map(keyOf)])
        seen.finds ||= found.length > 0
        seen.leaves ||= found.length < items.length
      }
    expect(seen).toEqual({ finds: named !== foundByNone, leaves: true })
  })

  if (database === 'sqlite')
    it.each(cases)('%s: the same from the command line', async (_, row) => {
      for (const { ids, items } of await places(row.list)) {
        const asked = askedOf(row, items).at(-1) ?? nothing
        const { status, out, err } = await runCli(joinery.url, commandOf(row, ids, asked))
        expect([status, err]).toEqual([0, ''])
        const found = await read(row.list, ids, { [row.filter.name]: asked })
        expect((JSON.parse(out) as { items: Item[] }).items.map(keyOf)).toEqual(found.map(keyOf))
      }
    })
})

/** The command that reads a list with a filter: what its path names are options, or behind the command. */
function commandOf({ list, filter }: Row, ids: Ids, asked: string): string[] {
  const [command = ''] = Object.entries(commandsOfLists).find(([, names]) => names.includes(list.name)) ?? []
  const options = ['account', 'connection', 'member']
  const named = list.pathNames.flatMap((name) =>
    options.includes(name) ? [`--${name}`, ids[name] ?? ''] : [ids[name] ?? ''],
  )
  const isYesOrNo = filter.schema.enum?.join() === 'true,false'
  const flag = asked === 'false' ? `--no-${hyphened(filter.name)}` : `--${hyphened(filter.name)}`
  const more = { 'catalog list': ['--server'], 'audit list': all, 'audit checkpoints': all, 'requests list': all }
  const rest = more[command as keyof typeof more] ?? []
  // The keys of audit logs are the same for every account.
  const where = command === 'audit key list' ? [] : named
  return [...command.split(' '), ...where, ...(isYesOrNo ? [flag] : [flag, asked]), ...rest, '--json']
}
