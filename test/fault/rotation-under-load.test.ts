import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBalancer, type Balancer } from '../support/balancer.ts'
import { createClock, type TestClock } from '../support/clock.ts'
import { describeWith, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { startSignInLoad, type SignInLoad } from '../support/sign-in-load.ts'
import {
  clientId,
  clientSecret,
  person,
  push,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

const audience = 'https://api.example.com'
const former = 'the-former-secret-key-0123456789-0123456789'
const present = 'the-present-secret-key-0123456789-0123456789'
const names = ['ann', 'bob']

describeWith(['postgres'], 'keys that are changed while people sign in, as the runbook says', () => {
  let database: TestDatabase
  let clock: TestClock
  let balancer: Balancer
  let processes: SignInJoinery[]
  let company: Company
  let load: SignInLoad
  /** Which client secrets the IdP takes. */
  let known: Set<string>

  const start = async (...keys: string[]): Promise<SignInJoinery> => {
    const env = { SECRET_KEY: keys.join(','), PUBLIC_URL: balancer.url, TOKEN_AUDIENCE: audience }
    const joinery = await startSignInJoinery({ on: database, clock, workers: false, env })
    balancer.add(joinery.url)
    return joinery
  }
  /** Every process anew, one after the other, each without a new request while it ends. */
  const restartAll = async (...keys: string[]): Promise<void> => {
    for (const [index, old] of processes.entries()) {
      await balancer.remove(old.url)
      await old.close()
      processes[index] = await start(...keys)
      await load.round()
    }
  }
  const pass = async (minutes: number): Promise<void> => {
    // In steps that are shorter than gateways keep a key set.
    for (let passed = 0; passed < minutes; passed += 4) {
      clock.advance(4 * 60_000)
      await load.round()
    }
  }
  const api = () => (processes[0] as SignInJoinery).api
  const setSecret = (secret: string) =>
    api().ok('PUT', company.oidcPath, { issuer: company.idp.issuer, clientId, clientSecret: secret })

  beforeEach(async () => {
    database = await freshDatabase('postgres')
    clock = createClock()
    balancer = await startBalancer()
    processes = [await start(former), await start(former)]
    company = await startCompany({ api: api(), url: balancer.url }, { people: names.map((name) => person(name)) })
    for (const name of names) await push(company, name)
    known = new Set([clientSecret])
    company.idp.intercept = (request) => {
      const [, basic = ''] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? []
      const [, secret = ''] = Buffer.from(basic, 'base64').toString().split(':')
      // The provider holds one secret; which ones stand for it now is what the test says.
      const shown = known.has(decodeURIComponent(secret)) ? clientSecret : 'unknown'
      if (basic !== '') request.headers.authorization = `Basic ${btoa(`${clientId}:${shown}`)}`
      return false
    }
    load = startSignInLoad({ url: balancer.url, company, audience, clock, names })
    await load.round()
  })
  afterEach(async () => {
    await load.stop()
    for (const each of processes) await each.close()
    await balancer.close()
    await company.idp.close()
    await database.remove()
  })
  const failed = () => ({ failures: load.failures, many: load.good() > 20 })
  const none = { failures: [], many: true }

  it('the signing key: no request fails, and no token is refused', async () => {
    await api().ok('POST', '/signing-keys/rotate', { immediately: false })
    await pass(75) // ten minutes until it signs, an hour until the old one goes
    expect((await api().ok('GET', '/signing-keys')).items).toHaveLength(1)
    expect(failed()).toEqual(none)
  })

  it('and the load would notice: a key that signs at once is one that gateways do not know yet', async () => {
    await api().ok('POST', '/signing-keys/rotate', { immediately: true })
    await load.round()
    expect(load.failures.map(({ what }) => what)).toContain('token')
  })

  it('the secret key: no request fails, and nobody is signed out', async () => {
    await restartAll(former, present)
    await restartAll(present, former)
    await api().ok('POST', '/secrets/rotate', {})
    await pass(61) // as long as a session may rest
    await restartAll(present)
    await load.round()
    expect(failed()).toEqual(none)
  })

  it('and the load would notice: a key that the other process does not hold yet', async () => {
    const [first] = processes as [SignInJoinery]
    await balancer.remove(first.url)
    await first.close()
    processes[0] = await start(present, former)
    for (let round = 0; round < 3; round += 1) await load.round()
    expect(load.failures.map(({ what }) => what)).toContain('sign-in')
  })

  it('the client secret: no sign-in fails', async () => {
    known.add('the-next-secret-of-the-client')
    await load.round()
    for (let change = 0; change < 5; change += 1) {
      await setSecret('the-next-secret-of-the-client')
      await load.round()
    }
    known.delete(clientSecret)
    await load.round()
    expect(failed()).toEqual(none)
  })

  it('and the load would notice: a secret that the IdP does not take', async () => {
    await setSecret('the-next-secret-of-the-client')
    await load.round()
    expect(load.failures.map(({ what }) => what)).toContain('sign-in')
  })
})
