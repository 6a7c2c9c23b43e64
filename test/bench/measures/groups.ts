import { randomUUID } from 'node:crypto'
import { pour } from '../load.ts'
import { addMapping, addMembers, concurrency, createGroups, joiners, openPlace, settle, type Place } from '../place.ts'
import { count, ms, scaled, type Measure, type Result } from '../result.ts'
import { spread, type Spread } from '../stats.ts'

const smallest = 100
const adds = 30
const warmUps = 10
const fillSlice = 5000

const sizes = (scale: number): number[] => [
  ...new Set([smallest, ...[1000, 10_000, 100_000].map((size) => scaled(size, scale, smallest * 2))]),
]

/** What one more member costs in groups of several sizes. */
export const groups: Measure = {
  how: (scale) =>
    `groups: one PATCH adds one person, one call at a time, to mapped groups of ${sizes(scale).map(count).join(', ')}; ${adds} fresh people each, the sizes taking turns so that whatever else happens meets all alike. The groups are filled with ids of nobody beforehand; those added are people.`,
  async run(ground, scale) {
    const place = await openPlace(ground)
    const all = sizes(scale)
    const groupIds = await createGroups(
      place,
      all.map((size) => `Group of ${size}`),
    )
    for (const groupId of groupIds) await addMapping(place, { groupId, role: 'developer' })
    for (const [index, groupId] of groupIds.entries()) await fill(place, groupId, all[index] ?? 0)
    const turns = adds + warmUps
    const { ids } = await pour(place.scim, joiners(place, 'p', turns * all.length), concurrency)
    await settle(place)
    const latencies = await addByTurns(place, groupIds, ids)
    await settle(place)
    const memory = place.server.memory()
    await place.close()
    return toResult(
      all.map((size, index) => ({ size, ...spread((latencies[index] ?? []).slice(warmUps)) })),
      memory,
    )
  },
}

async function fill(place: Place, groupId: string, size: number): Promise<void> {
  for (let left = size; left > 0; left -= fillSlice) {
    const ids = Array.from({ length: Math.min(left, fillSlice) }, () => randomUUID())
    await place.scim.send(addMembers(place, groupId, ids))
  }
}

async function addByTurns(place: Place, groupIds: readonly string[], userIds: readonly string[]): Promise<number[][]> {
  const latencies = groupIds.map((): number[] => [])
  for (const [index, userId] of userIds.entries()) {
    const turn = index % groupIds.length
    const reply = await place.scim.send(addMembers(place, groupIds[turn] ?? '', [userId]))
    latencies[turn]?.push(reply.ms)
  }
  return latencies
}

function toResult(bySize: (Spread & { size: number })[], memory: object): Result {
  const [first, last] = [bySize.at(0), bySize.at(-1)]
  const ratio = (last?.p50 ?? NaN) / (first?.p50 ?? NaN)
  return {
    rows: [
      ...bySize.map(({ size, p50 }) => ({
        ...{ measure: `one member more in a group of ${count(size)}, median`, aim: '', text: ms(p50), met: null },
      })),
      {
        ...{ measure: `ratio ${count(last?.size ?? 0)} : ${count(first?.size ?? 0)}`, aim: '≤ 1.5' },
        ...{ text: ratio.toFixed(2), met: ratio <= 1.5 },
      },
    ],
    data: { bySize, ratio, memory },
  }
}
