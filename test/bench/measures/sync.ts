import { pour, type Call } from '../load.ts'
import { addMapping, addMembers, concurrency, createGroups, joiners, openPlace, settle, standingOf } from '../place.ts'
import { userNameOf, type Place } from '../place.ts'
import { count, scaled, seconds, type Measure, type Result } from '../result.ts'
import type { Memory } from '../server-process.ts'

const membershipsEach = 2
const slice = 100
const mappedGroups = 10
const roles = ['developer', 'support', 'finance-analyst']
const sizes = (scale: number) => ({ people: scaled(10_000, scale, 200), groups: scaled(100, scale, 20) })

/** A customer's first sync. */
export const sync: Measure = {
  how: (scale) => {
    const { people, groups } = sizes(scale)
    return `sync: ${count(people)} people POSTed, ${groups} empty groups POSTed, then members by PATCH of up to ${slice} (${membershipsEach} groups each), ${concurrency} at a time, workers running; ${mappedGroups} groups were mapped by name beforehand. Memory is the server process's peak resident set since its start (VmHWM).`
  },
  async run(ground, scale) {
    const place = await openPlace(ground)
    const { people, groups } = sizes(scale)
    const names = Array.from({ length: groups }, (_each, index) => `Group ${index}`)
    for (const [index, groupName] of names.slice(0, mappedGroups).entries()) {
      await addMapping(place, { groupName, role: roles[index % roles.length] })
    }
    const started = performance.now()
    const peopleMs = await timed(() => pour(place.scim, joiners(place, 'p', people), concurrency))
    const groupIds = await createGroups(place, names)
    const members = membershipCalls(place, groupIds, peopleMs.value.ids)
    const membersMs = await timed(() => pour(place.scim, members, concurrency))
    const answeredMs = performance.now() - started
    await settle(place)
    const settledMs = performance.now() - started
    await requireRole(place)
    const memory = place.server.memory()
    await place.close()
    return toResult({
      ...{ people, groups },
      peopleMs: peopleMs.ms,
      membersMs: membersMs.ms,
      answeredMs,
      settledMs,
      memory,
    })
  },
}

/** Person n is in group n and in the one half way round, modulo the groups. */
function membershipCalls(place: Place, groupIds: readonly string[], userIds: readonly string[]): Call[] {
  const half = Math.floor(groupIds.length / 2)
  return groupIds.flatMap((groupId, group) => {
    const mine = (index: number): boolean =>
      index % groupIds.length === group || (index + half) % groupIds.length === group
    const members = userIds.filter((_id, index) => mine(index))
    const slices = Math.ceil(members.length / slice)
    return Array.from({ length: slices }, (_each, part) =>
      addMembers(place, groupId, members.slice(part * slice, (part + 1) * slice)),
    )
  })
}

/** The first person is in the first group, which is mapped: a sync that gave nobody a role would be no sync. */
async function requireRole(place: Place): Promise<void> {
  const standing = await standingOf(place, userNameOf('p', 0))
  if (!standing.roles.includes('developer')) throw new Error(`no role after the sync: ${JSON.stringify(standing)}`)
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now()
  const value = await work()
  return { value, ms: performance.now() - started }
}

type Data = {
  people: number
  groups: number
  peopleMs: number
  membersMs: number
  answeredMs: number
  settledMs: number
  memory: Memory
}

function toResult(data: Data): Result {
  const { peakMb, idleMb } = data.memory
  const what = `sync of ${count(data.people)} and ${data.groups} groups`
  const memory = peakMb === null ? 'not measured here' : `${count(peakMb)} MB (${count(idleMb ?? 0)} MB at start)`
  return {
    rows: [
      { measure: `${what}, last answer`, aim: '', text: seconds(data.answeredMs), met: null },
      { measure: `${what}, nobody lags`, aim: '', text: seconds(data.settledMs), met: null },
      {
        ...{ measure: `${what}, peak memory`, aim: '< 200 MB', text: memory },
        met: peakMb === null ? null : peakMb < 200,
      },
    ],
    data,
  }
}
