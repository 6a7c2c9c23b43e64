import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../src/domain/errors.ts'
import { createBreakable } from '../support/breakable.ts'
import { createTenant, eventually, type Answer, type Tenant } from '../support/api.ts'
import { describeOnBoth, describeWith, freshDatabase } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const driver = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code })

/** How databases and their drivers say that they cannot be reached now. */
const outages: [string, () => Error][] = [
  ['a refused connection', () => driver('connect ECONNREFUSED 10.1.2.3:5432', 'ECONNREFUSED')],
  ['a lost connection', () => driver('Connection terminated unexpectedly')],
  ['a server that shuts down', () => driver('terminating connection due to administrator command', '57P01')],
  ['too many clients', () => driver('sorry, too many clients already', '53300')],
  ['a standby', () => driver('cannot execute UPDATE in a read-only transaction', '25006')],
  ['a locked file', () => driver('SQLITE_BUSY: database is locked', 'SQLITE_BUSY')],
  ['a full disk', () => driver('SQLITE_FULL: database or disk is full', 'SQLITE_FULL')],
  ['an empty pool', () => driver('Knex: Timeout acquiring a connection. The pool is probably full.')],
  ['the house’s own word', () => new AppError('upstream_unavailable', 'the database cannot be reached; try again')],
]

const faults: [string, () => Error][] = [
  ['an error nobody knows', () => new Error('secret inside of /srv/joinery/x.ts')],
  ['a bug', () => new TypeError("Cannot read properties of undefined (reading 'secret')")],
  ['a database that refuses a statement', () => driver('syntax error at or near "secret"', '42601')],
]

