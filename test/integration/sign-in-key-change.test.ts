import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection } from '../support/api.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/servers.ts'
import {
  push,
  sessionOf,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

const former = 'the-former-secret-key-0123456789-0123456789'
const present = 'the-present-secret-key-0123456789-0123456789'

describeOnBoth('people at the door while the secret key changes', (kind) => {
  let database: TestDatabase
  let port: number
  beforeAll(async () => {
    database = await freshDatabase(kind)
    port = await freePort()
  })
  afterAll(() => database.remove())

  const start = (...keys: string[]): Promise<SignInJoinery> =>
    startSignInJoinery({ on: database, env: { SECRET_KEY: keys.join(','), PORT: String(port) } })

  it('stay signed in where they come back while both are given; whoever does not starts again when the former is gone', async () => {
    let joinery = await start(former)
    const company = await startCompany(joinery)
    await push(company, 'ann')
    const [inside, away, onTheWay] = [createBrowser(), createBrowser(), createBrowser()]
    await signIn(company, 'ann', inside)
    await signIn(company, 'ann', away)
    const callback = await onTheWay.follow(company.loginUrl, (url) => url.includes('/auth/callback/'))
    await joinery.close()

    joinery = await start(present, former)
    await hasKeysForEveryCache(joinery, company, inside)
    expect((await sessionOf(joinery, inside)).status).toBe(200)
    await joinery.api.ok('POST', '/secrets/rotate', {})
    await joinery.close()

    joinery = await start(present)
    expect((await sessionOf(joinery, inside)).status).toBe(200)
    expect((await sessionOf(joinery, away)).status).toBe(401) // made no request while both keys were there
    const late = await onTheWay.get(callback.location ?? callback.url)
    expect([late.status, late.text]).toEqual([400, expect.stringContaining('Start again')])
    await signIn(company, 'ann', away)
    expect((await sessionOf(joinery, away)).status).toBe(200)
    await company.idp.close()
    await joinery.close()
  })

  /** A shared cache would hand a cookie that came with them to everybody. */
  async function hasKeysForEveryCache({ api, url }: SignInJoinery, company: Company, browser: Browser): Promise<void> {
    const { accountId, connectionId } = await createConnection(api, company.accountId)
    const settings = { issuer: company.idp.issuer, clientId: 'another', authMethod: 'private_key_jwt' }
    await api.ok('PUT', `/accounts/${accountId}/connections/${connectionId}/oidc`, settings)
    const { status, headers } = await browser.get(`${url}/auth/keys/${connectionId}`)
    expect([status, headers.get('Cache-Control'), headers.getSetCookie()]).toEqual([200, 'public, max-age=60', []])
    await api.ok('DELETE', `/accounts/${accountId}/connections/${connectionId}/oidc`)
  }
})
