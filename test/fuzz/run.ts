import { fork, type ChildProcess } from 'node:child_process'
import { createApi, createTenant } from '../support/api.ts'
import { okta } from '../support/idp.ts'
import { testEnv, testSecrets } from '../support/joinery.ts'
import type { TestDatabase } from '../support/databases.ts'
import { createFuzzClient, type FuzzAnswer, type FuzzClient } from './client.ts'
import { judge, toText } from './judge.ts'
import { requestOf, type FuzzRequest, type Known } from './requests.ts'
import type { Report } from './server.ts'
import { mainThreadMs } from './stall-meter.ts'

export type Watched = {
  url: string
  pid: number
  /** What the server has to tell since it was last asked. */
  report(): Promise<Report>
  stop(): Promise<void>
}

/** The server in a process of its own, which tells of its event loop. */
export async function startWatched(database: Pick<TestDatabase, 'url' | 'folder'>): Promise<Watched> {
  const env = { ...process.env, ...testEnv(database as TestDatabase) }
  const child = fork(new URL('./server.ts', import.meta.url), {
    env,
    execArgv: [...(process.env.FUZZ_NODE ?? '').split(' ').filter((each) => each !== ''), '--import', 'tsx'],
  })
  const { url } = await message<{ url: string }>(child)
  const report = async (): Promise<Report> => {
    const told = message<{ report: Report }>(child)
    child.send('report')
    return (await told).report
  }
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.disconnect()
    })
  return { url, pid: child.pid ?? 0, report, stop }
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the server ended: ${code}`))
    child.once('exit', ended)
    child.once('message', (told) => {
      child.off('exit', ended)
      resolve(told as T)
    })
  })
}

export type Fault = { index: number; what: string; request: string }
export type Outcome = {
  requests: number
  seconds: number
  statuses: Record<string, number>
  /** The longest time that the server's main thread was on the CPU in one go, and a timer's longest delay. */
  stallMs: number
  wallMs: number
  serverCpuMs: number
  faults: Fault[]
}

export type FuzzOptions = {
  seed: number
  requests: number
  concurrency?: number
  stallLimitMs?: number
  onFault?: (fault: Fault) => void
  onProgress?: (done: number) => void
}

const batch = 100
const mostFaults = 50

/** Sends fuzzed requests to a watched server, batch by batch, and judges each answer and the server itself. */
export async function fuzz(server: Watched, options: FuzzOptions): Promise<Outcome> {
  const { seed, requests, concurrency = 4, stallLimitMs = 50 } = options
  const client = createFuzzClient(server.url, concurrency)
  const known = await openKnown(server.url)
  const outcome: Outcome = { requests: 0, seconds: 0, statuses: {}, stallMs: 0, wallMs: 0, serverCpuMs: 0, faults: [] }
  const fault = (index: number, what: string, request: FuzzRequest): void => {
    const told = { index, what, request: toText(request) }
    outcome.faults.push(told)
    options.onFault?.(told)
  }
  const started = performance.now()
  const cpuBefore = mainThreadMs(server.pid)
  await server.report()
  for (let first = 0; first < requests && outcome.faults.length < mostFaults; first += batch) {
    const sent = await sendBatch(
      client,
      { seed, first, last: Math.min(requests, first + batch), concurrency },
      known,
      outcome,
      fault,
    )
    await look(server, sent, { outcome, fault, client, stallLimitMs })
    options.onProgress?.(outcome.requests)
  }
  client.close()
  return {
    ...outcome,
    seconds: (performance.now() - started) / 1000,
    serverCpuMs: mainThreadMs(server.pid) - cpuBefore,
  }
}

type Tell = (index: number, what: string, request: FuzzRequest) => void
type Sent = { index: number; request: FuzzRequest }

async function sendBatch(
  client: FuzzClient,
  { seed, first, last, concurrency }: { seed: number; first: number; last: number; concurrency: number },
  known: MutableKnown,
  outcome: Outcome,
  fault: Tell,
): Promise<Sent[]> {
  const all: Sent[] = []
  let next = first
  const lane = async (): Promise<void> => {
    for (let index = next++; index < last; index = next++) {
      const request = requestOf(seed, index, known)
      all.push({ index, request })
      const answer = await client.send(request)
      outcome.requests += 1
      const status = answer === null ? 'closed' : String(answer.status)
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1
      const wrong = judge(request, answer)
      if (wrong !== null) fault(index, wrong, request)
      learn(known, request, answer)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return all
}

type Looking = { outcome: Outcome; fault: Tell; client: FuzzClient; stallLimitMs: number }

/** What the server tells after a batch. Whoever kept it from its turn is found by sending each again, alone. */
async function look(
  server: Watched,
  sent: readonly Sent[],
  { outcome, fault, client, stallLimitMs }: Looking,
): Promise<void> {
  const { cpuMs, wallMs, prototype, faults } = await server.report()
  const [last] = sent.slice(-1)
  if (last === undefined) return
  outcome.wallMs = Math.max(outcome.wallMs, wallMs)
  for (const name of prototype) fault(last.index, `Object.prototype has "${name}" in this batch`, last.request)
  for (const each of faults) fault(last.index, `the log of this batch tells of: ${each}`, last.request)
  if (cpuMs <= stallLimitMs) outcome.stallMs = Math.max(outcome.stallMs, cpuMs)
  else await findStall(server, sent, { outcome, fault, client, stallLimitMs })
}

/** A pause of the collector may hit any request; one that stalls twice more, alone, is to blame. */
async function findStall(
  server: Watched,
  sent: readonly Sent[],
  { outcome, fault, client, stallLimitMs }: Looking,
): Promise<void> {
  for (const { index, request } of sent) {
    const times: number[] = []
    for (let turn = 0; turn < 2; turn += 1) {
      await client.send(request)
      times.push((await server.report()).cpuMs)
      if ((times[turn] ?? 0) <= stallLimitMs) break
    }
    const least = Math.min(...times)
    outcome.stallMs = Math.max(outcome.stallMs, least)
    if (least > stallLimitMs)
      fault(index, `kept the event loop for ${times.map((ms) => ms.toFixed(0)).join(' and ')} ms of CPU`, request)
  }
}

type MutableKnown = Known & { users: string[]; groups: string[] }

/** A tenant with a few people and groups to aim at. */
async function openKnown(url: string): Promise<MutableKnown> {
  const { scim, scimUrl, token } = await createTenant(createApi(url, testSecrets.ADMIN_TOKEN), 'entra')
  const users: string[] = []
  const groups: string[] = []
  for (let index = 0; index < 12; index += 1)
    users.push((await scim('POST', '/Users', okta.createUser(`known${index}`))).body.id as string)
  for (let index = 0; index < 4; index += 1)
    groups.push((await scim('POST', '/Groups', okta.createGroup(`Known ${index}`))).body.id as string)
  return { users, groups, base: new URL(scimUrl).pathname, token }
}

const mostKnown = 30

/** Ids of what was made are aimed at from then on, and those of what is gone no more. */
function learn(known: MutableKnown, { method, path }: FuzzRequest, answer: FuzzAnswer): void {
  const ids = path.includes('/Groups') ? known.groups : known.users
  if (answer?.status === 201 && answer.text.length < 100_000) {
    const [, id] = /"id":"([0-9a-z-]{36})"/.exec(answer.text) ?? []
    if (id !== undefined && ids.length < mostKnown) ids.push(id)
  }
  const gone = method === 'DELETE' && answer?.status === 204 ? ids.findIndex((id) => path.includes(id)) : -1
  if (gone >= 0 && ids.length > 3) ids.splice(gone, 1)
}
