import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createAccess } from '../support/access.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { operator, testSecrets } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'
import {
  auditOf,
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

/** The account was handed over to somebody whom a directory brings: he is a leaver like everybody, and it is his all the same. */
describeOnBoth('an owner whom his directory lets go', (database) => {
  let joinery: SignInJoinery
  let company: Company
  let scimId: string
  let memberId: string
  let heirId: string
  let browser: Browser

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
  })
  beforeEach(async () => {
    company = await startCompany(joinery, { people: [person('ann'), person('bob')] })
    scimId = await push(company, 'ann')
    await push(company, 'bob')
    ;[browser, memberId] = await inAs('ann')
    heirId = (await inAs('bob'))[1]
    await handOver(memberId)
    await settle(joinery)
    expect((await sessionOf(joinery, browser)).body.roles).toEqual(['owner'])
  })
  afterAll(() => joinery.close())

  const app = () => joinery.runtime.app
  const inAs = async (name: string): Promise<[Browser, string]> => {
    const his = createBrowser()
    await signIn(company, name, his)
    return [his, (await sessionOf(joinery, his)).body.member.id as string]
  }
  const handOver = (heir: string): Promise<void> =>
    app().handOverAccount(operator, { accountId: company.accountId, memberId: heir })
  const active = (value: boolean) => setActive(company, scimId, value)
  const may = async (id: string): Promise<boolean> => {
    const resource = {
      type: 'capability',
      id: 'user-settings.user-profile',
      properties: { account: company.accountId },
    }
    const ask = createAccess(joinery.url, testSecrets.ADMIN_TOKEN)
    const { body } = await ask('/search/action', { subject: { type: 'member', id }, resource })
    return (body.results as unknown[]).length > 0
  }
  const isOut = async (): Promise<void> => {
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await signIn(company, 'ann')).status).toBe(403)
    const asHim = app().listMembers(as(memberId, company.accountId), {
      accountId: company.accountId,
      limit: 10,
      after: undefined,
    })
    await expect(asHim).rejects.toMatchObject({ rule: 'barred' })
    expect(await may(memberId)).toBe(false)
    const lines = await auditOf(joinery, company.accountId, 'account.owner_out')
    expect(lines).toMatchObject([{ member_id: memberId, detail: { connection: company.connectionId } }])
  }
  const rolesOf = async (id: string): Promise<string[]> => {
    await settle(joinery)
    return (await joinery.api.ok('GET', `/accounts/${company.accountId}/members/${id}`)).roles as string[]
  }

  it('is out at once by active: false, and owns it again when he is resumed', async () => {
    await active(false)
    await isOut()
    await active(true)
    expect(await rolesOf(memberId)).toEqual(['owner'])
    expect(await may(memberId)).toBe(true)
    await company.idp.close()
  })

  it.each(['active: false', 'DELETE'])('is out by %s, and the operator hands the account over', async (way) => {
    if (way === 'DELETE') await company.scim('DELETE', `/Users/${scimId}`)
    else await active(false)
    await isOut()
    // Whoever writes the directory has not become the owner by that, and does not by bringing him back.
    expect(await rolesOf(heirId)).toEqual([])
    await handOver(heirId)
    expect(await rolesOf(heirId)).toEqual(['owner'])
    if (way === 'DELETE') await company.scim('POST', '/Users', okta.createUser('ann'))
    else await active(true)
    expect(await rolesOf(memberId)).toEqual([])
    await company.idp.close()
  })

  it('does not own it in another life', async () => {
    await company.scim('DELETE', `/Users/${scimId}`)
    await company.scim('POST', '/Users', okta.createUser('ann'))
    expect(await rolesOf(memberId)).toEqual([])
    expect(await may(memberId)).toBe(false)
    await company.idp.close()
  })

  it('loses nothing of it by groups, and others who go are no owners', async () => {
    const group = await company.scim('POST', '/Groups', { displayName: 'Staff', members: [{ value: scimId }] })
    await app().addMapping(operator, {
      ...{ accountId: company.accountId, connectionId: company.connectionId },
      ...{ group: { id: group.body.id as string }, role: 'developer' },
    })
    await company.scim('DELETE', `/Groups/${group.body.id}`)
    expect(await rolesOf(memberId)).toEqual(['owner'])
    const [bob] = (await company.scim('GET', '/Users?filter=userName%20eq%20"bob@corp.example"')).body.Resources
    await company.scim('DELETE', `/Users/${bob.id}`)
    expect(await auditOf(joinery, company.accountId, 'account.owner_out')).toEqual([])
    await company.idp.close()
  })
})
