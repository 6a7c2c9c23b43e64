import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScim, type Answer } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { startIssuer, type Issuer } from '../../support/issuer.ts'
import { askToken, basic, jwtBearer, makeClient, type MadeClient } from '../../support/oauth.ts'

const clock = createClock()
const door = useDoor({ clock, env: { OUTBOUND_ALLOW_LOOPBACK: '1' } })
const hour = 3_600_000

describe('OAuth 2.0', () => {
  const withSecret = ({ id, clientSecret }: MadeClient, more: Record<string, string> = {}): Promise<Answer> =>
    askToken(door.joinery.url, { grant_type: 'client_credentials', ...more }, basic(id, clientSecret))
  const scimWith = ({ body }: Answer) => createScim(door.tenant.scimUrl, body.access_token as string)

  it('[412] protects the door: a client gets a token that lives an hour, and is sent as bearer', async () => {
    const answer = await withSecret(await makeClient(door.joinery.api, door.tenant))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
    expect((await scimWith(answer)('POST', '/Users', aUser('by-oauth'))).status).toBe(201)
    const { authenticationSchemes } = await door.ok('GET', '/ServiceProviderConfig')
    expect(authenticationSchemes.map(({ type }: any) => type)).toContain('oauth2')
  })

  it('[414][416] tells its token endpoint and how clients prove themselves by metadata', async () => {
    const answer = await fetch(`${door.joinery.url}/.well-known/oauth-authorization-server`)
    expect(answer.status).toBe(200)
    const metadata: any = await answer.json()
    expect(metadata.token_endpoint).toBe(`${metadata.issuer}/oauth/token`)
    expect(metadata.grant_types_supported).toContain('client_credentials')
    expect(metadata.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['client_secret_basic', 'private_key_jwt']),
    )
  })

  it('[415] gives for the scope "scim" a token that opens this door and no other', async () => {
    const answer = await withSecret(await makeClient(door.joinery.api, door.tenant), { scope: 'scim' })
    expect(answer.status).toBe(200)
    const scim = scimWith(answer)
    expect((await scim('GET', '/Users')).status).toBe(200)
    expect((await scim('GET', '/Groups')).status).toBe(200)
    const { api } = door.joinery
    const admin = { Authorization: `Bearer ${answer.body.access_token}` }
    expect((await api.call('GET', '/accounts', undefined, admin)).status).toBe(401)
    const wider = await withSecret(await makeClient(api, door.tenant), { scope: 'scim admin' })
    expect([wider.status, wider.body.error]).toEqual([400, 'invalid_scope'])
  })

  it('[351] counts scopes and subjects in each decision', async () => {
    const reader = await makeClient(door.joinery.api, door.tenant, { scopes: ['users:read'] })
    const scim = scimWith(await withSecret(reader))
    expect((await scim('GET', '/Users')).status).toBe(200)
    expectError(await scim('POST', '/Users', aUser('by-reader')), 403)
    expectError(await scim('GET', '/Groups'), 403)
    const more = await withSecret(reader, { scope: 'users' })
    expect([more.status, more.body.error]).toEqual([400, 'invalid_scope'])
    expect(await door.found('userName sw "by-reader"')).toEqual([])
  })

  it('[449] ends access tokens after their hour, and with their client', async () => {
    const client = await makeClient(door.joinery.api, door.tenant)
    const old = scimWith(await withSecret(client))
    expect((await old('GET', '/Users')).status).toBe(200)
    clock.advance(hour + 1000)
    expectError(await old('GET', '/Users'), 401)
    const fresh = scimWith(await withSecret(client))
    expect((await fresh('GET', '/Users')).status).toBe(200)
    const { accountId, connectionId } = door.tenant
    await door.joinery.api.ok('DELETE', `/accounts/${accountId}/connections/${connectionId}/clients/${client.id}`)
    expectError(await fresh('GET', '/Users'), 401)
  })

  describe('with signed assertions', () => {
    let issuer: Issuer
    let client: MadeClient
    const usual = { iss: 'https://idp.corp.example', sub: 'provisioning', aud: 'api://joinery' }
    const show = async (claims: object = {}): Promise<Answer> =>
      askToken(door.joinery.url, {
        grant_type: 'client_credentials',
        client_id: client.id,
        client_assertion_type: jwtBearer,
        client_assertion: await issuer.sign({ claims: { ...claims } }, clock.now()),
      })
    beforeAll(async () => {
      issuer = await startIssuer(usual)
      client = await makeClient(door.joinery.api, door.tenant, {
        assertion: { jwksUrl: issuer.jwksUrl, issuer: usual.iss, subject: usual.sub, audience: usual.aud },
      })
    })
    afterAll(() => issuer.close())

    it('[413] exchanges a signed JWT for an access token', async () => {
      const answer = await show({ jti: 'first' })
      expect(answer.status).toBe(200)
      expect((await scimWith(answer)('GET', '/Users')).status).toBe(200)
    })

    it('[352][359][449] refuses one of another issuer, for another, out of its time, or shown twice', async () => {
      const now = Math.floor(clock.now() / 1000)
      const wrong = [
        { iss: 'https://evil.example' },
        { sub: 'somebody' },
        { aud: 'api://other' },
        { exp: now - 600 },
        { nbf: now + 600 },
        { exp: now + 30 * 86_400 },
      ]
      for (const claims of wrong) {
        const { status, body } = await show(claims)
        expect([status, body.error], JSON.stringify(claims)).toEqual([401, 'invalid_client'])
      }
      expect((await show({ jti: 'once' })).status).toBe(200)
      expect((await show({ jti: 'once' })).status).toBe(401)
    })
  })
})