function isOutage({ status, body, headers }: Answer): void {
  expect({ status, told: body?.status }).toEqual({ status: 503, told: '503' })
  expect(body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
  expect(headers.get('content-type')).toBe('application/scim+json')
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(JSON.stringify(body)).not.toMatch(/ECONN|SQLITE|10\.1\.2\.3|terminat|Knex|secret/)
}

describeOnBoth('SCIM when the database fails', (database) => {
  const breakable = createBreakable()
  let joinery: Joinery
  let tenant: Tenant
  let userId: string
  let groupId: string
  const verbs: [string, () => Promise<Answer>][] = [
    ['list users', () => tenant.scim('GET', '/Users?filter=userName eq "jo"')],
    ['read a user', () => tenant.scim('GET', `/Users/${userId}`)],
    ['create a user', () => tenant.scim('POST', '/Users', okta.createUser('new'))],
    ['replace a user', () => tenant.scim('PUT', `/Users/${userId}`, okta.createUser('jo', { title: 'X' }))],
    ['patch a user', () => tenant.scim('PATCH', `/Users/${userId}`, okta.setActive(false))],
    ['remove a user', () => tenant.scim('DELETE', `/Users/${userId}`)],
    ['list groups', () => tenant.scim('GET', '/Groups?filter=displayName eq "Team"')],
    ['read a group', () => tenant.scim('GET', `/Groups/${groupId}`)],
    ['create a group', () => tenant.scim('POST', '/Groups', okta.createGroup('New'))],
    ['replace a group', () => tenant.scim('PUT', `/Groups/${groupId}`, okta.createGroup('Renamed'))],
    ['patch a group', () => tenant.scim('PATCH', `/Groups/${groupId}`, okta.addMembers('ghost'))],
    ['remove a group', () => tenant.scim('DELETE', `/Groups/${groupId}`)],
  ]
  const isWrite = (name: string): boolean => !/^(list|read)/.test(name)
  const state = async (): Promise<unknown> => {
    const [users, groups] = await Promise.all([tenant.scim('GET', '/Users'), tenant.scim('GET', '/Groups')])
    return [users.body, groups.body]
  }
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, wrapDatabase: breakable.wrapDatabase })
    tenant = await createTenant(joinery.api)
    userId = (await tenant.scim('POST', '/Users', okta.createUser('jo'))).body.id as string
    groupId = (await tenant.scim('POST', '/Groups', okta.createGroup('Team'))).body.id as string
    await tenant.scim('PATCH', `/Groups/${groupId}`, okta.addMembers(userId))
  })
  afterEach(() => breakable.mend())
  afterAll(() => joinery.close())

  describe.each(verbs)('%s', (name, ask) => {
    it('is 503 where the token cannot be looked up: never 401', async () => {
      breakable.fail((place, sql) => (place === 'read' && sql.includes('scim_tokens') ? outages[0]![1]() : null))
      isOutage(await ask())
    })

    it('is 503 where everything is gone', async () => {
      breakable.fail(() => outages[0]![1]())
      isOutage(await ask())
    })

    it.each(outages)('is 503 by %s after the token was known: never 404', async (_, outage) => {
      const before = await state()
      breakable.fail((place, sql) =>
        isWrite(name) === (place === 'transaction') && !sql.includes('scim_tokens') ? outage() : null,
      )
      isOutage(await ask())
      breakable.mend()
      expect(await state()).toEqual(before)
    })

    it.each(faults)('is 500 by %s, with a reference and nothing of the inside', async (_, fault) => {
      const before = await state()
      breakable.fail((place, sql) =>
        isWrite(name) === (place === 'transaction') && !sql.includes('scim_tokens') ? fault() : null,
      )
      const { status, body, headers } = await ask()
      expect({ status, told: body.status }).toEqual({ status: 500, told: '500' })
      expect(body.detail).toContain(headers.get('x-request-id'))
      expect(JSON.stringify(body)).not.toMatch(/secret|srv|undefined|syntax/)
      breakable.mend()
      expect(await state()).toEqual(before)
    })
  })

  it.each(verbs.filter(([name]) => isWrite(name)))(
    '%s is all or nothing: its last write fails, and none is kept',
    async (_, ask) => {
      const before = await state()
      let asked = 0
      breakable.fail((place, sql) => {
        if (place !== 'transaction' || !/insert into .?audit_events/.test(sql)) return null
        asked += 1
        return outages[0]![1]()
      })
      isOutage(await ask())
      breakable.mend()
      expect(asked).toBeGreaterThan(0)
      expect(await state()).toEqual(before)
    },
  )

  it('a "last used" that cannot be noted fails no request', async () => {
    const fresh = await createTenant(joinery.api)
    let asked = 0
    breakable.fail((_, sql) => {
      if (!/^update .?scim_tokens/.test(sql)) return null
      asked += 1
      return outages[0]![1]()
    })
    expect((await fresh.scim('GET', '/Users')).status).toBe(200)
    // Noted beside the answer, not before it.
    await eventually(
      () => Promise.resolve(asked),
      (times) => times === 1,
    )
    expect((await fresh.scim('GET', '/Users')).status).toBe(200)
  })

  it('discovery and health still answer; readiness says no', async () => {
    breakable.fail(() => outages[0]![1]())
    expect((await fetch(`${tenant.scimUrl}/ServiceProviderConfig`)).status).toBe(200)
    expect((await fetch(`${joinery.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${joinery.url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { database: 'unreachable' } }])
  })

  it('the admin API says so in its own words: 503 and Retry-After for an outage, 500 and a reference for a fault', async () => {
    const ask = (): Promise<Answer> => joinery.api.call('GET', `/accounts/${tenant.accountId}`)
    breakable.fail(() => outages[0]![1]())
    const outage = await ask()
    expect(outage).toMatchObject({
      status: 503,
      body: { type: 'urn:joinery:problem:upstream_unavailable', status: 503 },
    })
    expect(outage.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    breakable.fail(() => faults[0]![1]())
    const fault = await ask()
    expect(fault).toMatchObject({ status: 500, body: { type: 'urn:joinery:problem:internal_error' } })
    expect(fault.body.detail).toContain(fault.headers.get('x-request-id'))
    for (const answer of [outage, fault]) {
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(JSON.stringify(answer.body)).not.toMatch(/secret|srv|ECONN/)
    }
  })

  it('all is well again as soon as the database is', async () => {
    expect((await tenant.scim('GET', `/Users/${userId}`)).status).toBe(200)
    expect(
      (await tenant.scim('PATCH', `/Users/${userId}`, patch({ op: 'add', path: 'title', value: 'Dr' }))).status,
    ).toBe(200)
  })
})

/** Stands between Joinery and its PostgreSQL, and can be cut. */
function createCable(target: URL): { open(): Promise<number>; cut(): Promise<void> } {
  const sockets = new Set<Socket>()
  let server: Server | null = null
  let port = 0
  const join = (near: Socket): void => {
    const far = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
  }
  return {
    open: async () => {
      const listening = createServer(join)
      server = listening
      await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
      port = (listening.address() as { port: number }).port
      return port
    },
    cut: async () => {
      const closing = server
      const closed = new Promise((resolve) => closing?.close(resolve))
      for (const socket of sockets) socket.destroy()
      sockets.clear()
      await closed
    },
  }
}

describeWith(['postgres'], 'SCIM when the cable to PostgreSQL is cut', () => {
  it('answers 503 to every verb while it is cut, and works on when it is mended', async () => {
    const fresh = await freshDatabase('postgres')
    const cable = createCable(new URL(fresh.url))
    const url = new URL(fresh.url)
    url.port = String(await cable.open())
    const joinery = await startJoinery({ on: { ...fresh, url: url.href }, workers: false })
    try {
      const { scim } = await createTenant(joinery.api)
      const { body } = await scim('POST', '/Users', okta.createUser('jo'))
      const ask = (): Promise<Answer>[] => [
        scim('GET', '/Users'),
        scim('GET', `/Users/${body.id}`),
        scim('POST', '/Users', okta.createUser('new')),
        scim('PUT', `/Users/${body.id}`, okta.createUser('jo', { title: 'x' })),
        scim('PATCH', `/Users/${body.id}`, okta.setActive(false)),
        scim('DELETE', `/Users/${body.id}`),
        scim('POST', '/Groups', okta.createGroup('New')),
      ]
      await cable.cut()
      for (const answer of await Promise.all(ask())) isOutage(answer)
      await cable.open()
      const read = await eventually(
        () => scim('GET', `/Users/${body.id}`),
        ({ status }) => status === 200,
      )
      expect(read.body).toEqual(body)
    } finally {
      await joinery.close()
      await cable.cut()
      await fresh.remove()
    }
  })
})
