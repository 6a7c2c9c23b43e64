import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { describeOnBoth } from '../support/databases.ts'
import {
  auditOf,
  person,
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type CompanyOptions,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** Good tokens of people who are let in nowhere, and sign-ins that are set up wrongly. */
describeOnBoth('whoever has a good token and is not let in', (database) => {
  let joinery: SignInJoinery
  const companies: Company[] = []

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database })
  })
  afterAll(async () => {
    for (const { idp } of companies) await idp.close()
    await joinery.close()
  })

  async function open(options: CompanyOptions): Promise<Company> {
    const company = await startCompany(joinery, options)
    companies.push(company)
    return company
  }

  /** What he sees, whether he has a session, and why, by the audit log of the connection's account. */
  async function tries(company: Company, name: string, query = '') {
    const browser = createBrowser()
    const before = (await auditOf(joinery, company.accountId, 'sign_in.refused')).length
    const { status, text } = await signIn(company, name, browser, query)
    const [, title] = /<h1>([^<]+)<\/h1>/.exec(text) ?? []
    const lines = await auditOf(joinery, company.accountId, 'sign_in.refused')
    const why = lines.slice(before).map(({ detail }) => detail.refusal)
    return { status, title, session: (await sessionOf(joinery, browser)).status, why }
  }

  const refused = (why: string, title: string) => ({ status: 403, title, session: 401, why: [why] })

  const pair = { attribute: 'externalId', claim: 'employee' }

  it('comes from another tenant of Entra, or from none', async () => {
    const tenant = '11111111-2222-3333-4444-555555555555'
    const entra = await open({
      ...{ kind: 'entra', settings: { tenant } },
      people: [
        person('ann', { tid: tenant, oid: '00uann' }),
        person('bob', { tid: '99999999-2222-3333-4444-555555555555', oid: '00ubob' }),
        person('eve', { oid: '00ueve' }),
      ],
    })
    for (const name of ['ann', 'bob', 'eve']) await push(entra, name)
    expect(await tries(entra, 'ann')).toMatchObject({ status: 200, session: 200, why: [] })
    for (const name of ['bob', 'eve'])
      expect(await tries(entra, name)).toEqual(refused('wrong_tenant', 'You signed in with another company’s account'))
  })

  it('fits two people of the directory', async () => {
    const company = await open({ people: [person('ann', { employee: 'twice' })], settings: { pair } })
    await push(company, 'ann', { externalId: 'twice' })
    await push(company, 'bob', { externalId: 'twice' })
    expect(await tries(company, 'ann')).toEqual(refused('ambiguous_person', 'It is not clear who you are'))
  })

  it('is somebody of the directory whose place another identity has', async () => {
    const people = [person('ann', { employee: '00uann' }), person('two', { employee: '00uann' })]
    const company = await open({ people, settings: { pair } })
    await push(company, 'ann')
    expect(await tries(company, 'ann')).toMatchObject({ status: 200, session: 200, why: [] })
    expect(await tries(company, 'two')).toEqual(refused('linked_otherwise', 'Your place is taken by another sign-in'))
  })

  it('asks for an account that has a sign-in of its own', async () => {
    const staff = await open({ people: [person('sam')], settings: { platform: true } })
    const owner = { userName: 'sam@corp.example', email: 'sam@corp.example' }
    const north = await joinery.api.ok('POST', '/accounts', { ...{ name: 'North', catalog: 'plivo' }, owner })
    const path = `/accounts/${north.id}/members/${north.ownerId}/identities`
    await joinery.api.ok('POST', path, { connection: staff.connectionId, subject: '00usam' })
    expect(await tries(staff, 'sam', `?account=${north.id}`)).toMatchObject({ status: 200, session: 200, why: [] })
    await open({ account: north.id })
    expect(await tries(staff, 'sam', `?account=${north.id}`)).toEqual(
      refused('own_sign_in_required', 'This account has a sign-in of its own'),
    )
  })

  it('comes to a client secret that the IdP does not take', async () => {
    const company = await open({ people: [person('ann')] })
    await push(company, 'ann')
    const settings = { issuer: company.idp.issuer, clientId: 'joinery', clientSecret: 'not-the-secret-of-the-client' }
    for (const authMethod of ['client_secret_basic', 'client_secret_post']) {
      await joinery.api.ok('PUT', company.oidcPath, { ...settings, authMethod })
      expect(await tries(company, 'ann')).toEqual(
        refused('idp_misconfigured', 'This sign-in is not set up as it should be'),
      )
    }
  })

  it('comes to an IdP that calls itself otherwise than it is called', async () => {
    const company = await open({ people: [person('ann')] })
    const settings = { issuer: `${company.idp.issuer}/`, clientId: 'joinery', clientSecret: 'x'.repeat(30) }
    await joinery.api.ok('PUT', company.oidcPath, settings)
    expect(await tries(company, 'ann')).toEqual(
      refused('idp_misconfigured', 'This sign-in is not set up as it should be'),
    )
  })
})
