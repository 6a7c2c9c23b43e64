import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import type { Ports } from '../../src/application/ports.ts'
import { createTenant, type Answer, type Tenant } from '../support/api.ts'
import { createBreakable } from '../support/breakable.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startDns, type DnsServer } from '../support/dns.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const housekeeping: Operation = { actor: { kind: 'system', part: 'housekeeping' }, id: 'test' }
const day = 86_400_000

describeOnBoth('domains of an account', (database) => {
  const clock = createClock()
  const breakable = createBreakable()
  let ports: Ports | undefined
  let dns: DnsServer
  let joinery: Joinery
  let tenant: Tenant
  let other: Tenant
  beforeAll(async () => {
    dns = await startDns()
    joinery = await startJoinery({
      ...{ database, clock, workers: false, env: { DNS_SERVERS: dns.address } },
      wrapDatabase: breakable.wrapDatabase,
      wrapPorts: (made) => (ports = made),
    })
  })
  beforeEach(async () => {
    dns.clear()
    ;[tenant, other] = [await createTenant(joinery.api), await createTenant(joinery.api)]
    await breakable.run((db) => db('account_domains').delete())
  })
  afterAll(async () => {
    await joinery.close()
    await dns.close()
  })
  const ownerOf = (domain: string): Promise<unknown> => (ports as Ports).views.domainOwner(domain)
  const pathOf = ({ accountId }: Tenant, rest = ''): string => `/accounts/${accountId}/domains${rest}`
  const add = (of: Tenant, domain: string): Promise<Answer> => joinery.api.call('POST', pathOf(of), { domain })
  const verify = (of: Tenant, domain: string): Promise<Answer> =>
    joinery.api.call('POST', pathOf(of, `/${encodeURIComponent(domain)}/verify`))
  const listed = async (of: Tenant): Promise<any[]> => (await joinery.api.ok('GET', pathOf(of))).items
  const prove = async (of: Tenant, domain: string): Promise<void> => {
    const { record } = (await add(of, domain)).body
    dns.set(record.name as string, [record.value as string])
    expect((await verify(of, domain)).status).toBe(200)
  }
  const recheck = (): Promise<number> => joinery.runtime.app.recheckDomains(housekeeping, { limit: 20 })
  const missDays = async (days: number): Promise<void> => {
    for (let each = 0; each < days; each += 1) {
      clock.advance(day + 1000)
      await recheck()
    }
  }
  const actions = async ({ accountId }: Tenant): Promise<string[]> => {
    const lines = await breakable.rows<{ action: string }>((db) =>
      db('audit_events').where({ account_id: accountId }).where('action', 'like', 'domain%').orderBy('id'),
    )
    return lines.map(({ action }) => action)
  }

  it('are proved by a TXT record of their own, in any spelling', async () => {
    const { status, body } = await add(tenant, 'BÜCHER.example')
    expect([status, body.domain, body.state]).toEqual([201, 'xn--bcher-kva.example', 'pending'])
    expect(body.record).toEqual({
      name: '_joinery-challenge.xn--bcher-kva.example',
      type: 'TXT',
      value: expect.stringMatching(/^joinery-domain-verification=[0-9A-Za-z]{43}$/) as string,
    })
    const early = await verify(tenant, 'bücher.example')
    expect([early.status, early.body.rule]).toEqual([422, 'domain_not_proved'])
    expect(early.body.detail).toBe(
      `xn--bcher-kva.example is not proved: there is no TXT record at ${body.record.name}; set one to ${body.record.value}, and give DNS some minutes`,
    )
    dns.set(body.record.name as string, ['something else', 'x'.repeat(400)])
    expect((await verify(tenant, 'bücher.example')).body.detail).toContain('the TXT records say something else (2)')
    dns.set(body.record.name as string, ['something else', body.record.value as string])
    const proved = await verify(tenant, 'bücher.example')
    expect([proved.status, proved.body.state, proved.body.expiresAt]).toEqual([200, 'verified', null])
    expect((await verify(tenant, 'bücher.example')).status).toBe(200)
    expect((await add(tenant, 'xn--bcher-kva.example')).body.record).toEqual(body.record)
    expect(await listed(tenant)).toMatchObject([{ domain: 'xn--bcher-kva.example', state: 'verified', problem: null }])
    expect(await actions(tenant)).toEqual(['domain.added', 'domain.verified'])
  })

  it('have a challenge for seven days, and then a new one', async () => {
    const first = (await add(tenant, 'acme.example')).body
    clock.advance(7 * day)
    dns.set(first.record.name as string, [first.record.value as string])
    const late = await verify(tenant, 'acme.example')
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('add the domain again')])
    const second = (await add(tenant, 'acme.example')).body
    expect(second.record.value).not.toBe(first.record.value)
    expect((await verify(tenant, 'acme.example')).status).toBe(422)
    dns.set(second.record.name as string, [second.record.value as string])
    expect((await verify(tenant, 'acme.example')).status).toBe(200)
  })

  it.each([
    ['gmail.com', 422, 'personal_domain'],
    ['co.uk', 422, 'public_suffix'],
    ['mailinator.com', 422, 'disposable_domain'],
    ['jo@acme.example', 400, 'malformed_address'],
    ['acme', 400, 'malformed_address'],
  ])('%s is none', async (domain, status, rule) => {
    const answer = await add(tenant, domain)
    expect([answer.status, answer.body.rule]).toEqual([status, rule])
    expect(answer.body.detail).toMatch(/^domain: /)
    expect(await listed(tenant)).toEqual([])
  })

  it('belong to one account at a time: another one’s record proves nothing, and a second proof is a conflict', async () => {
    await prove(tenant, 'acme.example')
    expect((await verify(other, 'acme.example')).status).toBe(404)
    const { record } = (await add(other, 'acme.example')).body
    expect((await verify(other, 'acme.example')).status).toBe(422)
    dns.set(record.name as string, [record.value as string])
    const second = await verify(other, 'acme.example')
    expect([second.status, second.body.detail]).toEqual([409, expect.stringContaining('removed there first')])
    expect(await ownerOf('acme.example')).toEqual({ accountId: tenant.accountId, newLinks: true })
    expect(await ownerOf('mail.acme.example')).toBeUndefined()
    await joinery.api.ok('DELETE', pathOf(tenant, '/acme.example'))
    expect(await ownerOf('acme.example')).toBeUndefined()
    expect((await verify(other, 'acme.example')).status).toBe(200)
    expect((await joinery.api.call('DELETE', pathOf(tenant, '/acme.example'))).status).toBe(404)
    expect(await actions(tenant)).toEqual(['domain.added', 'domain.verified', 'domain.removed'])
  })

  it('are proved by one of two accounts that ask at once', async () => {
    const records = [(await add(tenant, 'acme.example')).body.record, (await add(other, 'acme.example')).body.record]
    dns.set(
      records[0].name as string,
      records.map(({ value }) => value as string),
    )
    const answers = await Promise.all([verify(tenant, 'acme.example'), verify(other, 'acme.example')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })

  it('lapse after three days without the record, for newcomers only; whoever proves them then takes them over', async () => {
    await prove(tenant, 'cox.com')
    const { body } = await tenant.scim('POST', '/Users', okta.createUser('jo', { userName: 'jo@cox.com', emails: [] }))
    dns.clear()
    await missDays(2)
    expect(await listed(tenant)).toMatchObject([{ state: 'verified', failures: 2 }])
    const newcomer = (name: string): Promise<Answer> =>
      tenant.scim('POST', '/Users', okta.createUser(name, { userName: `${name}@cox.com`, emails: [] }))
    expect((await newcomer('second')).status).toBe(201)
    await missDays(1)
    const [lapsed] = await listed(tenant)
    expect(lapsed).toMatchObject({ state: 'lapsed', failures: 3 })
    expect(lapsed.problem).toContain('there is no TXT record')
    const refused = await newcomer('third')
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining('soft_tier_unverified')])
    const changed = await tenant.scim(
      'PATCH',
      `/Users/${body.id}`,
      patch({ op: 'replace', path: 'title', value: 'Dr' }),
    )
    expect(changed.status).toBe(200)
    expect(await ownerOf('cox.com')).toEqual({ accountId: tenant.accountId, newLinks: false })
    await prove(other, 'cox.com')
    expect(await ownerOf('cox.com')).toEqual({ accountId: other.accountId, newLinks: true })
    expect(await listed(tenant)).toEqual([])
    expect(await actions(tenant)).toEqual(['domain.added', 'domain.verified', 'domain.lapsed', 'domain.lost'])
  })

  it('come back with their record, and are not lost to name servers that are down for a while', async () => {
    await prove(tenant, 'acme.example')
    const [{ record }] = await listed(tenant)
    dns.set(record.name as string, 'refused')
    expect((await verify(tenant, 'acme.example')).status).toBe(503)
    clock.advance(day + 1000)
    expect(await recheck()).toBe(1)
    expect(await listed(tenant)).toMatchObject([
      { state: 'verified', failures: 0, problem: expect.any(String) as string },
    ])
    expect(await recheck()).toBe(0)
    dns.clear()
    await missDays(3)
    expect(await listed(tenant)).toMatchObject([{ state: 'lapsed' }])
    dns.set(record.name as string, [record.value as string])
    await missDays(1)
    expect(await listed(tenant)).toMatchObject([{ state: 'verified', failures: 0, problem: null }])
    expect(await actions(tenant)).toEqual(['domain.added', 'domain.verified', 'domain.lapsed', 'domain.verified'])
  })

  it('are checked once a day by however many processes', async () => {
    await Promise.all(['a.example', 'b.example', 'c.example'].map((domain) => prove(tenant, domain)))
    dns.clear()
    clock.advance(day + 1000)
    const before = dns.asked().length
    const counts = await Promise.all([recheck(), recheck(), recheck()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(3)
    expect(dns.asked().length - before).toBe(3)
    expect((await listed(tenant)).map(({ failures }) => failures)).toEqual([1, 1, 1])
  })

  describe('let people in whose address waits for proof', () => {
    it.each([
      ['cox.com', 'soft_tier_unverified'],
      ['gm\u0430il.com', 'mixed_script_unverified'],
      ['ɢmail.com', 'look_alike_unverified'],
      ['github.io', 'public_suffix'],
    ])('%s, which is %s', async (domain, rule) => {
      const person = (): object => okta.createUser('jo', { userName: `jo@${domain}`, emails: [] })
      const refused = await tenant.scim('POST', '/Users', person())
      expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(`(rule ${rule})`)])
      await prove(tenant, domain)
      expect((await other.scim('POST', '/Users', person())).status).toBe(400)
      const { status, body } = await tenant.scim('POST', '/Users', person())
      expect(status).toBe(201)
      const under = okta.createUser('eve', { userName: `eve@mail.${domain}`, emails: [] })
      if (rule !== 'public_suffix') expect((await tenant.scim('POST', '/Users', under)).status).toBe(400)
      await joinery.api.ok('DELETE', pathOf(tenant, `/${encodeURIComponent(domain)}`))
      expect((await tenant.scim('DELETE', `/Users/${body.id}`)).status).toBe(204)
      expect((await tenant.scim('POST', '/Users', person())).status).toBe(400)
    })
  })

  it('are two hundred of an account at most', async () => {
    const rows = Array.from({ length: 199 }, (_, index) => ({
      ...{ id: `d${index}`, account_id: tenant.accountId, domain: `d${index}.example`, state: 'pending' },
      ...{ challenge: 'x', failures: 0, created_at: 0, expires_at: 0, next_check_at: 0 },
    }))
    await breakable.run((db) => db('account_domains').insert(rows))
    const answers = await Promise.all(['x.example', 'y.example', 'z.example'].map((domain) => add(tenant, domain)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  it('are added, verified, listed and removed by the command line', async () => {
    const run = async (...argv: string[]): Promise<string> => {
      const { status, out, err } = await runCli(joinery.url, ['domains', ...argv, '--account', tenant.accountId])
      return `${status} ${out}${err}`
    }
    const added = await run('add', 'bücher.example')
    const [, name = '', value = ''] = /Name +(\S+)\n +Type +TXT\n +Value +(\S+)\n/.exec(added) ?? []
    expect(await run('verify', 'bücher.example')).toMatch(/^1 A rule refuses this: .* there is no TXT record at /)
    dns.set(name, [value])
    expect(await run('verify', 'bücher.example')).toBe('0 xn--bcher-kva.example is verified. Leave the record where it is.') // prettier-ignore
    expect(await run('list')).toMatch(/^0 DOMAIN .*\nxn--bcher-kva\.example +verified +2/)
    expect(await run('add', 'bücher.example')).toBe('0 xn--bcher-kva.example is verified already.')
    expect(await run('remove', 'bücher.example')).toBe('0 bücher.example is removed.')
    expect(await run('list')).toBe('0 (none)')
  })
})

describe('several name servers', () => {
  it('have to agree, as far as they answer', async () => {
    const servers = [await startDns(), await startDns(), await startDns()] as const
    const joinery = await startJoinery({
      workers: false,
      env: { DNS_SERVERS: servers.map(({ address }) => address).join(', ') },
    })
    const { accountId } = await createTenant(joinery.api)
    const path = `/accounts/${accountId}/domains`
    const { record } = await joinery.api.ok('POST', path, { domain: 'acme.example' })
    const status = async (): Promise<number> => (await joinery.api.call('POST', `${path}/acme.example/verify`)).status
    servers[0].set(record.name as string, [record.value as string])
    expect(await status()).toBe(422)
    servers[1].set(record.name as string, [record.value as string])
    servers[2].set(record.name as string, 'refused')
    expect(await status()).toBe(200)
    for (const server of servers) server.set(record.name as string, 'refused')
    expect(await status()).toBe(503)
    await joinery.close()
    await Promise.all(servers.map((server) => server.close()))
  })
})
