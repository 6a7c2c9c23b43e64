import { expect, it } from 'vitest'
import { createTenant, type Answer, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery } from '../support/joinery.ts'
import { createRandom, type Random } from '../support/random.ts'

const requests = 400
const concurrency = 16

/** One account's IdP under load: what it has created, and what it has been told. */
type Side = {
  name: string
  tenant: Tenant
  userIds: string[]
  groupIds: string[]
  /** Each answer with what was asked, to be looked through when all is over. */
  told: { asked: string; answer: Answer }[]
}

const side = (name: string, tenant: Tenant): Side => ({ name, tenant, userIds: [], groupIds: [], told: [] })

/** Both sides use the very same names, so that whoever mixes them up is found out by the ids. */
async function step(random: Random, own: Side, other: Side, number: number): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await own.tenant.scim(method, path, body)
    own.told.push({ asked: `${own.name}: ${method} ${path}`, answer })
    return answer
  }
  const user = (): string => (own.userIds.length === 0 ? 'none' : random.pick(own.userIds))
  const group = (): string => (own.groupIds.length === 0 ? 'none' : random.pick(own.groupIds))
  const foreign = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : random.pick(ids))
  const actions: (() => Promise<unknown>)[] = [
    async () => {
      const { status, body } = await ask('POST', '/Users', okta.createUser(`p${number}`))
      if (status === 201) own.userIds.push(body.id as string)
    },
    async () => {
      const { status, body } = await ask('POST', '/Groups', okta.createGroup(`G${number % 40}`))
      if (status === 201) own.groupIds.push(body.id as string)
    },
    () => ask('GET', '/Users?count=50&startIndex=1'),
    () => ask('GET', `/Users?filter=userName eq "p${random.int(number + 1)}@corp.example"`),
    () => ask('GET', '/Groups?count=20'),
    () => ask('GET', `/Users/${user()}`),
    () => ask('GET', `/Groups/${group()}`),
    () => ask('PATCH', `/Groups/${group()}`, okta.addMembers(user(), user())),
    () => ask('PATCH', `/Groups/${group()}?attributes=members`, okta.addMembers(user())),
    () => ask('PATCH', `/Users/${user()}`, okta.setActive(random.int(2) === 0)),
    () => ask('PUT', `/Users/${user()}`, okta.createUser(`p${random.int(number + 1)}`)),
    () => ask('DELETE', `/Users/${user()}`),
    () => ask('GET', '/ServiceProviderConfig'),
    () => ask('GET', '/Users?filter=foo eq "x"'),
    // What the other account has is not there.
    () => ask('GET', `/Users/${foreign(other.userIds)}`),
    () => ask('PATCH', `/Users/${foreign(other.userIds)}`, okta.setActive(false)),
    () => ask('DELETE', `/Users/${foreign(other.userIds)}`),
    () => ask('PATCH', `/Groups/${foreign(other.groupIds)}`, patch({ op: 'remove', path: 'members' })),
    () => ask('GET', `/Groups?filter=id eq "${foreign(other.groupIds)}"`),
  ]
  await random.pick(actions)()
}

/** Every text of an answer that looks like a URL of this service. */
function urlsOf({ body, headers }: Answer): string[] {
  const text = `${JSON.stringify(body ?? null)} ${headers.get('location') ?? ''} ${headers.get('content-location') ?? ''}`
  return text.match(/https?:\/\/[^"\s]+\/scim\/v2\/[^"\s]+/g) ?? []
}

describeOnBoth('two accounts hammered together', (database) => {
  it('are never told anything of one another', async () => {
    const joinery = await startJoinery({ database })
    const sides: [Side, Side] = [
      side('a', await createTenant(joinery.api)),
      side('b', await createTenant(joinery.api, 'entra')),
    ]
    const random = createRandom(20_261_124)
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < requests * 2) {
        const number = next++
        const [own, other] = number % 2 === 0 ? sides : [sides[1], sides[0]]
        await step(random, own, other, number >> 1)
      }
    }
    try {
      await Promise.all(Array.from({ length: concurrency }, worker))

      const [a, b] = sides
      expect(a.userIds.length).toBeGreaterThan(5)
      expect(b.userIds.length).toBeGreaterThan(5)
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        expect(own.told).toHaveLength(requests)
        const secrets = [other.tenant.connectionId, other.tenant.accountId, other.tenant.token]
        for (const { asked, answer } of own.told) {
          const text = JSON.stringify(answer.body ?? null)
          expect({ asked, status: answer.status }).not.toMatchObject({ status: 500 })
          for (const url of urlsOf(answer))
            expect({ asked, url }).toEqual({ asked, url: expect.stringContaining(own.tenant.scimUrl) as string })
          for (const secret of secrets)
            expect({ asked, text }).not.toEqual({ asked, text: expect.stringContaining(secret) as string })
          // A foreign id comes back only where it was asked for, in "there is no …".
          const ids = [...other.userIds, ...other.groupIds].filter((id) => text.includes(id) && !asked.includes(id))
          expect({ asked, ids }).toEqual({ asked, ids: [] })
        }
        await judgeForeign(own, other)
        await judgeLists(own)
      }
    } finally {
      await joinery.close()
    }
  })
})

/** An id of the other account and one that nobody has are one and the same answer. */
async function judgeForeign({ tenant: { scim } }: Side, other: Side): Promise<void> {
  for (const [type, ids, body] of [
    ['Users', other.userIds, okta.createUser('x')],
    ['Groups', other.groupIds, okta.createGroup('x')],
  ] as const) {
    for (const id of ids.slice(0, 5)) {
      const absent = '00000000-0000-7000-8000-000000000000'
      for (const [method, sent] of [
        ['GET', undefined],
        ['DELETE', undefined],
        ['PUT', body],
        ['PATCH', patch({ op: 'replace', path: 'externalId', value: 'x' })],
      ] as const) {
        const [foreign, nobody] = await Promise.all([
          scim(method, `/${type}/${id}`, sent),
          scim(method, `/${type}/${absent}`, sent),
        ])
        expect(foreign.status).toBe(404)
        expect(JSON.stringify(foreign.body).replaceAll(id, absent)).toBe(JSON.stringify(nobody.body))
      }
    }
  }
}

/** In the end each has what it has created and not removed, and nothing else. */
async function judgeLists({ name, tenant: { scim }, userIds, groupIds, told }: Side): Promise<void> {
  const removed = new Set(
    told.flatMap(({ asked, answer }) => {
      const [, id] = /: DELETE \/Users\/(.+)$/.exec(asked) ?? []
      return id !== undefined && answer.status === 204 ? [id] : []
    }),
  )
  const list = async (type: string): Promise<string[]> => {
    const found: string[] = []
    for (let start = 1; ; start += 200) {
      const { body } = await scim('GET', `/${type}?count=200&startIndex=${start}&excludedAttributes=members`)
      found.push(...(body.Resources as { id: string }[]).map(({ id }) => id))
      if (found.length >= body.totalResults) return found.sort()
    }
  }
  expect({ name, users: await list('Users') }).toEqual({ name, users: userIds.filter((id) => !removed.has(id)).sort() })
  expect({ name, groups: await list('Groups') }).toEqual({ name, groups: groupIds.toSorted() })
}
