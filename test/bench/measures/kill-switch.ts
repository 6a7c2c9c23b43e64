import { createBrowser, cookieOf } from '../../support/browser.ts'
import { createApi } from '../../support/api.ts'
import { okta } from '../../support/idp.ts'
import { probesOf, type Probe } from '../../support/kill-switch.ts'
import { freePort } from '../../support/servers.ts'
import { person, push, startCompany, type Company } from '../../support/sign-in.ts'
import { mustClose } from '../closers.ts'
import { sleep } from '../load.ts'
import { openPlace, settle, type Place } from '../place.ts'
import { count, ms, scaled, type Measure, type Result } from '../result.ts'
import { spread } from '../stats.ts'

const names = Array.from({ length: 20 }, (_each, index) => `p${index}`)
const aimMs = 50
const runs = (scale: number): number => scaled(1000, scale, 500)

/** From the answer to `active=false` until everything that the leaver holds has refused him. */
export const killSwitch: Measure = {
  how: (scale) =>
    `kill-switch: ${count(runs(scale))} times somebody signs in at a real OpenID provider, holds a role that is applied, and is PATCHed active=false while no worker runs (serve --no-workers). From the SCIM answer on, his cookie session, the refresh of his token for gateways, an access decision about him and a check of his access key are asked at once, each again until it refuses. Measured from the SCIM answer to the refusal's answer, the asking included.`,
  async run(ground, scale) {
    const port = String(await freePort())
    const env = { ...ground.env, PORT: port, OUTBOUND_ALLOW_LOOPBACK: '1' }
    const first = await openPlace({ ...ground, env }, true, 'cpaas-iam')
    const here = { api: createApi(first.server.url, ground.adminToken), url: first.server.url }
    const people = names.map((name) => person(name))
    const company = await startCompany(here, { account: first.accountId, people })
    mustClose(() => company.idp.close())
    const userIds: string[] = []
    for (const name of names) userIds.push(await push(company, name))
    const { items } = await here.api.ok('GET', `/accounts/${first.accountId}/members?limit=100`)
    const keys = new Map<string, Key>()
    for (const { id } of items) {
      await here.api.ok('POST', `/accounts/${first.accountId}/members/${id}/roles`, { role: 'administrator' })
      const key = { name: 'Script', member: id as string }
      keys.set(id as string, await here.api.ok<Key>('POST', `/accounts/${first.accountId}/keys`, key))
    }
    const { token } = await here.api.ok('POST', `/accounts/${first.accountId}/gateways`, { name: 'API' })
    await settle(first)
    const place = await first.restart(false)
    const taken = await leaveOften({ place, company, userIds, keys, gatewayToken: token as string }, runs(scale))
    await place.close()
    return toResult(taken)
  },
}

type Key = { id: string; secret: string }
type Scene = {
  place: Place
  company: Company
  userIds: readonly string[]
  keys: ReadonlyMap<string, Key>
  gatewayToken: string
}
type Taken = Map<string, number[]>

async function leaveOften(scene: Scene, times: number): Promise<Taken> {
  const taken: Taken = new Map()
  for (let run = 0; run < times; run += 1) {
    const index = run % names.length
    const path = `/Users/${scene.userIds[index]}`
    const probes = await comeIn(scene, names[index] ?? '')
    for (const { name, lets } of probes) if (!(await lets())) throw new Error(`${name} refuses before anybody left`)
    const answer = await scene.company.scim('PATCH', path, okta.setActive(false))
    const left = performance.now()
    if (answer.status !== 200) throw new Error(`active=false: ${answer.status}`)
    await Promise.all(
      probes.map(async ({ name, lets }) => {
        while (await lets());
        taken.set(name, [...(taken.get(name) ?? []), performance.now() - left])
      }),
    )
    await scene.company.scim('PATCH', path, okta.setActive(true))
  }
  return taken
}

async function comeIn({ place, company, keys, gatewayToken }: Scene, name: string): Promise<Probe[]> {
  const { url } = place.server
  const browser = createBrowser()
  company.idp.next.sub = `00u${name}`
  // The doors of sign-in let one address in so often and no more.
  while ((await browser.follow(company.loginUrl)).status === 429) await sleep(1000)
  const session = JSON.parse((await browser.get(`${url}/auth/session`)).text) as { member: { id: string } }
  const memberId = session.member.id
  const { id = '', secret = '' } = keys.get(memberId) ?? {}
  const held = { url, cookie: cookieOf(browser, url), memberId, gatewayToken }
  return probesOf({ ...held, may: ['user-management', 'read'], key: { id, secret } })
}

function toResult(taken: Taken): Result {
  const spreads = [...taken].map(([name, values]) => ({ name, ...spread(values) }))
  return {
    rows: spreads.map(({ name, p50, p99, count: times }) => ({
      ...{ measure: `leaver refused: ${name}, p50 / p99 of ${count(times)}`, aim: `p99 ≤ ${aimMs} ms` },
      ...{ text: `${ms(p50)} / ${ms(p99)}`, met: p99 <= aimMs },
    })),
    data: { spreads },
  }
}
