import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser, type Browser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { operator } from '../support/joinery.ts'
import { describeOnBoth } from '../support/databases.ts'
import {
  auditOf,
  person,
  proveDomain,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

type Place = { id: string; ownerId: string }

describeOnBoth('who may come into which account', (database) => {
  const clock = createClock()
  /** Happens before the next transaction. */
  let beforeSwitch: (() => Promise<unknown>) | null = null
  let joinery: SignInJoinery
  let platform: Company
  let [north, south]: [Place, Place] = [
    { id: '', ownerId: '' },
    { id: '', ownerId: '' },
  ]

  const open = (name: string): Promise<Place> =>
    joinery.api.ok('POST', '/accounts', {
      ...{ name, catalog: 'plivo' },
      owner: { userName: `owner@${name.toLowerCase()}.example`, email: `owner@${name.toLowerCase()}.example` },
    })
  const list = ({ id, ownerId }: Place, subject: string): Promise<unknown> =>
    joinery.api.ok('POST', `/accounts/${id}/members/${ownerId}/identities`, {
      connection: platform.connectionId,
      subject,
    })
  const prove = (accountId: string, domain: string, state = 'verified'): Promise<void> =>
    proveDomain(joinery, accountId, domain, state)
  const typed = async (hint: string, browser: Browser = createBrowser()) =>
    browser.walk(await browser.post(`${joinery.url}/auth/login`, { hint }))

  beforeAll(async () => {
    joinery = await startSignInJoinery({
      ...{ database, clock, workers: false },
      wrapPorts: (ports) => ({
        ...ports,
        unitOfWork: async (work) => {
          const change = beforeSwitch
          beforeSwitch = null
          await change?.()
          return ports.unitOfWork(work)
        },
      }),
    })
    platform = await startCompany(joinery, { people: [person('sam'), person('tom')], settings: { platform: true } })
    ;[north, south] = [await open('North'), await open('South')]
    await list(north, '00usam')
    await list(south, '00usam')
  })
  afterAll(async () => {
    await platform.idp.close()
    await joinery.close()
  })

  it('lets an identity of the platform’s sign-in into the memberships that list it, back and forth', async () => {
    platform.idp.next.sub = '00usam'
    await joinery.api.ok('PUT', `/accounts/${north.id}/sign-in-name`, { name: 'north' })
    const browser = createBrowser()
    expect((await typed('North', browser)).url).toBe(`${joinery.url}/console`)
    const seen = async (): Promise<string> => (await sessionOf(joinery, browser)).body.account.id
    expect(await seen()).toBe(north.id)
    for (const to of [south, north, south]) {
      const page = await browser.walk(await browser.post(`${joinery.url}/auth/switch`, { account: to.id }))
      expect(page.status).toBe(200)
      expect(await seen()).toBe(to.id)
    }
    expect(await auditOf(joinery, south.id, 'session.switched')).toHaveLength(2)
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }])
      expect((await browser.post(`${joinery.url}/auth/switch`, { account: north.id }, headers)).status).toBe(403)
    expect(await seen()).toBe(south.id)
  })

  it('does not let it anywhere else: by name, by switch, or after its end', async () => {
    platform.idp.next.sub = '00utom'
    expect((await typed(north.id)).status).toBe(403)
    platform.idp.next.sub = '00usam'
    const browser = createBrowser()
    await typed('north', browser)
    for (const account of [platform.accountId, 'nowhere', ''])
      expect((await browser.post(`${joinery.url}/auth/switch`, { account })).status).toBe(403)
    const path = `/accounts/${north.id}/members/${north.ownerId}/identities`
    const { items } = await joinery.api.ok('GET', path)
    await joinery.api.ok('DELETE', `${path}/${items[0].id}`)
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    await list(north, '00usam')
  })

  it('judges the target of a switch anew', async () => {
    const other = await open('East')
    await list(other, '00usam')
    platform.idp.next.sub = '00usam'
    const browser = createBrowser()
    await typed('north', browser)
    await joinery.api.ok('PATCH', `/accounts/${other.id}`, { suspended: true })
    expect((await browser.post(`${joinery.url}/auth/switch`, { account: other.id })).status).toBe(403)
    expect((await sessionOf(joinery, browser)).body.account.id).toBe(north.id)
  })

  it('judges the session that is left at the same instant: one that ended meanwhile goes nowhere', async () => {
    const member = { accountId: north.id, memberId: north.ownerId }
    const meanwhile: [number, () => Promise<unknown>][] = [
      [400, () => joinery.api.ok('PATCH', `/accounts/${north.id}`, { suspended: true })],
      [400, () => joinery.runtime.app.suspendMember(operator, { ...member, suspended: true })],
      [403, async () => clock.advance(2 * 60 * 60_000)],
    ]
    const mend = async (): Promise<void> => {
      await joinery.api.ok('PATCH', `/accounts/${north.id}`, { suspended: false })
      await joinery.runtime.app.suspendMember(operator, { ...member, suspended: false })
    }
    for (const [status, change] of meanwhile) {
      platform.idp.next.sub = '00usam'
      const browser = createBrowser()
      await typed('north', browser)
      // Between the look at the cookie and the transaction of the switch.
      beforeSwitch = change
      const page = await browser.post(`${joinery.url}/auth/switch`, { account: south.id })
      expect(page.status).toBe(status)
      await mend()
    }
    const browser = createBrowser()
    await typed('north', browser)
    beforeSwitch = () => Promise.resolve()
    expect((await browser.post(`${joinery.url}/auth/switch`, { account: south.id })).status).toBe(303)
  })

  it('pins an identity of Entra by its object id too', async () => {
    const tenant = '11111111-2222-3333-4444-555555555555'
    const entra = await startCompany(joinery, {
      ...{ kind: 'entra', settings: { platform: true, tenant } },
      people: [person('eve', { tid: tenant, oid: 'object-1' })],
    })
    const place = await open('West')
    const path = `/accounts/${place.id}/members/${place.ownerId}/identities`
    const body = { connection: entra.connectionId, subject: '00ueve' }
    expect((await joinery.api.call('POST', path, body)).body.errors).toMatchObject([{ path: 'objectId' }])
    const unwanted = { connection: platform.connectionId, subject: '00usam', objectId: 'x' }
    expect((await joinery.api.call('POST', path, unwanted)).body.errors).toMatchObject([{ path: 'objectId' }])
    await joinery.api.ok('POST', path, { ...body, objectId: 'object-1' })
    expect((await signIn(entra, 'eve')).status).toBe(200)
    entra.idp.people.set('00ueve', person('eve', { tid: tenant, oid: 'object-2' }))
    expect((await signIn(entra, 'eve')).status).toBe(403)
    const lines = await auditOf(joinery, entra.accountId, 'sign_in.refused')
    expect(lines.at(-1)?.detail.refusal).toBe('identity_changed')
    await entra.idp.close()
  })

  it('has an account with a sign-in of its own entered by that alone', async () => {
    platform.idp.next.sub = '00usam'
    const browser = createBrowser()
    await typed(south.id, browser)
    const own = await startCompany(joinery, { account: south.id, people: [person('ann')] })
    expect((await sessionOf(joinery, browser)).status).toBe(401) // a session that was open ends with it
    await typed('north', browser)
    const page = await browser.post(`${joinery.url}/auth/switch`, { account: south.id })
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('sign-in of its own')])
    await own.idp.close()
  })

  it('lists no identity of a connection that is not the platform’s', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    const body = { connection: own.connectionId, subject: '00uann' }
    const answer = await joinery.api.call('POST', `/accounts/${north.id}/members/${north.ownerId}/identities`, body)
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'connection'])
    await own.idp.close()
  })

  it('lets the first administrator in by a link, once, and not by looking at it', async () => {
    const place = await open('West')
    const path = `/accounts/${place.id}/members/${place.ownerId}/one-time-link`
    const { url } = await joinery.api.ok('POST', path, {})
    const [browser, second] = [createBrowser(), createBrowser()]
    for (let look = 0; look < 3; look += 1) expect((await browser.get(url)).status).toBe(200)
    const link = new URL(url).searchParams.get('link') ?? ''
    const cross = await browser.post(`${joinery.url}/auth/first`, { link }, { 'Sec-Fetch-Site': 'cross-site' })
    expect(cross.status).toBe(403)
    const used = await Promise.all([browser, second].map((each) => each.post(`${joinery.url}/auth/first`, { link })))
    expect(used.map(({ status }) => status).sort()).toEqual([303, 400])
    const [inside] = used[0]?.status === 303 ? [browser] : [second]
    expect((await sessionOf(joinery, inside)).body).toMatchObject({ member: { id: place.ownerId }, signIn: null })
    clock.advance(61 * 60_000)
    expect((await sessionOf(joinery, inside)).status).toBe(401)

    const late = await joinery.api.ok('POST', path, {})
    clock.advance(61 * 60_000)
    const expired = new URL(late.url).searchParams.get('link') ?? ''
    expect((await browser.post(`${joinery.url}/auth/first`, { link: expired })).status).toBe(400)
    const own = await startCompany(joinery, { account: place.id })
    expect((await joinery.api.call('POST', path, {})).status).toBe(409)
    await own.idp.close()
  })

  it('ends the session that the browser had when a one-time link begins another', async () => {
    const place = await open('Lone')
    const path = `/accounts/${place.id}/members/${place.ownerId}/one-time-link`
    const browser = createBrowser()
    const use = async (by: Browser): Promise<number> => {
      const link = new URL((await joinery.api.ok('POST', path, {})).url as string).searchParams.get('link') ?? ''
      return (await by.post(`${joinery.url}/auth/first`, { link })).status
    }
    expect(await use(browser)).toBe(303)
    const former = createBrowser()
    for (const [origin, jar] of browser.cookies) former.cookies.set(origin, new Map(jar))
    expect(await use(browser)).toBe(303)
    expect([(await sessionOf(joinery, browser)).status, (await sessionOf(joinery, former)).status]).toEqual([200, 401])
  })

  it('finds the sign-in of a proved domain, and says the same of everybody else', async () => {
    const own = await startCompany(joinery, { people: [person('ann')] })
    await prove(own.accountId, 'corp.example')
    const browser = createBrowser()
    const page = await browser.post(`${joinery.url}/auth/login`, { hint: 'nobody.at.all@CORP.example' })
    expect(page.text).toContain(`/auth/start/${own.connectionId}`)
    const answers = await Promise.all(
      ['ann@other.example', 'ann@gmail.com', 'no-such-account', '@', 'ann@', '<b>'].map(async (hint) => {
        const { status, text } = await browser.post(`${joinery.url}/auth/login`, { hint })
        return [status, text.replace(/value="[^"]*" maxlength/, '')]
      }),
    )
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(answers[0]?.[0]).toBe(404)
    await own.idp.close()
  })

  it('creates people by a sign-in with authority jit: verified, in a proved domain, with the default role alone', async () => {
    const own = await startCompany(joinery, {
      people: [
        person('new', { groups: ['admin'], roles: ['owner'], email: 'new@jit.example' }),
        person('text', { email: 'text@jit.example', email_verified: 'true' }),
        person('unsaid', { email: 'unsaid@jit.example', email_verified: undefined }),
        person('no', { email: 'no@jit.example', email_verified: false }),
        person('none', { email: undefined }),
        person('away', { email: 'away@unproved.example' }),
        person('sub', { email: 'sub@mail.jit.example' }),
      ],
      settings: { authority: 'jit', defaultRole: 'developer' },
    })
    await prove(own.accountId, 'jit.example')
    const browser = createBrowser()
    expect((await signIn(own, 'new', browser)).status).toBe(200)
    const { member } = (await sessionOf(joinery, browser)).body
    const detail = await joinery.api.ok('GET', `/accounts/${own.accountId}/members/${member.id}`)
    expect(detail).toMatchObject({ email: 'new@jit.example', status: 'active' })
    expect((await signIn(own, 'new')).status).toBe(200)
    for (const name of ['text', 'unsaid', 'no', 'none', 'away', 'sub'])
      expect((await signIn(own, name)).status).toBe(403)
    const lines = await auditOf(joinery, own.accountId, 'sign_in.refused')
    const why = lines.map(({ detail: { refusal } }) => refusal)
    const unverified = Array.from({ length: 4 }, () => 'no_verified_address')
    expect(why).toEqual([...unverified, 'domain_not_verified', 'domain_not_verified'])
    expect((await joinery.api.ok('GET', `/accounts/${own.accountId}/members`)).items).toHaveLength(1)

    await joinery.breakable.run((db) =>
      db('account_domains').where({ domain: 'jit.example' }).update({ state: 'lapsed' }),
    )
    own.idp.people.set('00ulate', person('late', { email: 'late@jit.example' }))
    expect((await signIn(own, 'late')).status).toBe(403)
    expect((await signIn(own, 'new')).status).toBe(200)
    await own.idp.close()
  })
})
