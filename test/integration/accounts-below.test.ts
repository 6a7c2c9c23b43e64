import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createKeyApi, createKeyBench } from '../support/access-keys.ts'
import { isProblem, type Answer, type Api } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../support/signed-in.ts'

type Item = { id: string; name: string; catalog: string; level: string; parent?: string | null; stopped: boolean }
type Call = Api['call']

/** Studio, but for a role that counts in its own account alone. */
const flat = readFileSync(new URL('../../src/catalogs/studio.yaml', import.meta.url), 'utf8')
  .replace('id: studio', 'id: flat')
  .replace('purview: accounts-below', 'purview: own-account')

describeOnBoth('a list of accounts holds those that whoever asks may open', (database) => {
  const folder = mkdtempSync(pathOf(tmpdir(), 'joinery-below-'))
  const clock = createClock()
  let joinery: Joinery
  let every: Item[]
  const at: Record<string, string> = {}
  const { app, account, join, own, byOperator } = createKeyBench(() => joinery)

  const open = async (name: string, catalog: string, level: string, above?: string): Promise<void> => {
    at[name] = await account(catalog, { name, level, parentId: above === undefined ? undefined : at[above] })
  }
  beforeAll(async () => {
    writeFileSync(pathOf(folder, 'flat.yaml'), flat)
    joinery = await startJoinery({ database, clock, workers: false, env: { CATALOG_DIR: folder } })
    await open('system', 'studio', 'system')
    await open('aside', 'studio', 'system')
    await open('aside-provider', 'studio', 'service-provider', 'aside')
    await open('provider', 'studio', 'service-provider', 'system')
    await open('rival', 'studio', 'service-provider', 'system')
    for (const name of ['leaf-1', 'leaf-2', 'leaf-3']) await open(name, 'studio', 'account', 'provider')
    await open('rival-leaf', 'studio', 'account', 'rival')
    await open('straight-below', 'studio', 'account', 'system')
    await open('top', 'cpaas-iam', 'account')
    await open('customer-1', 'cpaas-iam', 'business-customer', 'top')
    await open('customer-2', 'cpaas-iam', 'business-customer', 'top')
    await open('other-top', 'cpaas-iam', 'account')
    await open('flat-provider', 'flat', 'service-provider')
    await open('flat-leaf', 'flat', 'account', 'flat-provider')
    await open('plivo', 'plivo', 'account')
    every = await read(joinery.api.call, { limit: '500' })
  })
  beforeEach(() => {
    clock.advance(60_000) // whoever asks begins with a full measure
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  const id = (name: string): string => at[name] ?? ''
  const session = async (accountId: string, memberId: string): Promise<Call> =>
    createPersonApi(joinery.url, await browserOf(joinery, accountId, memberId))
  const person = async (place: string, ...roles: string[]): Promise<Call> =>
    session(id(place), await join(id(place), ...roles))
  const program = async (place: string, ...roles: string[]): Promise<Call> =>
    createKeyApi(joinery.api, await own(id(place), await join(id(place), ...roles)))
  const change = (place: string, memberId: string, body: object) =>
    joinery.api.ok('PATCH', `/accounts/${id(place)}/members/${memberId}`, body)

  const namesOf = (items: readonly Item[]): string[] => items.map(({ name }) => name)
  /** Every page of a list, in small pages. */
  async function read(call: Call, query: Record<string, string> = {}): Promise<Item[]> {
    const items: Item[] = []
    for (let after: string | null = ''; after !== null;) {
      const asked: URLSearchParams = new URLSearchParams({ limit: '2', ...query, ...(after === '' ? {} : { after }) })
      const { status, body }: Answer = await call('GET', `/accounts?${asked.toString()}`)
      if (status !== 200) return []
      items.push(...body.items)
      after = body.next
    }
    return items
  }
  /** What is opened one by one, as it is shown there. */
  async function opened(call: Call): Promise<Item[]> {
    const answers = await Promise.all(every.map((each) => call<Item>('GET', `/accounts/${each.id}`)))
    return answers.filter(({ status }) => status === 200).map(({ body }) => body)
  }

  const below = ['provider', 'leaf-1', 'leaf-2', 'leaf-3']
  const tree = ['system', 'provider', 'rival', 'leaf-1', 'leaf-2', 'leaf-3', 'rival-leaf', 'straight-below']
  const customers = ['top', 'customer-1', 'customer-2']
  const callers: Record<string, { who: () => Promise<Call>; sees: readonly string[] }> = {
    'the operator': { who: () => Promise.resolve(joinery.api.call), sees: [] },
    'a system user': { who: () => person('system', 'system-user'), sees: tree },
    'a system user of another tree': { who: () => person('aside', 'system-user'), sees: ['aside', 'aside-provider'] },
    'a service provider': { who: () => person('provider', 'service-provider'), sees: below },
    'an ac_admin': { who: () => person('leaf-1', 'ac_admin'), sees: ['leaf-1'] },
    'an ac_rw': { who: () => person('leaf-2', 'ac_rw'), sees: ['leaf-2'] },
    'an ac_ro': { who: () => person('straight-below', 'ac_ro'), sees: ['straight-below'] },
    'nobody in particular of a system': { who: () => person('system'), sees: ['system'] },
    'nobody in particular of a provider': { who: () => person('provider'), sees: ['provider'] },
    'an administrator': { who: () => person('top', 'administrator'), sees: customers },
    'a developer': { who: () => person('top', 'developer'), sees: customers },
    'a turnkey administrator': { who: () => person('top', 'turnkey-administrator'), sees: customers },
    'a turnkey developer': { who: () => person('top', 'turnkey-developer'), sees: customers },
    'an administrator of a customer': { who: () => person('customer-1', 'administrator'), sees: ['customer-1'] },
    'a provider whose role stays at home': {
      who: () => person('flat-provider', 'service-provider'),
      sees: ['flat-provider'],
    },
    'an admin where there is no tree': { who: () => person('plivo', 'admin'), sees: ['plivo'] },
    'a key of scope sp': { who: () => program('provider', 'service-provider'), sees: below },
    'a key of scope ac': { who: () => program('leaf-1', 'ac_admin'), sees: ['leaf-1'] },
    'a key in a catalog without scopes': { who: () => program('top', 'developer'), sees: customers },
    'a key of an organisation': { who: () => organisationKey('plivo', 'developer'), sees: ['plivo'] },
    'a customised service provider': { who: () => customised({ 'manage-users': 'read' }), sees: below },
    'one customised to nothing': { who: () => customised({}), sees: below },
    'one whose only role group is switched off': { who: switchedOff, sees: customers },
    'one whose role has ended': { who: expired, sees: ['provider'] },
    'one whose role is yet to begin': { who: early, sees: ['provider'] },
    'one who is suspended': { who: suspended, sees: [] },
    'a key of one who is suspended': { who: keyOfSuspended, sees: [] },
    'one who lost his role a moment ago': { who: demoted, sees: ['provider'] },
  }

  async function organisationKey(place: string, role: string): Promise<Call> {
    return createKeyApi(joinery.api, (await byOperator(id(place), { roles: [role] })).body)
  }
  async function customised(permissions: object): Promise<Call> {
    const memberId = await join(id('provider'), 'service-provider')
    await joinery.api.ok('PUT', `/accounts/${id('provider')}/members/${memberId}/customisation`, { permissions })
    return session(id('provider'), memberId)
  }
  async function switchedOff(): Promise<Call> {
    const memberId = await join(id('top'), 'turnkey-developer')
    await change('top', memberId, { roleGroups: { turnkey: false } })
    return session(id('top'), memberId)
  }
  async function assigned(span: { validFrom?: number; validTo?: number }): Promise<Call> {
    const memberId = await join(id('provider'))
    await app().assignRole(operator, { accountId: id('provider'), memberId, role: 'service-provider', ...span })
    await settle(joinery)
    return session(id('provider'), memberId)
  }
  async function expired(): Promise<Call> {
    const call = await assigned({ validTo: clock.now() + 1000 })
    expect(namesOf(await read(call))).toEqual(below)
    clock.advance(1000)
    return call
  }
  async function early(): Promise<Call> {
    return assigned({ validFrom: clock.now() + 3_600_000 })
  }
  async function suspended(): Promise<Call> {
    const memberId = await join(id('provider'), 'service-provider')
    const call = await session(id('provider'), memberId)
    await change('provider', memberId, { suspended: true })
    return call
  }
  async function keyOfSuspended(): Promise<Call> {
    const memberId = await join(id('provider'), 'service-provider')
    const key = await own(id('provider'), memberId)
    await change('provider', memberId, { suspended: true })
    return createKeyApi(joinery.api, key)
  }
  async function demoted(): Promise<Call> {
    const memberId = await join(id('provider'), 'service-provider')
    const call = await session(id('provider'), memberId)
    await app().unassignRole(operator, { accountId: id('provider'), memberId, role: 'service-provider' })
    return call
  }

  it.each(Object.entries(callers))('%s', async (name, { who, sees }) => {
    const call = await who()
    const listed = await read(call)
    expect(listed).toEqual(await opened(call))
    expect(namesOf(listed)).toEqual(name === 'the operator' ? namesOf(every) : sees)
    for (const { id: parent } of every) {
      const children = listed.filter((each) => each.parent === parent)
      expect(await read(call, { parent, limit: '500' })).toEqual(children)
    }
  })

  describe('whatever is asked for', () => {
    let call: Call
    let visible: Item[]
    beforeAll(async () => {
      call = await person('provider', 'service-provider')
      visible = await read(call)
    })

    it('shows no parent that lies above', () => {
      expect(visible.map(({ name, parent }) => [name, parent])).toEqual([
        ['provider', undefined],
        ...below.slice(1).map((name) => [name, id('provider')]),
      ])
    })

    it('finds by each filter only among them, whatever there is elsewhere', async () => {
      for (const filter of ['parent', 'level', 'catalog', 'name', 'stopped'] as const) {
        for (const value of new Set([...every.map((each) => `${each[filter]}`), ...every.map((each) => each.id)])) {
          if (filter === 'stopped' && !['true', 'false'].includes(value)) continue
          const found = await read(call, { [filter]: value, limit: '500' })
          const wanted = visible.filter((each) => {
            const has = each[filter]
            return filter === 'name' ? each.name.includes(value) : has !== undefined && `${has}` === value
          })
          expect([filter, value, namesOf(found)]).toEqual([filter, value, namesOf(wanted)])
        }
        clock.advance(10_000)
      }
    })

    it('goes through them by each order in pages, and goes on from no place but among them', async () => {
      for (const sort of ['createdAt', '-createdAt', 'name', '-name']) {
        const sorted = sort.endsWith('name') ? namesOf(visible).toSorted() : namesOf(visible)
        expect(namesOf(await read(call, { sort }))).toEqual(sort.startsWith('-') ? sorted.toReversed() : sorted)
        const elsewhere = await joinery.api.ok('GET', `/accounts?sort=${sort}&limit=6`)
        const after = new URLSearchParams({ sort, after: elsewhere.next as string }).toString()
        const { body } = await call('GET', `/accounts?${after}`)
        expect(below).toEqual(expect.arrayContaining(namesOf(body.items)))
      }
    })
  })

  it('keeps a suspended account and those below it in the list of whoever stands above', async () => {
    const call = await person('system', 'system-user')
    const inside = [await person('provider', 'service-provider'), await person('leaf-1', 'ac_admin')]
    await joinery.api.ok('PATCH', `/accounts/${id('provider')}`, { suspended: true })
    try {
      expect(await read(call)).toEqual(await opened(call))
      expect(namesOf(await read(call, { stopped: 'true' }))).toEqual(below)
      expect(namesOf(await read(call, { stopped: 'true', parent: id('provider') }))).toEqual(below.slice(1))
      for (const each of inside) isProblem(await each('GET', '/accounts'), 401, 'unauthenticated')
    } finally {
      await joinery.api.ok('PATCH', `/accounts/${id('provider')}`, { suspended: false })
    }
  })
})
