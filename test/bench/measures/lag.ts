import { sleep } from '../load.ts'
import { addMapping, addMembers, createGroups, joiners, openPlace, settle, standingOf, userNameOf } from '../place.ts'
import type { Place, Standing } from '../place.ts'
import { count, ms, scaled, type Measure, type Result } from '../result.ts'
import { idIn } from '../load.ts'
import { spread, type Spread } from '../stats.ts'

const perSecond = 50
/** Every fifth joiner is put into a mapped group a while later, when he has been applied. */
const moverEvery = 5
const moverAfterMs = 1000
const pollMs = 5
const lagTimeoutMs = 60_000
const people = (scale: number): number => scaled(1000, scale, 50)

/** Propagation lag under a steady, moderate stream. */
export const lag: Measure = {
  how: (scale) =>
    `lag: ${count(people(scale))} creates at ${perSecond}/s, every ${moverEvery}th person PATCHed into a mapped group ${moverAfterMs} ms later. Of every ${moverEvery}th create and of every such PATCH it is measured how long after the SCIM answer the admin API first tells that the member's applied revision has reached the change's (and, for the group, that he has its role). He is asked for every ${pollMs} ms, and the asking is part of the figure: true lags are shorter by up to ${pollMs} ms and one read. The server's own mean of all changes (joinery_propagation_latency_seconds, from the change's begin) stands beside it.`,
  async run(ground, scale) {
    const place = await openPlace(ground)
    const [groupId = ''] = await createGroups(place, ['Developers'])
    await addMapping(place, { groupId, role: 'developer' })
    await warmUp(place)
    const before = await ownLag(place)
    const { joined, moved } = await stream(place, groupId, people(scale))
    await settle(place)
    const after = await ownLag(place)
    const memory = place.server.memory()
    await place.close()
    const ownMeanMs = ((after.sum - before.sum) / (after.count - before.count)) * 1000
    return toResult({ joined: spread(joined), moved: spread(moved), ownMeanMs, memory })
  },
}

async function warmUp(place: Place): Promise<void> {
  for (const call of joiners(place, 'warm', 100)) await place.scim.send(call)
  await settle(place)
}

type Lags = { joined: number[]; moved: number[] }

/** An open stream: each call goes out at its time, whether or not the ones before it have been answered. */
async function stream(place: Place, groupId: string, size: number): Promise<Lags> {
  const lags: Lags = { joined: [], moved: [] }
  const started = performance.now()
  const calls = joiners(place, 'p', size).map(async (call, index) => {
    await sleep(started + (index * 1000) / perSecond - performance.now())
    const { text } = await place.scim.send(call)
    if (index % moverEvery !== 0) return
    const userName = userNameOf('p', index)
    lags.joined.push(await untilApplied(place, userName, ({ appliedRev }) => appliedRev >= 1))
    await sleep(moverAfterMs)
    await place.scim.send(addMembers(place, groupId, [idIn(text)]))
    const moved = ({ appliedRev, roles }: Standing): boolean => appliedRev >= 2 && roles.includes('developer')
    lags.moved.push(await untilApplied(place, userName, moved))
  })
  await Promise.all(calls)
  return lags
}

async function untilApplied(place: Place, userName: string, done: (standing: Standing) => boolean): Promise<number> {
  const answered = performance.now()
  while (!done(await standingOf(place, userName))) {
    if (performance.now() - answered > lagTimeoutMs) throw new Error(`${userName} still lags after a minute`)
    await sleep(pollMs)
  }
  return performance.now() - answered
}

/** The server's own histogram: how many lags it has seen, and their sum in seconds. */
async function ownLag({ admin }: Place): Promise<{ sum: number; count: number }> {
  const { text } = await admin.send({ method: 'GET', path: '/metrics' })
  const value = (part: string): number =>
    Number(new RegExp(`^joinery_propagation_latency_seconds_${part} (\\S+)`, 'm').exec(text)?.[1] ?? 0)
  return { sum: value('sum'), count: value('count') }
}

type Data = { joined: Spread; moved: Spread; ownMeanMs: number; memory: object }

function toResult(data: Data): Result {
  const text = ({ p50, p99 }: Spread): string => `${ms(p50)} / ${ms(p99)}`
  const plain = { aim: '', met: null }
  return {
    rows: [
      { ...plain, measure: 'joiner applied after, p50 / p99', text: text(data.joined) },
      { ...plain, measure: 'role applied after, p50 / p99', text: text(data.moved) },
      { ...plain, measure: 'lag by the server’s own clock, mean', text: ms(data.ownMeanMs) },
    ],
    data,
  }
}
