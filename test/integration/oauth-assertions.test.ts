import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTenant, type Answer, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startIssuer, type Issuer, type Signed } from '../support/issuer.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { askToken, basic, clientsOf, jwtBearer, makeClient, type MadeClient } from '../support/oauth.ts'
import { asTenantOf } from '../support/oauth-scim.ts'

const tenantId = 'ce5f061f-abe6-4e40-9615-301f87bcb7f0'
const app = 'api://b5ba7a93-4452-4522-aeb4-a2b5da870c16'
/** The claims of an assertion as Entra signs it: there is no jti. */
const entraClaims = {
  aud: app,
  iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
  sub: 'd2f8ee76-c549-45b8-a143-f5b640669704',
  appid: 'b5ba7a93-4452-4522-aeb4-a2b5da870c16',
  tid: tenantId,
  ver: '2.0',
}
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describeOnBoth('the token endpoint, for clients with an assertion', (database) => {
  const clock = createClock()
  let joinery: Joinery
  let tenant: Tenant
  let issuer: Issuer
  let client: MadeClient
  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false, env: { OUTBOUND_ALLOW_LOOPBACK: '1' } })
  })
  beforeEach(async () => {
    tenant = await createTenant(joinery.api, 'entra')
    issuer = await startIssuer(entraClaims)
    client = await trusting({ issuer: entraClaims.iss, subject: entraClaims.sub, audience: `${app}/.default` })
  })
  afterEach(() => issuer.close())
  afterAll(() => joinery.close())

  const trusting = (assertion: object): Promise<MadeClient> =>
    makeClient(joinery.api, tenant, { assertion: { jwksUrl: issuer.jwksUrl, ...assertion } })
  const signed = (options: Signed = {}): Promise<string> => issuer.sign(options, clock.now())
  const show = (assertion: string, more: Record<string, string> = {}): Promise<Answer> =>
    askToken(joinery.url, {
      ...{ grant_type: 'client_credentials', client_id: client.id, client_assertion_type: jwtBearer },
      ...{ client_assertion: assertion, ...more },
    })
  const refused = async (assertion: string, why: RegExp | string): Promise<void> => {
    const { status, body, headers } = await show(assertion)
    expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_client' })
    expect(body.error_description).toMatch(why)
    expect(headers.get('www-authenticate')).toMatch(/^Basic /)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(JSON.stringify(body)).not.toContain('127.0.0.1')
  }

  it('takes what Entra sends: its claims, its scope, its audience without the scope that the portal shows', async () => {
    const answer = await show(await signed(), { scope: 'scim' })
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600, scope: 'users groups' },
    })
    const scim = asTenantOf(tenant, answer.body.access_token as string)
    expect((await scim('GET', '/Users?filter=userName eq "x"')).body.totalResults).toBe(0)
    expect(client).toMatchObject({ secrets: [], assertion: { audience: app, issuer: entraClaims.iss } })
    expect(client.clientSecret).toBeUndefined()
  })

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('takes %s', async (alg) => {
    await issuer.rotate(alg, `key-${alg}`)
    expect((await show(await signed())).status).toBe(200)
  })

  it.each(['RS512', 'PS384', 'ES384'])('refuses %s, good as it may be', async (alg) => {
    await issuer.rotate(alg, `key-${alg}`)
    await refused(await signed(), '"alg"'.replaceAll('"', "'"))
    expect(issuer.fetched()).toBe(0)
  })

  it('refuses no signature, and the public key as a shared secret', async () => {
    const claims = { ...entraClaims, exp: Math.floor(clock.now() / 1000) + 600 }
    await refused(`${base64({ alg: 'none' })}.${base64(claims)}.`, /alg/)
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const text = `${base64({ alg, kid: 'first' })}.${base64(claims)}`
      for (const key of [JSON.stringify(issuer.published()[0]), issuer.published()[0]?.n ?? '']) {
        const mac = createHmac(alg.replace('HS', 'sha'), key).update(text).digest('base64url')
        await refused(`${text}.${mac}`, /alg/)
      }
    }
    issuer.publish([{ kty: 'oct', k: base64({}), kid: 'first', alg: 'HS256' }, ...issuer.published()])
    expect((await show(await signed())).status).toBe(200)
  })

  it.each<[string, Signed, RegExp]>([
    ['another audience', { claims: { aud: 'api://other' } }, /'aud' is not/],
    ['no audience', { without: ['aud'] }, /'aud' is missing/],
    ['another issuer', { claims: { iss: 'https://login.microsoftonline.com/evil/v2.0' } }, /'iss' is not/],
    ['no issuer', { without: ['iss'] }, /'iss' is missing/],
    ['another subject', { claims: { sub: 'x' } }, /'sub' is not/],
    ['no subject', { without: ['sub'] }, /'sub' is missing/],
    ['no end', { without: ['exp'] }, /'exp' is missing/],
    ['an end in the past', { claims: { exp: 1000 } }, /expired/],
    ['an end far ahead', { claims: { exp: 99_999_999_999 } }, /more than a day/],
    ['a beginning ahead', { claims: { nbf: 99_999_999_999 } }, /'nbf'/],
    ['an id that is no text', { claims: { jti: 7 } }, /'jti'/],
    ['a key that is not published', { kid: 'unknown' }, /no key/],
  ])('refuses %s', async (_name, options, why) => {
    await refused(await signed(options), why)
  })

  it('refuses a signature of somebody else under the same name, a changed text, and what is no assertion', async () => {
    const other = await startIssuer(entraClaims)
    await refused(await other.sign({}, clock.now()), /signature/)
    await other.close()
    const [head = '', body = '', signature = ''] = (await signed()).split('.')
    const changed = base64({
      ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object),
      sub: entraClaims.sub,
      oid: 'x',
    })
    await refused(`${head}.${changed}.${signature}`, /signature/)
    for (const text of ['x', 'a.b.c', '..', `${head}.${body}`, `${head}.${body}.`, 'x'.repeat(20_000)])
      await refused(text, /refused/)
  })

  it('has a minute of patience with clocks that differ', async () => {
    const now = Math.floor(clock.now() / 1000)
    expect((await show(await signed({ claims: { exp: now - 50 } }))).status).toBe(200)
    expect((await show(await signed({ claims: { nbf: now + 50, iat: now + 50 } }))).status).toBe(200)
    await refused(await signed({ claims: { exp: now - 70 } }), /expired/)
  })

  it('takes an assertion with an id once, as long as it lives, also when it comes twice at once', async () => {
    const assertion = await signed({ claims: { jti: 'only-once' } })
    const answers = await Promise.all(Array.from({ length: 8 }, () => show(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.error === 'invalid_client')).toHaveLength(7)
    await refused(assertion, /used before/)
    clock.advance(3_900_000 + 30_000)
    await refused(assertion, /used before/)
    clock.advance(31_000)
    await refused(assertion, /expired/)
    const other = await trusting({ issuer: entraClaims.iss, subject: entraClaims.sub, audience: app })
    const again = await signed({ claims: { jti: 'only-once' } })
    expect((await show(again, { client_id: other.id })).status).toBe(200)
    expect((await show(again)).status).toBe(200)
  })

  it('takes one without an id as often as Entra sends it', async () => {
    const assertion = await signed()
    expect((await show(assertion)).status).toBe(200)
    expect((await show(assertion)).status).toBe(200)
  })

  it('does not spend an assertion on a request that gets nothing', async () => {
    const assertion = await signed({ claims: { jti: 'kept' } })
    expect((await show(assertion, { scope: 'admin' })).body.error).toBe('invalid_scope')
    expect((await show(assertion)).status).toBe(200)
  })

  it('ends on the next request when the client is revoked', async () => {
    const scim = asTenantOf(tenant, (await show(await signed())).body.access_token as string)
    expect((await scim('GET', '/Users')).status).toBe(200)
    await joinery.api.ok('DELETE', `${clientsOf(tenant)}/${client.id}`)
    expect((await scim('GET', '/Users')).status).toBe(401)
    await refused(await signed(), /not known/)
  })

  describe('with a key of the client’s own', () => {
    let own: MadeClient
    const self = (claims: object = {}): Promise<string> =>
      signed({
        claims: { iss: own.id, sub: own.id, aud: `${joinery.url}/oauth/token`, jti: `${Math.random()}`, ...claims },
      })
    beforeEach(async () => (own = await trusting({})))

    it('is issuer and subject itself, and means the token endpoint or the issuer by its audience', async () => {
      expect(own).toMatchObject({
        assertion: { issuer: own.id, subject: own.id, audience: `${joinery.url}/oauth/token` },
      })
      for (const aud of [`${joinery.url}/oauth/token`, joinery.url, [joinery.url, 'other']])
        expect((await show(await self({ aud }), { client_id: own.id })).status).toBe(200)
      expect((await show(await self({ aud: 'other' }), { client_id: own.id })).status).toBe(401)
    })

    it('names the client by its subject alone, if the request does not', async () => {
      expect((await show(await self(), { client_id: '' })).status).toBe(200)
      expect((await show(await signed(), { client_id: '' })).status).toBe(401)
      expect((await show(await self({ sub: { toString: 'x' } }), { client_id: '' })).status).toBe(401)
    })

    it('needs an id', async () => {
      const { status, body } = await show(await self({ jti: undefined }), { client_id: own.id })
      expect([status, body.error_description]).toEqual([401, expect.stringContaining("'jti'")])
    })
  })

  it('is the only proof of its client: a secret is none, nor is an assertion one of a client with a secret', async () => {
    const secret = await makeClient(joinery.api, tenant)
    expect((await show(await signed(), { client_id: secret.id })).body.error).toBe('invalid_client')
    const form = { grant_type: 'client_credentials' }
    expect((await askToken(joinery.url, form, basic(client.id, secret.clientSecret))).body.error).toBe('invalid_client')
    expect((await show(await signed(), { client_secret: 'x' })).body.error).toBe('invalid_request')
    const added = await joinery.api.call('POST', `${clientsOf(tenant)}/${client.id}/secrets`, {})
    expect([added.status, added.body.detail]).toEqual([409, expect.stringContaining('assertions')])
  })

  describe('the key set', () => {
    it('is fetched once for many, and kept for ten minutes', async () => {
      const assertion = await signed()
      expect(
        (await Promise.all(Array.from({ length: 10 }, () => show(assertion)))).map(({ status }) => status),
      ).toEqual(Array.from({ length: 10 }, () => 200))
      expect(issuer.fetched()).toBe(1)
      clock.advance(599_000)
      await show(await signed())
      expect(issuer.fetched()).toBe(1)
      clock.advance(1000)
      await show(await signed())
      expect(issuer.fetched()).toBe(2)
    })

    it('is fetched again for a key that is new, but not more often than each half minute', async () => {
      await show(await signed())
      clock.advance(30_000)
      await issuer.rotate('RS256', 'second')
      expect((await show(await signed())).status).toBe(200)
      expect(issuer.fetched()).toBe(2)
      for (let each = 0; each < 5; each += 1) await refused(await signed({ kid: `made-up-${each}` }), /no key/)
      expect(issuer.fetched()).toBe(2)
      clock.advance(30_000)
      for (let each = 0; each < 5; each += 1) await refused(await signed({ kid: `made-up-${each}` }), /no key/)
      expect(issuer.fetched()).toBe(3)
    })

    it('drops a key that is no longer published when it is read anew', async () => {
      const old = await signed({ claims: { exp: Math.floor(clock.now() / 1000) + 7200 } })
      expect((await show(old)).status).toBe(200)
      await issuer.rotate('RS256', 'second')
      clock.advance(600_000)
      await refused(old, /no key/)
    })

    it('that cannot be read leaves the old one in use for a day, and is 503 without one: never 401', async () => {
      await show(await signed())
      issuer.answerWith((response) => void response.writeHead(500).end())
      clock.advance(600_000)
      expect((await show(await signed())).status).toBe(200)
      const unknown = await show(await signed({ kid: 'new' }))
      expect([unknown.status, unknown.body.error]).toEqual([503, 'temporarily_unavailable'])
      clock.advance(86_400_000)
      const answer = await show(await signed())
      expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      issuer.mend()
      expect((await show(await signed())).status).toBe(503)
      clock.advance(10_000)
      expect((await show(await signed())).status).toBe(200)
    })

    it('of a side that is down is not asked for at each request', async () => {
      issuer.answerWith((response) => void response.socket?.destroy())
      for (let each = 0; each < 5; each += 1) expect((await show(await signed())).status).toBe(503)
      expect(issuer.fetched()).toBe(1)
    })

    it.each<[string, unknown]>([
      ['no list', { a: 1 }],
      ['a list of texts', ['x']],
      ['null', null],
      ['a list of lists', [[]]],
      ['a hundred and one keys', Array.from({ length: 101 }, () => ({ kty: 'RSA' }))],
    ])('with %s is refused', async (_name, keys) => {
      issuer.publish(keys)
      await refused(await signed(), /key set/)
    })

    it('that is no JSON, not there, or too large is refused', async () => {
      for (const [status, body] of [
        [200, '<html>'],
        [404, '{}'],
        [200, 'x'.repeat(1024 * 1024 + 1)],
      ] as const) {
        issuer.answerWith((response) => void response.writeHead(status).end(body))
        await refused(await signed(), /key set|larger/)
        clock.advance(10_000)
      }
    })

    it('with several keys and no name on the assertion says so', async () => {
      await issuer.rotate('RS256', 'second', true)
      await refused(await signed({ kid: '' }), /kid/)
    })

    it('with a weak key is of no use', async () => {
      const { generateKeyPairSync } = await import('node:crypto')
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
      issuer.publish([{ ...publicKey.export({ format: 'jwk' }), kid: 'first' }])
      await refused(await signed(), /not valid/)
    })
  })
})
