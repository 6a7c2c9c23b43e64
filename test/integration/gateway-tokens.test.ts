import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createBrowser, type Browser } from '../support/browser.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { patch } from '../support/idp.ts'
import { push, signIn, startCompany, startSignInJoinery, type Company, type SignInJoinery } from '../support/sign-in.ts'

const housekeeping: Operation = { actor: { kind: 'system', part: 'housekeeping' }, id: 'test' }
const audience = 'https://gateways.example'
const minute = 60_000

describeOnBoth('tokens for gateways', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let company: Company
  let ann: Browser
  let annId: string
  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock, workers: false, env: { TOKEN_AUDIENCE: audience } })
    company = await startCompany(joinery)
    annId = await push(company, 'ann')
    await push(company, 'bob')
  })
  beforeEach(async () => {
    ann = createBrowser()
    await signIn(company, 'ann', ann)
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
  })
  type Given = { status: number; body: any; headers: Headers }
  const ask = async (browser: Browser): Promise<Given> => {
    const { status, text, headers } = await browser.post(`${joinery.url}/auth/token`, {})
    return { status, body: JSON.parse(text), headers }
  }
  const keySet = async (): Promise<JSONWebKeySet> =>
    (await (await fetch(`${joinery.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet
  const verify = async (token: string, keys: JSONWebKeySet) =>
    jwtVerify(token, createLocalJWKSet(keys), {
      ...{ issuer: joinery.url, audience, algorithms: ['ES256'], currentDate: new Date(clock.now()) },
    })
  const kids = async (): Promise<string[]> => (await keySet()).keys.map(({ kid = '' }) => kid)
  const signer = async (): Promise<string | undefined> =>
    decodeProtectedHeader((await ask(ann)).body.token as string).kid
  const rotate = (immediately = false): Promise<any> => joinery.api.ok('POST', '/signing-keys/rotate', { immediately })

  it('say who is signed in, for a minute, to whoever has the public keys', async () => {
    const { status, body, headers } = await ask(ann)
    expect([status, headers.get('cache-control'), headers.get('x-joinery-token')]).toEqual([
      200,
      'no-store',
      body.token,
    ])
    const keys = await keySet()
    const { payload, protectedHeader } = await verify(body.token as string, keys)
    const session = JSON.parse((await ann.get(`${joinery.url}/auth/session`)).text)
    expect(payload).toMatchObject({ sub: session.member.id, account: company.accountId, incarnation: 1, roles: [] })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'JWT' })
    expect(keys.keys).toHaveLength(1)
    expect(Object.keys(keys.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    clock.advance(61_000)
    await expect(verify(body.token as string, keys)).rejects.toThrow('exp')
    clock.advance(-61_000)
    const stored = await joinery.breakable.rows((db) => db('signing_keys'))
    expect(JSON.stringify(stored)).not.toContain('"d"')
  })

  it('are given to nobody else, and by POST alone', async () => {
    const stranger = await ask(createBrowser())
    expect([stranger.status, stranger.headers.get('content-type')]).toEqual([401, 'application/problem+json'])
    const forged = await fetch(`${joinery.url}/auth/token`, {
      method: 'POST',
      headers: { Cookie: 'joinery=s%3Aabc.def' },
    })
    expect(forged.status).toBe(401)
    expect((await ann.get(`${joinery.url}/auth/token`)).status).toBe(405)
  })

  it('end with the person: suspended by the directory, the next one is refused, with no worker running', async () => {
    expect((await ask(ann)).status).toBe(200)
    const active = (value: boolean): object => patch({ op: 'replace', path: 'active', value })
    expect((await company.scim('PATCH', `/Users/${annId}`, active(false))).status).toBe(200)
    expect((await ask(ann)).status).toBe(401)
    await company.scim('PATCH', `/Users/${annId}`, active(true))
  })

  it('answer 503 while the database is away, never 401', async () => {
    joinery.breakable.fail(() => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    const answer = await ask(ann)
    joinery.breakable.mend()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it('are signed by the next key only once it has been published for ten minutes, and the old one stays an hour', async () => {
    const [old = ''] = await kids()
    const before = (await ask(ann)).body.token as string
    await rotate()
    const [, next = ''] = await kids()
    expect(await signer()).toBe(old)
    const cached = await keySet()
    await rotate()
    expect(await kids()).toEqual([old, next])
    clock.advance(10 * minute)
    expect(await signer()).toBe(next)
    await verify((await ask(ann)).body.token as string, cached)
    await expect(verify(before, await keySet())).rejects.toThrow('exp')
    expect((await joinery.api.ok('GET', '/signing-keys')).items.map(({ id, state }: any) => [id, state])).toEqual([
      [next, 'signs'],
      [old, 'past'],
    ])
    clock.advance(61 * minute)
    expect(await kids()).toEqual([next])
    await joinery.runtime.app.rotateKeysWhenDue(housekeeping)
    const places = await joinery.breakable.rows<{ place: string }>((db) =>
      db('sealed_secrets').where('place', 'like', '%signing-key%'),
    )
    expect(places.map(({ place }) => place)).toEqual([`/signing-key/${next}/private-key`])
  })

  it('are signed by a new key at once where the old one is known to others', async () => {
    const before = (await ask(ann)).body.token as string
    const [old] = await kids()
    await rotate()
    await rotate(true)
    const now = await kids()
    expect(now).toHaveLength(1)
    expect(now).not.toContain(old)
    expect(await signer()).toBe(now[0])
    await expect(verify(before, await keySet())).rejects.toThrow('no applicable key')
  })

  it('get a new key by themselves once a month, one of however many processes', async () => {
    const [first] = await kids()
    await joinery.runtime.app.rotateKeysWhenDue(housekeeping)
    expect(await kids()).toEqual([first])
    clock.advance(30 * 24 * 60 * minute)
    await Promise.all([1, 2, 3].map(() => joinery.runtime.app.rotateKeysWhenDue(housekeeping)))
    expect(await kids()).toHaveLength(2)
    const lines = await joinery.breakable.rows<any>((db) =>
      db('audit_events').where({ action: 'signing_key.made', account_id: 'service' }).orderBy('id'),
    )
    expect(lines.at(-1)).toMatchObject({ actor: 'system:housekeeping', target: (await kids())[1] })
  })

  it('have keys that the command line lists and rotates', async () => {
    const run = (...args: string[]) => runCli(joinery.url, ['keys', ...args])
    const [rotated, listed] = [await run('rotate', '--immediately'), await run('list')]
    expect(rotated).toMatchObject({ status: 0, err: '' })
    expect(rotated.out).toMatch(/^ID +STATE +SIGNSFROM +PUBLISHEDUNTIL\n[\w-]{43} +signs +2\S+ +-$/)
    expect(listed).toEqual(rotated)
  })
})
