import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { settled } from '../support/api.ts'
import { housekeeper } from '../support/audit.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn as signingIn } from '../support/invitations.ts'
import {
  clientId,
  clientSecret,
  person,
  push,
  sessionOf,
  setActive,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** People of one company who are members of another account, whom their own directory reaches by the pair alone. */
describeOnBoth('the values that a former pair has read', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let other: string
  let name: string
  let names = 0
  const settings = { authority: 'jit', defaultRole: 'support' }

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database })
  })
  beforeEach(async () => {
    name = `e${(names += 1)}`
    const pair = { attribute: 'externalId', claim: 'sub' }
    company = await startCompany(joinery, { people: [person(name)], settings: { ...settings, pair } })
    other = (await joinery.api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })).id
    await join(name)
  })
  afterEach(() => company.idp.close())
  afterAll(() => joinery.close())

  const join = async (who: string): Promise<void> => {
    const email = `${who}@corp.example`
    const { issuer } = company.idp
    const { id } = await joinery.api.ok('POST', `/accounts/${other}/invitations`, {
      ...{ email, roles: ['developer'], issuer },
    })
    const token = await mailedToken(joinery.api, other, id as string)
    const identity = anIdentity(company.connectionId, email, { issuer, subject: `00u${who}` })
    expect(await joinery.runtime.app.acceptInvitation(signingIn, { token, identity })).toMatchObject({ kind: 'joined' })
  }
  const entered = async (): Promise<Browser> => {
    const browser = createBrowser()
    expect((await signIn(company, name, browser, `?account=${other}`)).status).toBe(200)
    return browser
  }
  const setPair = (pair: object | null) =>
    joinery.api.ok('PUT', company.oidcPath, { ...settings, issuer: company.idp.issuer, clientId, pair })
  const pairs = async (): Promise<string[]> => {
    const rows = await joinery.breakable.rows<{ subject: string }>((db) =>
      db('identity_pairs').where({ connection_id: company.connectionId }).orderBy('subject'),
    )
    return rows.map(({ subject }) => subject)
  }

  const others: [string, object | null][] = [
    ['another attribute', { attribute: 'userName', claim: 'sub' }],
    ['another claim', { attribute: 'externalId', claim: 'employee' }],
    ['none', null],
  ]
  it.each(others)('are forgotten where the pair becomes %s, and their sessions end', async (_, pair) => {
    const browser = await entered()
    expect(await pairs()).toEqual([`00u${name}`])
    await setPair(pair)
    expect(await pairs()).toEqual([])
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    // Whom the former rule took him for is let go; it says nothing of him any more.
    await setActive(company, await push(company, name), false)
    expect((await sessionOf(joinery, await entered())).status).toBe(200)
  })

  it('are forgotten with every identity where the issuer becomes another', async () => {
    const browser = await entered()
    const client = { clientId, clientSecret, issuer: 'https://another.example' }
    await joinery.api.ok('PUT', company.oidcPath, { ...settings, ...client })
    expect(await pairs()).toEqual([])
    expect((await sessionOf(joinery, browser)).status).toBe(401)
  })

  it('stay where settings change and the pair does not', async () => {
    await entered()
    await setPair({ attribute: 'externalId', claim: 'sub' })
    expect(await pairs()).toEqual([`00u${name}`])
  })

  it.each(others)('still keep out whom the directory had let go when the pair becomes %s', async (_, pair) => {
    const { member } = (await sessionOf(joinery, await entered())).body
    await settled(joinery.api, other)
    const why = () => joinery.api.ok('GET', `/accounts/${other}/members/${member.id}/why?role=developer`)
    expect(await why()).toMatchObject({ holds: true })
    await setActive(company, await push(company, name), false)
    expect(await why()).toMatchObject({ holds: false, lost: [{ reason: 'out_at_home' }] })
    await setPair(pair)
    expect(await why()).toMatchObject({ holds: false, lost: [{ reason: 'out_at_home' }] })
  })

  it('still keep out whom his directory lets go while he waits to be confirmed, after they were cleared away', async () => {
    const who = `${name}w`
    company.idp.people.set(`00u${who}`, person(who, { email_verified: false }))
    const email = `${who}@corp.example`
    const { id } = await joinery.api.ok('POST', `/accounts/${other}/invitations`, { email, roles: ['developer'] })
    const link = `${joinery.url}/auth/invitations/${await mailedToken(joinery.api, other, id as string)}`
    const visitor = createBrowser()
    company.idp.next.sub = `00u${who}`
    const form = { hint: company.accountId, return_to: new URL(link).pathname }
    const page = await visitor.walk(await visitor.post(`${joinery.url}/auth/login`, form))
    await visitor.post(link, { visitor: /name="visitor" value="([^"]+)"/.exec(page.text)?.[1] ?? '' })
    const { claim } = await joinery.api.ok('GET', `/accounts/${other}/invitations/${id}`)
    expect(claim).toMatchObject({ subject: `00u${who}` })
    await joinery.runtime.app.purgePairs(housekeeper, { from: null, limit: 1000 })
    await setActive(company, await push(company, who), false)
    const seen = { issuer: claim.issuer, subject: claim.subject }
    const answer = await joinery.api.call('POST', `/accounts/${other}/invitations/${id}/confirm`, seen)
    expect(answer).toMatchObject({ status: 403, body: { rule: 'suspended' } })
  })

  it('are cleared away, slice by slice, of whoever comes in no more', async () => {
    await entered()
    const note = (subject: string) =>
      joinery.breakable.run((db) =>
        db('identity_pairs').insert({
          ...{ connection_id: company.connectionId, subject, attribute: 'externalId', value: subject },
        }),
      )
    for (const gone of ['0', '1', '2', 'a', 'b']) await note(gone)
    let from = null
    let slices = 0
    do {
      from = await joinery.runtime.app.purgePairs(housekeeper, { from, limit: 2 })
      slices += 1
    } while (from !== null)
    expect(slices).toBeGreaterThanOrEqual(3)
    expect(await pairs()).toEqual([`00u${name}`])
  })
})
