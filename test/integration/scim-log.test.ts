import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApi, createTenant, eventually, type Tenant } from '../support/api.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { testEnv, testSecrets } from '../support/joinery.ts'
import { startProcess, type Child } from '../support/processes.ts'

describeOnBoth('the log of a running server', (database) => {
  let files: TestDatabase
  let child: Child
  let tenant: Tenant
  beforeAll(async () => {
    files = await freshDatabase(database)
    const env = { ...testEnv(files), LOG_LEVEL: 'info' }
    child = await startProcess('src/cli/main.ts', ['serve'], env, /Joinery is up at/)
    const [, url = ''] = /Joinery is up at (\S+)/.exec(child.printed()) ?? []
    tenant = await createTenant(createApi(url, testSecrets.ADMIN_TOKEN))
  })
  afterAll(async () => {
    await child.stop()
    await files.remove()
  })

  /** Lines of one request, once they are written. */
  const linesOf = async (id: string): Promise<any[]> => {
    const lines = (): any[] =>
      child
        .printed()
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line))
        .filter(({ op }) => op === id)
    return eventually(
      () => Promise.resolve(lines()),
      (found) => found.some(({ msg }) => msg === 'request'),
    )
  }

  it('tells no link by which somebody may come in', async () => {
    const link = `inv_01a2-b3_${'a1B2c'.repeat(9).slice(0, 43)}`
    const { headers } = await fetch(`${new URL(tenant.scimUrl).origin}/auth/invitations/${link}`)
    const [line] = (await linesOf(headers.get('x-request-id') ?? '')).filter(({ msg }) => msg === 'request')
    expect(line.path).toBe('/auth/invitations/…')
    // Nor a part of one, where so long a path is cut.
    const far = await fetch(`${new URL(tenant.scimUrl).origin}/${'x'.repeat(255)}/${link}`)
    await linesOf(far.headers.get('x-request-id') ?? '')
    expect(child.printed()).not.toContain(link.slice(0, 20))
  })

  it('tells of a request its id, method, path, status and time, and nothing of a person', async () => {
    const secret = 'very.secret.person'
    const { body } = await tenant.scim(
      'POST',
      '/Users',
      okta.createUser(secret, { password: 'hush-hush', title: 'hush-hush' }),
      {
        'X-Request-Id': 'create',
      },
    )
    await tenant.scim('GET', `/Users?filter=userName eq "${secret}@corp.example"`, undefined, {
      'X-Request-Id': 'search',
    })
    await tenant.scim('GET', `/Users/${secret}@corp.example`, undefined, { 'X-Request-Id': 'address' })
    await tenant.scim('PATCH', `/Users/${body.id}`, patch({ op: 'add', path: 'nickName', value: secret }), {
      'X-Request-Id': 'patch',
    })
    await tenant.scim('POST', '/Users', okta.createUser(secret), { 'X-Request-Id': 'twice' })
    await tenant.scim('POST', '/Users', okta.createUser(`${secret}2`, { userName: `${secret}@gmail.com` }), {
      'X-Request-Id': 'gmail',
    })
    await fetch(`${tenant.scimUrl}/Users`, {
      headers: { Authorization: 'Bearer hush-hush', 'X-Request-Id': 'stranger' },
    })
    const base = new URL(tenant.scimUrl).pathname
    expect(await linesOf('create')).toMatchObject([
      { method: 'POST', path: `${base}/Users`, status: 201, ms: expect.any(Number) as number },
    ])
    expect(await linesOf('search')).toMatchObject([{ path: `${base}/Users`, status: 200 }])
    expect(await linesOf('address')).toMatchObject([{ path: `${base}/Users/…`, status: 404 }])
    expect(await linesOf('patch')).toMatchObject([{ path: `${base}/Users/${body.id}`, status: 200 }])
    expect(await linesOf('twice')).toMatchObject([{ status: 409 }])
    expect(await linesOf('gmail')).toMatchObject([{ status: 400 }])
    expect(await linesOf('stranger')).toMatchObject([{ status: 401 }])
    const all = child.printed()
    for (const word of [
      secret,
      'hush-hush',
      tenant.token,
      testSecrets.ADMIN_TOKEN,
      testSecrets.SECRET_KEY,
      'gmail.com',
    ])
      expect(all).not.toContain(word)
  })
})
