import { createApi, createTenant } from '../../support/api.ts'
import { lookInto } from '../../support/drift.ts'
import { idOf, insertPeople } from '../../support/many-people.ts'
import { createClient, type Client } from '../load.ts'
import { startServerProcess } from '../server-process.ts'
import { count, ms, scaled, type Measure, type Result, type Row } from '../result.ts'
import type { Ground } from '../setups.ts'
import { spread, type Spread } from '../stats.ts'

const turns = 200
const warmUps = 20
const page = 100

const sizes = (scale: number): number[] => [...new Set([1000, 10_000, 100_000].map((size) => scaled(size, scale, 500)))]

type Crowd = { size: number; prefix: string; path: string; client: Client; next: string }
type Ask = { name: string; aim: number | null; path(crowd: Crowd, turn: number): string }

/** One size after the other is asked the same, so that whatever else happens meets all alike. */
const asks: readonly Ask[] = [
  {
    name: '`userName eq`',
    aim: 1.5,
    path: ({ path, size, prefix }, turn) =>
      `${path}/Users?filter=${encodeURIComponent(`userName eq "person-${prefix}-${(turn * 7919) % size}@corp.example"`)}`,
  },
  {
    name: '`emails.value eq`',
    aim: 1.5,
    path: ({ path, size, prefix }, turn) =>
      `${path}/Users?filter=${encodeURIComponent(`emails.value eq "person-${prefix}-${(turn * 7919) % size}@corp.example"`)}`,
  },
  { name: `the first ${page} people`, aim: 1.5, path: ({ path }) => `${path}/Users?count=${page}` },
  {
    name: `${page} people by a cursor`,
    aim: 1.5,
    path: ({ path, next }) => `${path}/Users?count=${page}&cursor=${encodeURIComponent(next)}`,
  },
  { name: 'a user by id', aim: 1.5, path: ({ path, size, prefix }, turn) => `${path}/Users/${idOf('user', (turn * 7919) % size, prefix)}` }, // prettier-ignore
  {
    name: `the last ${page} people by startIndex`,
    aim: null,
    path: ({ path, size }) => `${path}/Users?count=${page}&startIndex=${size - page + 1}`,
  },
]

/** What a search and a page cost among few and among many people. */
export const lists: Measure = {
  how: (scale) =>
    `lists: connections of ${sizes(scale).map(count).join(', ')} people in one database, asked by turns, one call at a time, ${turns} times each. The cursor is the one after the first page. A page by startIndex near the end has to pass over those before it; cursors (RFC 9865) don't.`,
  async run(ground, scale) {
    const server = await startServerProcess(ground, false)
    const crowds: Crowd[] = []
    for (const [index, size] of sizes(scale).entries())
      crowds.push(await fill(ground, server.url, size, String(index + 1)))
    const taken = new Map<string, number[]>()
    for (let turn = -warmUps; turn < turns; turn += 1)
      for (const ask of asks)
        for (const crowd of crowds) {
          const { ms: cost } = await crowd.client.send({ method: 'GET', path: ask.path(crowd, Math.abs(turn)) })
          const key = `${ask.name}/${crowd.size}`
          if (turn >= 0) taken.set(key, [...(taken.get(key) ?? []), cost])
        }
    for (const { client } of crowds) client.close()
    await server.stop()
    return toResult(sizes(scale), taken)
  },
}

async function fill(ground: Ground, url: string, size: number, prefix: string): Promise<Crowd> {
  const { accountId, connectionId, scimUrl, token } = await createTenant(createApi(url, ground.adminToken))
  const { DATABASE_URL: database = '', DATA_DIR: folder = '' } = ground.env
  const target = database.startsWith('sqlite:')
    ? { kind: 'sqlite' as const, file: database.slice('sqlite:'.length) }
    : { kind: 'postgres' as const, url: database }
  const look = await lookInto({ target, url: database, folder, remove: () => Promise.resolve() })
  await insertPeople(look.database, { accountId, connectionId, count: size, prefix })
  await look.close()
  const { pathname: path } = new URL(scimUrl)
  const client = createClient(url, token)
  const { text } = await client.send({ method: 'GET', path: `${path}/Users?count=${page}&cursor=` })
  const { nextCursor: next, totalResults } = JSON.parse(text) as { nextCursor: string; totalResults: number }
  if (totalResults !== size) throw new Error(`${totalResults} people instead of ${size}`)
  return { size, prefix, path, client, next }
}

function toResult(all: readonly number[], taken: ReadonlyMap<string, number[]>): Result {
  const data = asks.map(({ name, aim }) => ({
    ...{ name, aim },
    bySize: all.map((size) => ({ size, ...spread(taken.get(`${name}/${size}`) ?? []) })),
  }))
  return { rows: data.flatMap(({ name, aim, bySize }) => rowsOf(name, aim, bySize)), data }
}

function rowsOf(name: string, aim: number | null, bySize: readonly (Spread & { size: number })[]): Row[] {
  const [first, last] = [bySize.at(0), bySize.at(-1)]
  const ratio = (last?.p50 ?? NaN) / (first?.p50 ?? NaN)
  const text = bySize.map(({ p50 }) => ms(p50)).join(', ')
  const sizeText = bySize.map(({ size }) => count(size)).join(', ')
  return [
    { measure: `${name} among ${sizeText}, median`, aim: '', text, met: null },
    {
      ...{ measure: `${name}: ratio ${count(last?.size ?? 0)} : ${count(first?.size ?? 0)}`, text: ratio.toFixed(2) },
      ...{ aim: aim === null ? '' : `≤ ${aim}`, met: aim === null ? null : ratio <= aim },
    },
  ]
}
