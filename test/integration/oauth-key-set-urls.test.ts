import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, type Tenant } from '../support/api.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { clientsOf } from '../support/oauth.ts'

describe('a key set’s URL', () => {
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it.each([
    ['http://idp.example/keys', 'https'],
    ['https://127.0.0.1/keys', 'host'],
    ['https://localhost/keys', 'host'],
    ['https://169.254.169.254/latest', 'host'],
    ['https://user:secret@idp.example/keys', 'password'],
    ['https://idp.example:6379/', 'port'],
    ['https://idp.example/keys#x', 'fragment'],
    ['nonsense', 'https'],
  ])('%s is refused when it is set, with what to mend', async (jwksUrl, what) => {
    const answer = await joinery.api.call('POST', clientsOf(tenant), {
      name: 'x',
      assertion: { jwksUrl, issuer: 'a', subject: 'b' },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors).toEqual([
      { path: 'assertion.jwksUrl', message: expect.stringContaining(what) as string },
    ])
    expect(JSON.stringify(answer.body)).not.toContain('secret@')
  })

  it('needs issuer and subject together', async () => {
    const assertion = { jwksUrl: 'https://idp.example/keys', issuer: 'a' }
    const answer = await joinery.api.call('POST', clientsOf(tenant), { name: 'x', assertion })
    expect(answer.body.errors).toMatchObject([{ path: 'assertion.subject' }])
  })
})
