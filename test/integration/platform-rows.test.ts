import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { createBrowser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator } from '../support/joinery.ts'
import { person, sessionOf, startCompany, startSignInJoinery } from '../support/sign-in.ts'
import type { Company, SignInJoinery } from '../support/sign-in.ts'
import { as, browserOf, createPersonApi, settle } from '../support/signed-in.ts'

/** Rows of the platforms' texts that no other test is about; docs/reference/platforms.md has them all. */
describeOnBoth('what the platforms ask for', (database) => {
  let joinery: SignInJoinery
  let platform: Company
  let names = 0

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
    platform = await startCompany(joinery, { people: [person('pat')], settings: { platform: true } })
    platform.idp.next.sub = '00upat'
  })
  afterAll(async () => {
    await platform.idp.close()
    await joinery.close()
  })

  const app = () => joinery.runtime.app
  const somebody = () => {
    const userName = `s${(names += 1)}@corp.example`
    return { userName, email: userName }
  }
  const open = async (catalog: string, more: object = {}) => {
    const account = await joinery.api.ok('POST', '/accounts', { name: catalog, catalog, owner: somebody(), ...more })
    await settle(joinery)
    return { accountId: account.id as string, ownerId: account.ownerId as string }
  }
  const holder = async (accountId: string, role: string): Promise<string> => {
    const { id: memberId } = await app().addMember(operator, { accountId, ...somebody() })
    await app().assignRole(operator, { accountId, memberId, role })
    await settle(joinery)
    return memberId
  }
  const rolesOf = async (accountId: string, memberId: string): Promise<string[]> => {
    await settle(joinery)
    return (await joinery.api.ok('GET', `/accounts/${accountId}/members/${memberId}`)).roles
  }
  /** Asks as a gateway of the account does. */
  const asking = async (accountId: string) => {
    const { token } = await joinery.api.ok('POST', `/accounts/${accountId}/gateways`, { name: 'gateway' })
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    return async (memberId: string, capability: string, name: string): Promise<boolean> => {
      const who = { subject: { type: 'member', id: memberId }, action: { name } }
      const body = JSON.stringify({ ...who, resource: { type: 'capability', id: capability } })
      const answer = await fetch(`${joinery.url}/access/v1/evaluation`, { method: 'POST', body, headers })
      return ((await answer.json()) as { decision: boolean }).decision
    }
  }

  it('cpaas-iam-1: opening an account makes its Administrator, who creates its users with their roles, and switches their access', async () => {
    const { accountId, ownerId } = await open('cpaas-iam')
    expect(await rolesOf(accountId, ownerId)).toEqual(['administrator'])
    const call = createPersonApi(joinery.url, await browserOf(joinery, accountId, ownerId))
    const members = `/accounts/${accountId}/members`
    for (const role of ['administrator', 'developer', 'turnkey-administrator', 'turnkey-developer']) {
      const { status, body } = await call('POST', members, { ...somebody(), roles: [role] })
      expect([status, await rolesOf(accountId, body.id as string)]).toEqual([201, [role]])
      const off = await call('PATCH', `${members}/${body.id}`, { roleGroups: { platform: false, turnkey: false } })
      expect(off.body).toMatchObject({ switchedOff: ['platform', 'turnkey'] })
    }
    const invitation = { email: somebody().email, roles: ['administrator'] }
    const invited = await call('POST', `/accounts/${accountId}/invitations`, invitation)
    expect([invited.status, invited.body]).toMatchObject([201, { state: 'pending' }])
  })

  it('plivo-5: anybody’s role is changed at any time, but for the owner’s', async () => {
    const { accountId, ownerId } = await open('plivo', { entitlements: ['role-management'] })
    const [admin, other] = [await holder(accountId, 'admin'), await holder(accountId, 'developer')]
    for (const role of ['support', 'finance-analyst', 'admin', 'developer']) {
      await app().assignRole(as(admin, accountId), { accountId, memberId: other, role })
      expect(await rolesOf(accountId, other)).toEqual([role])
    }
    const change = { accountId, memberId: ownerId, role: 'developer' }
    for (const by of [as(admin, accountId), as(ownerId, accountId), operator])
      await expect(app().assignRole(by, change)).rejects.toMatchObject({ rule: 'owner_stands' })
    await app().suspendMember(as(admin, accountId), { accountId, memberId: other, suspended: true })
    await app().assignRole(as(admin, accountId), { accountId, memberId: other, role: 'support' })
    await app().suspendMember(as(admin, accountId), { accountId, memberId: other, suspended: false })
    expect(await rolesOf(accountId, other)).toEqual(['support'])
    await app().assignRole(as(admin, accountId), { accountId, memberId: admin, role: 'support' })
    expect(await rolesOf(accountId, admin)).toEqual(['support'])
    expect(await rolesOf(accountId, ownerId)).toEqual(['owner'])
  })

  it('iotcomms-1: whoever holds several of the three roles has all of them at once, and loses one by one', async () => {
    const { accountId } = await open('iotcomms')
    const may = await asking(accountId)
    const memberId = await holder(accountId, 'hybrid_admin')
    const reached = async () => {
      const asked = ['portal.hybrid-sites', 'portal.billing-statements', 'portal.api-access-keys']
      const answers = await Promise.all(asked.map((capability) => may(memberId, capability, 'full')))
      return asked.filter((_, index) => answers[index])
    }
    expect(await reached()).toEqual(['portal.hybrid-sites'])
    await app().assignRole(operator, { accountId, memberId, role: 'billing_administrator' })
    expect(await rolesOf(accountId, memberId)).toEqual(['billing_administrator', 'hybrid_admin'])
    expect(await reached()).toEqual(['portal.hybrid-sites', 'portal.billing-statements'])
    expect([await may(memberId, 'api-access', 'limited'), await may(memberId, 'api-access', 'full')]).toEqual([
      true,
      false,
    ])
    await app().assignRole(operator, { accountId, memberId, role: 'admin' })
    expect(await rolesOf(accountId, memberId)).toHaveLength(3)
    expect(await may(memberId, 'api-access', 'full')).toBe(true)
    await app().unassignRole(operator, { accountId, memberId, role: 'admin' })
    await app().unassignRole(operator, { accountId, memberId, role: 'hybrid_admin' })
    expect(await reached()).toEqual(['portal.billing-statements'])
  })

  it('iotcomms-2: each feature is for named roles alone: whoever holds none of them is refused, with every verb', async () => {
    const { accountId } = await open('iotcomms')
    const may = await asking(accountId)
    const catalog = loadShippedCatalogs().get('iotcomms')
    const holders = new Map<string, string>()
    for (const { id } of catalog?.roles ?? []) holders.set(id, await holder(accountId, id))
    const { id: nobody } = await app().addMember(operator, { accountId, ...somebody() })
    const capabilities = catalog?.capabilities ?? []
    expect(capabilities.length).toBeGreaterThan(5)
    for (const { id } of capabilities) {
      expect(await may(nobody, id, 'limited')).toBe(false)
      const named = await Promise.all([...holders.values()].map((memberId) => may(memberId, id, 'full')))
      expect(named).toContain(true)
      expect(named).toContain(false)
    }
  })

  it('studio-6: the role is told beside the profile of whoever is signed in', async () => {
    const { accountId } = await open('studio')
    const memberId = await holder(accountId, 'ac_rw')
    const identity = { connection: platform.connectionId, subject: '00upat' }
    await joinery.api.ok('POST', `/accounts/${accountId}/members/${memberId}/identities`, identity)
    const browser = createBrowser()
    const page = await browser.follow(`${platform.loginUrl}?account=${accountId}`)
    const { body } = await sessionOf(joinery, browser)
    expect(body).toMatchObject({ member: { id: memberId }, account: { id: accountId }, roles: ['ac_rw'] })
    expect(page.text).toMatch(/<dt>Role<\/dt>\s*<dd>ac_rw<\/dd>/)

    const made = { accountId, name: 'Call flow designers', permissions: { 'call-flows': 'full' } }
    const { group } = await app().createPermissionGroup(operator, made)
    await app().addToPermissionGroup(operator, { accountId, groupId: group.id, memberId })
    await settle(joinery)
    expect((await sessionOf(joinery, browser)).body.roleLabels).toEqual({ [`group:${group.id}`]: made.name })
    expect((await browser.get(`${joinery.url}/console`)).text).toMatch(/<dd>Call flow designers<\/dd>/)
  })
})
