import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAccess } from '../support/access.ts'
import { createKeyApi, createKeyBench, type MadeKey } from '../support/access-keys.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { patch } from '../support/idp.ts'
import { signIn as signInDoor } from '../support/invitations.ts'
import { operator, testSecrets } from '../support/joinery.ts'
import { openByForm } from '../support/openings.ts'
import { as, settle } from '../support/signed-in.ts'
import {
  auditOf,
  clientId,
  clientSecret,
  person,
  proveDomain,
  push,
  sessionOf,
  setActive,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** Somebody has opened an account by the sign-in of his company, and has a key and a place in decisions there. */
describeOnBoth('whoever his company lets go, in the account that he opened', (database) => {
  let joinery: SignInJoinery
  let platform: Company
  let partner: Company
  let name: string
  let home: { account: string; member: string }
  let opened: { account: string; member: string }
  let browser: Browser
  let key: MadeKey
  let names = 0

  const between = createComingBetween()
  const { own } = createKeyBench(() => joinery)
  const where = async () => {
    const { account, member } = (await sessionOf(joinery, browser)).body
    return { account: account.id as string, member: member.id as string }
  }
  const isMet = async (company: Company) => {
    const domain = `${name}.${company.accountId}.example`
    company.idp.people.set(`00u${name}`, person(name, { email: `${name}@${domain}` }))
    await proveDomain(joinery, company.accountId, domain)
    await signIn(company, name, browser)
    await settle(joinery)
  }
  const opens = async () => {
    await openByForm(joinery, browser, 'Globex')
    await settle(joinery)
    opened = await where()
    key = await own(opened.account, opened.member)
  }

  beforeAll(async () => {
    const { wrapPorts } = between
    joinery = await startSignInJoinery({ database, workers: false, wrapPorts, env: { OPEN_ACCOUNTS: 'cpaas-iam' } })
    platform = await startCompany(joinery, { settings: { platform: true } })
    const pair = { attribute: 'externalId', claim: 'sub' }
    partner = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support', pair } })
  })
  beforeEach(async () => {
    name = `l${(names += 1)}`
    browser = createBrowser()
    await isMet(partner)
    home = await where()
    await opens()
    await isLetIn()
  })
  afterAll(async () => {
    for (const { idp } of [platform, partner]) await idp.close()
    await joinery.close()
  })

  const resource = () => ({ type: 'capability', id: 'user-management', properties: { account: opened.account } })
  const ask = <T>(path: string, body: object) => createAccess(joinery.url, testSecrets.ADMIN_TOKEN)<T>(path, body)
  const decided = async () => {
    const subject = { type: 'member', id: opened.member }
    return (await ask<any>('/evaluation', { subject, action: { name: 'read' }, resource: resource() })).body
  }
  const found = async (): Promise<string[]> => {
    const question = { subject: { type: 'member' }, action: { name: 'read' }, resource: resource() }
    return ((await ask<any>('/search/subject', question)).body.results as { id: string }[]).map(({ id }) => id)
  }
  const byKey = async () => (await createKeyApi(joinery.api, key)('GET', `/accounts/${opened.account}/members`)).status
  const isLetIn = async () => {
    expect([await byKey(), await decided()]).toEqual([200, { decision: true }])
    expect(await found()).toEqual([opened.member])
  }
  const isOut = async () => {
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect([await byKey(), await decided()]).toMatchObject([401, { context: { reason: 'out_at_home' } }])
    expect(await found()).toEqual([])
  }
  const suspendAtHome = (suspended: boolean) =>
    joinery.api.ok('PATCH', `/accounts/${home.account}/members/${home.member}`, { suspended })

  it('has no use of his key and his decisions while he is suspended at home, and has them back with his place', async () => {
    await suspendAtHome(true)
    await isOut()
    const { account: accountId, member: memberId } = opened
    const link = joinery.runtime.app.createOneTimeLink(operator, { accountId, memberId })
    await expect(link).rejects.toMatchObject({ code: 'conflict', rule: 'out_at_home' })
    const why = await joinery.api.ok('GET', `/accounts/${accountId}/members/${memberId}/why?role=administrator`)
    expect(why).toMatchObject({ holds: false, lost: [{ reason: 'out_at_home' }] })
    await suspendAtHome(false)
    await isLetIn()
  })

  it('begins no session by a one-time link that was made before he left', async () => {
    const { app } = joinery.runtime
    const { account: accountId, member: memberId } = opened
    const use = async () => {
      const { secret } = await app.createOneTimeLink(operator, { accountId, memberId })
      return { begin: () => app.useOneTimeLink(signInDoor, { secret, sessionSecret: secret, formerSecret: null }) }
    }
    const [early, late] = [await use(), await use()]
    expect(await early.begin()).toMatchObject({ accountId, memberId })
    await suspendAtHome(true)
    await expect(late.begin()).rejects.toMatchObject({ refusal: 'out_at_home' })
    const refused = await auditOf(joinery, accountId, 'sign_in.refused')
    expect(refused.at(-1)).toMatchObject({ member_id: memberId, detail: { refusal: 'out_at_home' } })
    await suspendAtHome(false)
    await expect(late.begin()).rejects.toMatchObject({ refusal: 'link_spent' })
  })

  it('leaves nothing behind that he makes while he is let go', async () => {
    const { app } = joinery.runtime
    const { account: accountId, member: memberId } = opened
    const make = () => app.createConnection(as(memberId, accountId), { accountId, name: 'His', kind: 'okta' })
    await make()
    between.once(() => suspendAtHome(true))
    await expect(make()).rejects.toMatchObject({ rule: 'barred' })
    expect(await joinery.api.ok('GET', `/accounts/${accountId}/connections`)).toMatchObject({
      items: [{ name: 'His' }],
    })
  })

  it('has none once he is removed at home', async () => {
    await joinery.api.ok('DELETE', `/accounts/${home.account}/members/${home.member}`)
    await isOut()
  })

  it('has no use of them while the account of his company is stopped', async () => {
    const stop = (suspended: boolean) => joinery.api.ok('PATCH', `/accounts/${home.account}`, { suspended })
    await stop(true)
    await isOut()
    await stop(false)
    await isLetIn()
  })

  it('stays by another identity of his that stands', async () => {
    const path = `/accounts/${opened.account}/members/${opened.member}/identities`
    await joinery.api.ok('POST', path, { connection: platform.connectionId, subject: `00u${name}` })
    await suspendAtHome(true)
    await isLetIn()
  })

  it('stays by the word of a directory that the account has itself', async () => {
    const company = await startCompany(joinery, { account: opened.account })
    const id = await push(company, name)
    await joinery.breakable.run((db) => db('directory_users').where({ id }).update({ member_id: opened.member }))
    await suspendAtHome(true)
    expect((await decided()).decision).toBe(true)
    await company.idp.close()
  })

  it.each([
    ['externalId', {}],
    ['userName', { externalId: 'another' }],
  ])('is out by the word of a directory that names him by %s, where he never was a member', async (attribute, more) => {
    const settings = { issuer: partner.idp.issuer, clientId, authority: 'jit', defaultRole: 'support' }
    await joinery.api.ok('PUT', partner.oidcPath, { ...settings, pair: { attribute, claim: 'sub' } })
    await signIn(partner, name, browser, `?account=${opened.account}`)
    await joinery.breakable.run((db) =>
      db('identity_links').where({ account_id: home.account, member_id: home.member }).delete(),
    )
    const userName = attribute === 'userName' ? { userName: `00u${name}` } : { externalId: `00u${name}` }
    const scimId = await push(partner, name, { ...more, ...userName })
    await isLetIn()
    const set = (value: boolean) => setActive(partner, scimId, value)
    await set(false)
    await isOut()
    await set(true)
    await isLetIn()
    await partner.scim('DELETE', `/Users/${scimId}`)
    await isOut()
  })

  describe('as the identity by which he came ends', () => {
    let company: Company
    beforeEach(async () => {
      const pair = { attribute: 'externalId', claim: 'sub' }
      company = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support', pair } })
      browser = createBrowser()
      await isMet(company)
      home = await where()
      await opens()
      await isLetIn()
    })
    afterEach(() => company.idp.close())

    const connection = () => `/accounts/${company.accountId}/connections/${company.connectionId}`
    const ends: [string, () => Promise<unknown>][] = [
      ['its sign-in is taken away', () => joinery.api.ok('DELETE', company.oidcPath)],
      [
        'it gets another issuer',
        () => joinery.api.ok('PUT', company.oidcPath, { issuer: 'https://new.example', clientId, clientSecret }),
      ],
      [
        'its connection is retired',
        async () => {
          const { plan } = await joinery.api.ok('GET', `${connection()}/retirement`)
          await joinery.api.ok('DELETE', `${connection()}?plan=${plan}`)
        },
      ],
      [
        'the operator ends it',
        async () => {
          const path = `/accounts/${opened.account}/members/${opened.member}/identities`
          const { items } = await joinery.api.ok('GET', path)
          for (const { id } of items) await joinery.api.ok('DELETE', `${path}/${id}`)
        },
      ],
    ]
    it.each(ends)('stays out where %s after he was let go', async (_, end) => {
      await suspendAtHome(true)
      await end()
      await isOut()
      const path = `/accounts/${opened.account}/members/${opened.member}/identities`
      await joinery.api.ok('POST', path, { connection: platform.connectionId, subject: `00u${name}` })
      await isLetIn()
    })

    it.each(ends)('goes on by key and in decisions where %s and nobody let him go', async (_, end) => {
      await end()
      await isLetIn()
    })

    it('stays out by the word on a second self at home', async () => {
      const scimId = await push(company, name, { externalId: 'another' })
      await company.scim('PATCH', `/Users/${scimId}`, patch({ op: 'replace', path: 'externalId', value: `00u${name}` }))
      await setActive(company, scimId, false)
      await isOut()
      await joinery.api.ok('DELETE', company.oidcPath)
      await isOut()
    })
  })

  it('finds in the log of that account that a change of the sign-in at home took its identities', async () => {
    const company = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support' } })
    browser = createBrowser()
    await isMet(company)
    await opens()
    await joinery.api.ok('DELETE', company.oidcPath)
    const lines = await auditOf(joinery, opened.account, 'identity.ended')
    const detail = { connection: company.connectionId, issuer: company.idp.issuer }
    expect(lines).toMatchObject([{ member_id: opened.member, detail }])
    await company.idp.close()
  })
})
