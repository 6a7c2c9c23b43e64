import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant } from '../support/api.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describe('beside its doors a server', () => {
  let joinery: Joinery
  const get = async (path: string, headers = {}): Promise<[number, string, Headers]> => {
    const response = await fetch(`${joinery.url}${path}`, { headers })
    return [response.status, await response.text(), response.headers]
  }
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false, env: { METRICS_TOKEN: 'metrics-word' } })
  })
  afterAll(() => joinery.close())

  it('tells that it lives and that it can work', async () => {
    expect((await get('/healthz')).slice(0, 2)).toEqual([200, '{"status":"ok"}'])
    const [status, text] = await get('/readyz')
    const checks = { database: 'ok', queue: 'none', draining: false }
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'ready', checks }])
  })

  it('shows its metrics to whoever has their token, and no id of anybody in them', async () => {
    const tenant = await createTenant(joinery.api)
    await tenant.scim('GET', '/Users')
    await get('/wp-login.php')
    for (const Authorization of ['', 'metrics-word', 'Bearer wrong', 'Bearer metrics-word2']) {
      const [status, , headers] = await get('/metrics', { Authorization })
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="metrics"'])
    }
    const [status, text] = await get('/metrics', { Authorization: 'Bearer metrics-word' })
    expect(status).toBe(200)
    expect(text).toMatch(/door="scim",method="GET",status="2xx"/)
    expect(text).toMatch(/door="other"/)
    for (const word of [tenant.accountId, tenant.connectionId, 'wp-login']) expect(text).not.toContain(word)
  })

  it('says where its doors are, and not what it is made of', async () => {
    for (const path of ['/scim', '/scim/v2', '/api', '/api/v2', '/nowhere']) {
      const [status, text, headers] = await get(path)
      expect({ path, status }).toEqual({ path, status: 404 })
      expect(text).toContain('SCIM is at /scim/v2/{connection}')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/\S/)
    }
  })

  it('takes a URL that cannot be decoded for what it is', async () => {
    const [scimStatus, scimText] = await get('/scim/v2/%E0%A4%A/Users')
    expect([scimStatus, JSON.parse(scimText)]).toMatchObject([400, { status: '400', scimType: 'invalidValue' }])
    const [pageStatus, page] = await get('/auth/invitations/%E0%A4%A')
    expect([pageStatus, page]).toEqual([400, expect.stringContaining('That address is malformed')])
    const [status, text] = await get('/api/v1/accounts/%E0%A4%A', {
      Authorization: 'Bearer test-admin-token-0123456789',
    })
    expect([status, JSON.parse(text)]).toMatchObject([400, { type: 'urn:joinery:problem:invalid_input' }])
  })
})

describe('without METRICS_TOKEN', () => {
  it('metrics are open', async () => {
    const joinery = await startJoinery({ workers: false })
    expect((await fetch(`${joinery.url}/metrics`)).status).toBe(200)
    await joinery.close()
  })
})
