import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../../src/adapters/log/create-log.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createRuntime } from '../../src/runtime.ts'
import { createBrowser } from '../support/browser.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { testEnv } from '../support/joinery.ts'
import { hasOpeningForm, openByForm, openByJson } from '../support/openings.ts'
import { person, proveDomain, push, sessionOf, startCompany, startSignInJoinery } from '../support/sign-in.ts'
import { settle } from '../support/signed-in.ts'

describeOnBoth('where accounts of one’s own may be opened', (kind) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await freshDatabase(kind)
  })
  afterAll(() => database.remove())

  const started = async (env: Record<string, string>) => startSignInJoinery({ on: database, workers: false, env })
  const starting = (offers: string) =>
    createRuntime(loadConfig({ ...testEnv(database), OPEN_ACCOUNTS: offers }), createLog('silent'))

  it('is nowhere, unless the deployment says so', async () => {
    const joinery = await started({})
    const company = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support' } })
    await proveDomain(joinery, company.accountId, 'corp.example')
    company.idp.next.sub = '00uann'
    const browser = createBrowser()
    expect(hasOpeningForm(await browser.follow(company.loginUrl))).toBe(false)
    const answer = await openByJson(joinery, browser, { name: 'Mine', catalog: 'plivo' })
    expect(answer).toMatchObject({ status: 403, body: { rule: 'openings_off' } })
    expect((await openByForm(joinery, browser, 'Mine')).status).toBe(403)
    await company.idp.close()
    await joinery.close()
  })

  it.each([
    ['nowhere', 'names role catalog "nowhere", which is not there; choose among:'],
    ['plivo iotcomms', 'names role catalog "iotcomms", which says of nobody that he owns an account'],
    ['plivo@somewhere', 'names account "somewhere", which is not there'],
    ['plivo,plivo', 'must name each role catalog once'],
    [' , ', 'must be ids of role catalogs'],
    ['Plivo!', 'must be ids of role catalogs'],
  ])('refuses to start with OPEN_ACCOUNTS=%s', async (offers, told) => {
    await expect((async () => starting(offers))()).rejects.toThrow(`OPEN_ACCOUNTS ${told}`)
  })

  it('is below the account that the deployment names, of its catalog, while that one goes on', async () => {
    const before = await started({})
    const provider = await before.api.ok('POST', '/accounts', {
      ...{ name: 'Provider', catalog: 'studio', level: 'service-provider' },
    })
    const other = await before.api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })
    await before.close()
    await expect((async () => starting(`studio@${other.id}`))()).rejects.toThrow('which lives under "plivo"')

    const joinery = await started({ OPEN_ACCOUNTS: `studio@${provider.id}` })
    const login = await (await fetch(`${joinery.url}/auth/login`)).text()
    expect(login).not.toContain('Open an account of your own') // no stranger comes in without a sign-in of the platform
    const company = await startCompany(joinery, {
      ...{ people: [person('cleo')], settings: { authority: 'jit', defaultRole: 'support' } },
    })
    await joinery.breakable.run((db) => db('account_domains').delete())
    await proveDomain(joinery, company.accountId, 'corp.example')
    company.idp.next.sub = '00ucleo'
    const browser = createBrowser()
    await browser.follow(company.loginUrl)
    await joinery.api.ok('PATCH', `/accounts/${provider.id}`, { suspended: true })
    const stopped = await openByJson(joinery, browser, { name: 'Below' })
    expect(stopped).toMatchObject({ status: 422, body: { rule: 'account_suspended' } })
    await joinery.api.ok('PATCH', `/accounts/${provider.id}`, { suspended: false })
    expect((await openByForm(joinery, browser, 'Below')).status).toBe(200)
    await settle(joinery)
    const { account, roles } = (await sessionOf(joinery, browser)).body
    const opened = await joinery.api.ok('GET', `/accounts/${account.id}`)
    expect(opened).toMatchObject({ parent: provider.id, catalog: 'studio', level: 'account' })
    expect(roles).toHaveLength(1)
    await company.idp.close()
    await joinery.close()
  })

  it('is open to people of directories where the deployment says so, who are out of it when theirs lets them go', async () => {
    const joinery = await started({ OPEN_ACCOUNTS: 'plivo', OPEN_ACCOUNTS_DIRECTORY_PEOPLE: '1' })
    const company = await startCompany(joinery, {
      ...{ people: [person('dora')], settings: { pair: { attribute: 'externalId', claim: 'sub' } } },
    })
    const id = await push(company, 'dora', { externalId: '00udora' })
    company.idp.next.sub = '00udora'
    const browser = createBrowser()
    await browser.follow(company.loginUrl)
    expect((await openByForm(joinery, browser, 'Dora’s')).status).toBe(200)
    await settle(joinery)
    expect((await sessionOf(joinery, browser)).body).toMatchObject({ account: { name: 'Dora’s' }, roles: ['owner'] })
    await company.scim('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false } }],
    })
    expect((await sessionOf(joinery, browser)).status).toBe(401)
    expect((await createBrowser().follow(company.loginUrl)).status).toBe(403)
    await company.idp.close()
    await joinery.close()
  })
})
