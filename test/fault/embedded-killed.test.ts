import { describe, expect, it } from 'vitest'
import { createApi, createScim, createTenant, settled, type Answer, type Scim, type Tenant } from '../support/api.ts'
import { freshDatabase } from '../support/databases.ts'
import { drifted, lookInto } from '../support/drift.ts'
import { okta } from '../support/idp.ts'
import { testEnv, testSecrets } from '../support/joinery.ts'
import { startProcess, type Child } from '../support/processes.ts'
import { createRandom, seed, type Random } from '../support/random.ts'
import { freePort } from '../support/servers.ts'

const rounds = 10
const lanes = 6

/** What the IdP knows of one person: what it has told, and what has been answered with a 2xx. */
type Told = { id: string; userName: string; active: boolean; groups: Set<number> }

describe(`the one process of the embedded default, killed and restarted (seed ${seed})`, () => {
  it('applies after a restart whatever got a 2xx, wherever it was killed', async () => {
    const database = await freshDatabase('sqlite')
    const port = await freePort()
    const env = { ...testEnv(database), PORT: String(port) }
    const start = (): Promise<Child> => startProcess('src/cli/main.ts', ['serve'], env, /Joinery is up/)
    let server = await start()
    const url = `http://127.0.0.1:${port}`
    const api = createApi(url, testSecrets.ADMIN_TOKEN)
    const tenant = await createTenant(api)
    const groups = await mappedGroups(tenant, api)
    const random = createRandom(seed)

    let over = false
    const told: Told[] = []
    const idp = Array.from({ length: lanes }, (_, lane) =>
      drive({ scim: createScim(tenant.scimUrl, tenant.token), lane, groups, told, random, over: () => over }),
    )
    for (let round = 0; round < rounds; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random.int(1200)))
      await server.stop('SIGKILL')
      server = await start()
    }
    over = true
    const requests = (await Promise.all(idp)).reduce((sum, count) => sum + count, 0)
    await settled(api, tenant.accountId, 60_000)

    const members = await membersOf(api, tenant.accountId)
    expect(members.size).toBe(told.length)
    const wrong = told.filter((person) => !isAsTold(person, members))
    console.log(`${requests} answered requests, ${told.length} people, ${rounds} kills, ${wrong.length} not as told`)
    expect(wrong.map((person) => ({ ...person, row: members.get(person.userName) }))).toEqual([])
    const look = await lookInto(database)
    expect(await drifted(look.views, tenant.accountId)).toEqual([])
    await look.close()
    await server.stop()
    await database.remove()
  })
})

const roles = ['developer', 'support', 'finance-analyst']

async function mappedGroups(
  { accountId, connectionId, scim }: Tenant,
  api: ReturnType<typeof createApi>,
): Promise<string[]> {
  const ids: string[] = []
  for (const [index, role] of roles.entries()) {
    const { body } = await scim('POST', '/Groups', okta.createGroup(`G${index}`))
    ids.push(body.id as string)
    await api.ok('POST', `/accounts/${accountId}/mappings`, { connection: connectionId, groupId: body.id, role })
  }
  return ids
}

type Lane = { scim: Scim; lane: number; groups: string[]; told: Told[]; random: Random; over: () => boolean }

/** One connection of the IdP: it repeats a request until it is answered, as IdPs do, and only then counts it as told. */
async function drive({ scim, lane, groups, told, random, over }: Lane): Promise<number> {
  const own: Told[] = []
  let answered = 0
  for (let step = 0; !over(); step += 1) {
    const person = own.length > 0 && random.next() < 0.7 ? random.pick(own) : undefined
    if (person === undefined) {
      const name = `p${lane}x${step}`
      const id = await createOnce(scim, okta.createUser(name))
      const fresh = { id, userName: `${name}@corp.example`, active: true, groups: new Set<number>() }
      own.push(fresh)
      told.push(fresh)
    } else await changeOnce(scim, person, groups, random)
    answered += 1
  }
  return answered
}

async function createOnce(scim: Scim, body: object): Promise<string> {
  const answer = await untilAnswered(() => scim('POST', '/Users', body))
  if (answer.status === 201) return answer.body.id as string
  // The first try had been stored, and only its answer was lost.
  expect(answer.status).toBe(409)
  const { userName } = body as { userName: string }
  const found = await untilAnswered(() =>
    scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`),
  )
  return found.body.Resources[0].id as string
}

async function changeOnce(scim: Scim, person: Told, groups: string[], random: Random): Promise<void> {
  const group = random.int(groups.length)
  const dice = random.next()
  const send =
    dice < 0.45
      ? () => scim('PATCH', `/Groups/${groups[group]}`, okta.addMembers(person.id))
      : dice < 0.7
        ? () => scim('PATCH', `/Groups/${groups[group]}`, okta.removeMember(person.id))
        : () => scim('PATCH', `/Users/${person.id}`, okta.setActive(dice < 0.85))
  const { status } = await untilAnswered(send)
  expect(status).toBeLessThan(300)
  if (dice < 0.45) person.groups.add(group)
  else if (dice < 0.7) person.groups.delete(group)
  else person.active = dice < 0.85
}

async function untilAnswered(send: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await send().catch(() => null)
    if (answer !== null && answer.status < 500) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

type Row = { userName: string; status: string; roles: string[] }

async function membersOf(api: ReturnType<typeof createApi>, accountId: string): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>()
  let after = ''
  for (;;) {
    const page = await api.ok('GET', `/accounts/${accountId}/members?limit=500${after}`)
    for (const row of page.items as Row[]) rows.set(row.userName, row)
    if (page.next === null) break
    after = `&after=${page.next}`
  }
  return rows
}

/** One role a member: of several groups the role that the catalog lists first. */
function isAsTold({ userName, active, groups }: Told, members: Map<string, Row>): boolean {
  const wanted = active && groups.size > 0 ? [roles[Math.min(...groups)]] : []
  const row = members.get(userName)
  return row?.status === (active ? 'active' : 'suspended') && JSON.stringify(row.roles) === JSON.stringify(wanted)
}
