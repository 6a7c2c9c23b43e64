import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant } from '../support/api.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describe('what describes it', () => {
  let joinery: Joinery
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false, env: { PUBLIC_URL: 'https://join.example' } })
  })
  afterAll(() => joinery.close())

  it('is the metadata of RFC 8414, under the name of the issuer with and without its path', async () => {
    const below = await startJoinery({ workers: false, env: { PUBLIC_URL: 'https://join.example/base' } })
    for (const path of ['', '/base']) {
      const response = await fetch(`${below.url}/.well-known/oauth-authorization-server${path}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
      expect(await response.json()).toEqual({
        issuer: 'https://join.example/base',
        token_endpoint: 'https://join.example/base/oauth/token',
        response_types_supported: [],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
        scopes_supported: ['users', 'users:read', 'groups', 'groups:read'],
      })
    }
    await below.close()
  })

  it('is in the SCIM discovery: bearer tokens first, OAuth 2.0 beside them', async () => {
    const { body } = await (await createTenant(joinery.api)).scim('GET', '/ServiceProviderConfig')
    const schemes = body.authenticationSchemes as { type: string; primary: boolean; description: string }[]
    expect(schemes.map(({ type, primary }) => [type, primary])).toEqual([
      ['oauthbearertoken', true],
      ['oauth2', false],
    ])
    expect(schemes[1]?.description).toContain('https://join.example/oauth/token')
  })

  it('is a challenge on each 401: with an error where a credential was shown', async () => {
    const tenant = await createTenant(joinery.api)
    const none = await tenant.scim('GET', '/Users', undefined, { Authorization: '' })
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="scim"'])
    const wrong = await tenant.scim('GET', '/Users', undefined, { Authorization: 'Bearer nonsense' })
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="scim", error="invalid_token"',
    ])
  })
})
