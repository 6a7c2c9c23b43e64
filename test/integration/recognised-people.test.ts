import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Ports, Tx } from '../../src/application/ports.ts'
import { createAccess } from '../support/access.ts'
import { createKeyApi, createKeyBench, type MadeKey } from '../support/access-keys.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { patch } from '../support/idp.ts'
import { testSecrets } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'
import {
  auditOf,
  clientId,
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

/** A sign-in made them, and then their directory tells of them: they are who they were, and the directory’s from then on. */
describeOnBoth('whoever signed in before his directory told of him', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let name: string
  let browser: Browser
  let member: string
  let key: MadeKey
  let names = 0
  /** What happens once, in the transaction of a push that has found nobody. */
  let afterMatches: (() => Promise<void>) | null = null
  /** What happens once, in the transaction of a push that has recognised him. */
  let afterFinding: (() => Promise<unknown>) | null = null
  const interrupted = (tx: Tx): Tx => ({
    ...tx,
    identityLinks: {
      ...tx.identityLinks,
      signedInAs: async (...wanted) => {
        const found = await tx.identityLinks.signedInAs(...wanted)
        const next = afterFinding
        afterFinding = null
        await next?.()
        return found
      },
    },
    users: {
      ...tx.users,
      matches: async (...wanted) => {
        const found = await tx.users.matches(...wanted)
        const next = afterMatches
        afterMatches = null
        await next?.()
        return found
      },
    },
  })
  const wrapPorts = (ports: Ports): Ports => ({
    ...ports,
    unitOfWork: (work) => ports.unitOfWork((tx) => work(interrupted(tx))),
  })

  const { own } = createKeyBench(() => joinery)
  const isMet = async (who: string): Promise<string> => {
    const browserOfHis = createBrowser()
    await signIn(company, who, browserOfHis)
    await settle(joinery)
    browser = browserOfHis
    return (await sessionOf(joinery, browser)).body.member.id
  }
  const isKnown = (who: string, domain = `${company.accountId}.example`) =>
    company.idp.people.set(`00u${who}`, person(who, { email: `${who}@${domain}` }))

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false, wrapPorts })
    const pair = { attribute: 'externalId', claim: 'sub' }
    const { id: account } = await joinery.api.ok('POST', '/accounts', { name: 'Corp', catalog: 'cpaas-iam' })
    company = await startCompany(joinery, { account, settings: { authority: 'jit', defaultRole: 'developer', pair } })
    await proveDomain(joinery, company.accountId, `${company.accountId}.example`)
  })
  beforeEach(async () => {
    name = `r${(names += 1)}`
    isKnown(name)
    member = await isMet(name)
    await joinery.api.ok('POST', `/accounts/${company.accountId}/members/${member}/roles`, { role: 'administrator' })
    await settle(joinery)
    key = await own(company.accountId, member)
    await isLetIn()
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })

  const people = async (): Promise<any[]> => {
    const { items } = await joinery.api.ok('GET', `/accounts/${company.accountId}/members?limit=100`)
    return items.filter(({ userName }: { userName: string }) => userName.startsWith(`${name}@`))
  }
  const byKey = async () =>
    (await createKeyApi(joinery.api, key)('GET', `/accounts/${company.accountId}/members`)).status
  const decided = async () => {
    const resource = { type: 'capability', id: 'user-management', properties: { account: company.accountId } }
    const question = { subject: { type: 'member', id: member }, action: { name: 'read' }, resource }
    return (await createAccess(joinery.url, testSecrets.ADMIN_TOKEN)<any>('/evaluation', question)).body
  }
  const standing = async () => [(await sessionOf(joinery, browser)).status, await byKey(), (await decided()).decision]
  const isLetIn = async () => {
    expect(await standing()).toEqual([200, 200, true])
  }
  const isOut = async () => {
    expect(await standing()).toEqual([401, 401, false])
  }
  const told = (more: object = {}) => push(company, name, { userName: `${name}@corp.example`, ...more })

  it('stays the member that he is, with what he has', async () => {
    await told({ displayName: 'Told Of' })
    await settle(joinery)
    const known = await people()
    expect(known).toMatchObject([{ id: member, userName: `${name}@corp.example`, displayName: 'Told Of' }])
    await isLetIn()
    const lines = await auditOf(joinery, company.accountId, 'user.recognised')
    expect(lines.at(-1)).toMatchObject({
      member_id: member,
      detail: { connection: company.connectionId, active: true },
    })
  })

  it('has the roles of his groups from then on', async () => {
    const id = await told()
    const group = await company.scim('POST', '/Groups', { displayName: `G ${name}`, members: [{ value: id }] })
    const mapping = { connection: company.connectionId, groupId: group.body.id, role: 'turnkey-developer' }
    await joinery.api.ok('POST', `/accounts/${company.accountId}/mappings`, mapping)
    await settle(joinery)
    const paths = await joinery.api.ok(
      'GET',
      `/accounts/${company.accountId}/members/${member}/why?role=turnkey-developer`,
    )
    expect(paths).toMatchObject({ granted: [{ source: 'directory' }] })
  })

  it('is out by active: false with all that he had, and comes back with it', async () => {
    const id = await told()
    await setActive(company, id, false)
    await isOut()
    await setActive(company, id, true)
    browser = createBrowser()
    await signIn(company, name, browser)
    await isLetIn()
  })

  it('is out where the first word of his directory is that he has gone', async () => {
    await told({ active: false })
    await isOut()
    const lines = await auditOf(joinery, company.accountId, 'user.suspended')
    const moved = { before_values: '{"status":"active"}', after_values: '{"status":"suspended"}' }
    expect(lines.filter(({ member_id }) => member_id === member)).toMatchObject([moved])
  })

  it('is removed by DELETE, and comes back as the same member with nothing of what he had', async () => {
    await company.scim('DELETE', `/Users/${await told()}`)
    await isOut()
    await told()
    await settle(joinery)
    expect(await people()).toMatchObject([{ id: member, status: 'active' }])
    expect([await byKey(), (await decided()).decision]).toEqual([401, false])
  })

  it('is whom the pair names, letter by letter, and nobody of the same address', async () => {
    await told({ externalId: `00U${name}` })
    await told({ externalId: 'another', userName: `${name}@other.example` })
    await isLetIn()
    expect(await people()).toHaveLength(3)
  })

  it('is found by the user name, where that is the pair', async () => {
    const { issuer } = company.idp
    const settings = { issuer, clientId, authority: 'jit', defaultRole: 'developer' }
    const use = (attribute: string) =>
      joinery.api.ok('PUT', company.oidcPath, { ...settings, pair: { attribute, claim: 'sub' } })
    await use('userName')
    await signIn(company, name, browser)
    await told({ userName: `00u${name}`, externalId: null })
    await use('externalId')
    await setActive(
      company,
      (await company.scim('GET', `/Users?filter=userName eq "00u${name}"`)).body.Resources[0].id,
      false,
    )
    await isOut()
  })

  it('is nobody new where a former pair named him so', async () => {
    await joinery.breakable.run((db) =>
      db('identity_pairs')
        .where({ subject: `00u${name}` })
        .update({ attribute: 'userName' }),
    )
    await told()
    expect(await people()).toHaveLength(2)
  })

  it('is one of two by the same pair, so that his directory brings somebody else', async () => {
    const second = `${name}b`
    isKnown(second)
    await isMet(second)
    await joinery.breakable.run((db) =>
      db('identity_pairs')
        .where({ subject: `00u${second}` })
        .update({ value: `00u${name}` }),
    )
    await told()
    const ids = (await auditOf(joinery, company.accountId, 'user.joined')).map((line) => line.member_id)
    expect(ids.at(-1)).not.toBe(member)
  })

  it('is out by the word on a second self, where his directory came to name him so later', async () => {
    const id = await told({ externalId: 'another' })
    await isLetIn()
    await company.scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'externalId', value: `00u${name}` }))
    await isLetIn()
    await setActive(company, id, false)
    expect(await decided()).toMatchObject({ decision: false, context: { reason: 'out_at_home' } })
    await isOut()
  })

  it('is removed with a second self of that name, and has nothing of what he had when he is told of again', async () => {
    const id = await told({ externalId: 'another' })
    await company.scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'externalId', value: `00u${name}` }))
    await company.scim('DELETE', `/Users/${id}`)
    await isOut()
    expect((await signIn(company, name, createBrowser())).status).toBe(403)
    await told()
    await settle(joinery)
    expect([await byKey(), (await decided()).decision]).toEqual([401, false])
    browser = createBrowser()
    await signIn(company, name, browser)
    const { status, body } = await sessionOf(joinery, browser)
    expect([status, body.member.id === member, body.roles]).toEqual([200, false, []])
    const lines = await auditOf(joinery, company.accountId, 'member.removed')
    expect(lines.at(-1)).toMatchObject({ member_id: member, detail: { connection: company.connectionId } })
  })

  it('stays where the second self is not the only one of that name', async () => {
    const id = await told({ externalId: 'another' })
    await told({ externalId: 'third', userName: `${name}@third.example` })
    for (const each of [id, (await company.scim('GET', '/Users?filter=externalId eq "third"')).body.Resources[0].id])
      await company.scim('PATCH', `/Users/${each}`, patch({ op: 'replace', path: 'externalId', value: `00u${name}` }))
    await company.scim('DELETE', `/Users/${id}`)
    expect([await byKey(), (await decided()).decision]).toEqual([200, true])
  })

  it('stays whom another directory of his account tells of', async () => {
    const other = await startCompany(joinery, { account: company.accountId })
    const id = await push(other, name)
    await joinery.breakable.run((db) => db('directory_users').where({ id }).update({ member_id: member }))
    await told()
    expect(await people()).toHaveLength(3)
    await other.idp.close()
  })

  // SQLite has one writer: there no transaction comes into another one.
  if (database === 'postgres') {
    it('is nobody to follow where he is removed while his directory tells of him', async () => {
      afterFinding = () => joinery.api.ok('DELETE', `/accounts/${company.accountId}/members/${member}`)
      await told()
      await settle(joinery)
      const known = await people()
      expect(known.map(({ id, status }) => [id === member, status])).toContainEqual([false, 'active'])
      await isOut()
    })

    it('is followed by one of two pushes that tell of him at the same moment', async () => {
      afterFinding = () => told({ userName: `${name}@second.example` })
      await told()
      const [recognised, joined] = await Promise.all(
        ['user.recognised', 'user.joined'].map(async (action) =>
          (await auditOf(joinery, company.accountId, action)).at(-1),
        ),
      )
      expect(recognised?.member_id).toBe(member)
      expect(joined?.member_id).not.toBe(member)
      expect(await people()).toHaveLength(2)
      await isLetIn()
    })

    it('is one member where he signs in while his directory tells of him', async () => {
      const who = `${name}c`
      isKnown(who)
      const meanwhile = createBrowser()
      let signing: Promise<unknown> = Promise.resolve()
      afterMatches = async () => {
        let isOver = false
        signing = signIn(company, who, meanwhile).finally(() => (isOver = true))
        await vi.waitFor(async () => expect(isOver || (await someoneWaits())).toBe(true), {
          timeout: 10_000,
          interval: 20,
        })
      }
      await push(company, who, { userName: `${who}@corp.example` })
      await signing
      const joined = await auditOf(joinery, company.accountId, 'user.joined')
      expect((await sessionOf(joinery, meanwhile)).body.member.id).toBe(joined.at(-1)?.member_id)
    })
  }
  const someoneWaits = async (): Promise<boolean> => {
    const waiting = await joinery.breakable.rows((db) =>
      db
        .select('pid')
        .from('pg_stat_activity')
        .where({ wait_event_type: 'Lock' })
        .whereRaw('datname = current_database()'),
    )
    return waiting.length > 0
  }
})
