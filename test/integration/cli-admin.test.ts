import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, eventually, settled, type Tenant } from '../support/api.ts'
import { runCli, type Ran } from '../support/cli.ts'
import { freshDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const run = (url: string, ...args: string[]): Promise<Ran> => runCli(url, args)

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const hostile = 'Eve\u001b[2J\u009b31m\u202e\r\nroot'

describe('the admin API from the command line', () => {
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery()
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  /** A command that works: its text, and what it says as JSON. */
  async function both<T = any>(...args: string[]): Promise<{ text: string; json: T }> {
    const [plain, json] = [await run(joinery.url, ...args), await run(joinery.url, ...args, '--json')]
    for (const { status, err } of [plain, json]) expect({ args, status, err }).toEqual({ args, status: 0, err: '' })
    return { text: plain.out, json: JSON.parse(json.out) as T }
  }
  const account = (): string[] => ['--account', tenant.accountId]
  const connection = (): string[] => [...account(), '--connection', tenant.connectionId]

  it('accounts: create and list', async () => {
    const made = await both('accounts', 'create', '--name', 'Acme', '--catalog', 'plivo')
    expect(made.text).toMatch(/^Account [0-9a-f-]{36} "Acme" \(catalog plivo\) is open\.$/)
    expect(made.json).toMatchObject({ name: 'Acme', catalog: 'plivo', ownerId: null })
    const owner = ['--owner', 'boss', '--owner-email', 'boss@corp.example']
    const owned = await both('accounts', 'create', '--name', 'Owned', '--catalog', 'plivo', ...owner)
    expect(owned.json.ownerId).toBeTypeOf('string')
    const { text, json } = await both('accounts', 'list')
    expect(text.split('\n')[0]).toMatch(/^ID +NAME +CATALOG +LEVEL +STOPPED +CREATEDAT$/)
    expect(text.split('\n')).toHaveLength(json.items.length + 1)
    expect(text).toContain(made.json.id)
  })

  it('accounts: a tree, its plan, its suspension and its owner', async () => {
    const top = ['--catalog', 'studio', '--level', 'service-provider']
    const above = (await both('accounts', 'create', '--name', 'Above', ...top)).json
    const below = (await both('accounts', 'create', '--name', 'Below', '--catalog', 'studio', '--parent', above.id))
      .json
    expect(below).toMatchObject({ parent: above.id, level: 'account', stopped: false })
    expect((await both('accounts', 'list', '--parent', above.id)).json.items).toHaveLength(2) // made twice, see both
    const stopped = await both('accounts', 'suspend', above.id)
    expect(stopped.text).toBe(`Account ${above.id} is suspended, and all below it are stopped.`)
    const waits = await both('accounts', 'suspend', below.id)
    expect(waits.json).toMatchObject({ stopped: true })
    const goesOn = await both('accounts', 'resume', below.id)
    expect(goesOn.text).toBe(`Account ${below.id} is not suspended any more; an account above it is still suspended.`)
    expect((await both('accounts', 'resume', above.id)).json).toMatchObject({ stopped: false, suspendedAt: null })

    const plan = await both('accounts', 'change', tenant.accountId, '--entitlement', 'role-management')
    expect(plan.json.entitlements).toEqual(['role-management'])
    expect((await both('accounts', 'change', tenant.accountId, '--no-entitlements')).json.entitlements).toEqual([])
  })

  it('members: add, assign, unassign, suspend, resume, hand over, remove', async () => {
    const person = ['--user-name', 'hand@corp.example', '--email', 'hand@corp.example']
    const { id: accountId } = await joinery.api.ok('POST', '/accounts', { name: 'By hand', catalog: 'plivo' })
    const account = (): string[] => ['--account', accountId as string]
    const { status, out } = await run(joinery.url, 'members', 'add', ...account(), ...person, '--json')
    expect(status).toBe(0)
    const { id } = JSON.parse(out)
    const given = await both('members', 'assign', id, ...account(), '--role', 'support', '--to', '2999-01-01')
    expect(given.text).toBe(`Member ${id} is given "support" to 2999-01-01T00:00:00.000Z.`)
    const taken = await run(joinery.url, 'members', 'unassign', id, ...account(), '--role', 'support')
    expect(taken.out).toBe(`Member ${id} has "support" no more.`)
    expect((await both('members', 'suspend', id, ...account())).text).toBe(`Member ${id} is suspended by operator.`)
    expect((await both('members', 'resume', id, ...account())).text).toBe(`Member ${id} is active.`)
    const owner = await both('accounts', 'hand-over', accountId as string, '--member', id)
    expect(owner.text).toBe(`Member ${id} owns the account.`)
    const refused = await run(joinery.url, 'members', 'remove', id, ...account())
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('hand the account over') as string })
  })

  it('connections: create, list and groups', async () => {
    const made = await both('connections', 'create', ...account(), '--name', 'Second', '--kind', 'entra')
    expect(made.text).toMatch(/^Connection [0-9a-f-]{36} "Second"\nSCIM URL {3}http:\/\/.*\/scim\/v2\/[0-9a-f-]{36}$/)
    expect(made.json).toMatchObject({ name: 'Second', kind: 'entra', state: 'active', emailPolicy: 'standard' })
    const { text, json } = await both('connections', 'list', ...account())
    expect(json.items).toHaveLength(3)
    const settings = ['--email-policy', 'strict', '--rate-limit', '50', '--burst', '60']
    const limited = await run(
      joinery.url,
      'connections',
      'create',
      ...account(),
      '--name',
      'x',
      '--kind',
      'okta',
      ...settings,
      '--json',
    )
    expect(JSON.parse(limited.out)).toMatchObject({ emailPolicy: 'strict', rateLimit: { perSecond: 50, burst: 60 } })
    const change = ['connections', 'change', ...account(), '--connection', made.json.id as string]
    const changed = await both(...change, '--name', 'Third', '--rate-limit', '0')
    expect(changed.text).toBe(`Connection ${made.json.id} "Third" is changed.`)
    expect(changed.json).toMatchObject({ name: 'Third', rateLimit: { perSecond: 0, burst: 0 } })
    expect((await both(...change, '--rate-limit', 'default')).json.rateLimit).toBeNull()
    expect(await run(joinery.url, ...change, '--burst', '9')).toMatchObject({ status: 2, out: '' })
    expect(await run(joinery.url, ...change, '--rate-limit', 'x')).toMatchObject({ status: 1, out: '' })
    for (const { id, scimUrl } of json.items) expect(text).toMatch(new RegExp(`${id}.*${scimUrl}`))
    expect((await both('connections', 'groups', ...connection())).text).toBe('(none)')
    await tenant.scim('POST', '/Groups', { displayName: 'Team', members: ['x', 'y'] })
    const groups = await both('connections', 'groups', ...connection())
    expect(groups.text).toMatch(/^ID +DISPLAYNAME +MEMBERCOUNT +EXTERNALID\n[0-9a-f-]{36} +Team +2 +-$/)
    expect(groups.json.items).toMatchObject([{ displayName: 'Team', memberCount: 2, externalId: null }])
  })

  it('connections: change', async () => {
    const { json: made } = await both(
      'connections',
      'create',
      ...account(),
      '--name',
      'Roles',
      '--kind',
      'okta',
      '--roles-from-idp',
    )
    expect(made.rolesFromIdp).toBe(true)
    const own = [...account(), '--connection', made.id as string]
    const off = await both('connections', 'change', ...own, '--no-roles-from-idp', '--name', 'No roles')
    expect(off.text).toBe(`Connection ${made.id} "No roles" is changed.`)
    expect(off.json).toMatchObject({ id: made.id, name: 'No roles', rolesFromIdp: false })
    expect((await both('connections', 'change', ...own, '--roles-from-idp')).json.rolesFromIdp).toBe(true)
    const nothing = await run(joinery.url, 'connections', 'change', ...own)
    expect(nothing).toMatchObject({ status: 1, err: expect.stringContaining('rolesFromIdp') as string })
  })

  it('tokens: create, list and revoke', async () => {
    const made = await run(joinery.url, 'tokens', 'create', ...connection(), '--expires-in-days', '7')
    expect(made.out).toMatch(
      /^Token [0-9a-f-]{36}, valid until \S+Z\. It is shown this once:\nscim_[0-9a-f-]{36}_[0-9A-Za-z]{43}$/,
    )
    const third = await run(joinery.url, 'tokens', 'create', ...connection())
    expect(third).toMatchObject({ status: 1, out: '', err: expect.stringContaining('revoke one first') as string })
    const { text, json } = await both('tokens', 'list', ...connection())
    expect(text.split('\n')[0]).toMatch(/^ID +HINT +STATE +SCOPES +EXPIRESAT +LASTUSEDAT$/)
    expect(json.items).toHaveLength(2)
    const [, id = ''] = /^Token (\S+),/.exec(made.out) ?? []
    const revoked = await both('tokens', 'revoke', ...connection(), '--token', id)
    expect(revoked).toEqual({ text: `Token ${id} is revoked.`, json: { revoked: id } })
    const again = await run(
      joinery.url,
      'tokens',
      'create',
      ...connection(),
      '--scopes',
      'users, groups:read',
      '--json',
    )
    expect(JSON.parse(again.out)).toMatchObject({
      ...{ state: 'live', token: expect.stringMatching(/^scim_/) as string, scopes: ['users', 'groups:read'] },
    })
  })

  it('clients: create, list and revoke, and their secrets', async () => {
    const made = await run(joinery.url, 'clients', 'create', ...connection(), '--name', 'Entra', '--scopes', 'users')
    expect(made.out).toMatch(
      /^Client ([0-9a-f-]{36}) "Entra"\nToken URL  http:\/\/\S+\/oauth\/token\nSecret, shown this once:\nscimcs_[0-9a-f-]{36}_[0-9A-Za-z]{43}$/,
    )
    const [, id = ''] = /^Client (\S+) /.exec(made.out) ?? []
    const jwks = ['--jwks-url', 'https://idp.example/keys']
    const trust = ['--issuer', 'https://idp.example', '--subject', 'me', '--audience', 'api://x/.default']
    const trusting = await both('clients', 'create', ...connection(), '--name', 'Federated', ...jwks, ...trust)
    expect(trusting.text).toMatch(
      /Issuer +https:\/\/idp.example\nSubject +me\nAudience +api:\/\/x\nKey set +https:\/\/idp.example\/keys$/,
    )
    expect(trusting.json).toMatchObject({ secrets: [], assertion: { audience: 'api://x', subject: 'me' } })
    const alone = await run(joinery.url, 'clients', 'create', ...connection(), '--name', 'x', '--issuer', 'y')
    expect(alone).toMatchObject({ status: 2, err: expect.stringContaining('--jwks-url') as string })
    const ofClient = [...connection(), '--client', id]
    const added = await run(joinery.url, 'clients', 'secrets', 'add', ...ofClient, '--expires-in-days', '9')
    expect(added.out).toMatch(/^Secret [0-9a-f-]{36}, valid until \S+Z\. It is shown this once:\nscimcs_\S+$/)
    const { text, json } = await both('clients', 'list', ...connection())
    expect(text.split('\n')[0]).toMatch(/^ID +NAME +STATE +PROOF +SCOPES +SECRETS +LASTUSEDAT$/)
    expect(text).toMatch(new RegExp(`${id} +Entra +live +secret +users +\\S+ until \\S+, \\S+ until`))
    const [first] = json.items.find((each: any) => each.id === id).secrets
    const gone = await both('clients', 'secrets', 'revoke', ...ofClient, '--secret', first.id as string)
    expect(gone).toEqual({ text: `Secret ${first.id} is revoked.`, json: { revoked: first.id } })
    const revoked = await both('clients', 'revoke', ...ofClient)
    expect(revoked).toEqual({ text: `Client ${id} is revoked.`, json: { revoked: id } })
  })

  it('mappings: add, list, confirm and remove', async () => {
    const { body: group } = await tenant.scim('POST', '/Groups', okta.createGroup('Engineers'))
    const byId = await run(
      joinery.url,
      'mappings',
      'add',
      ...connection(),
      '--group',
      group.id as string,
      '--role',
      'developer',
    )
    expect(byId).toMatchObject({ status: 0, err: '' })
    expect(byId.out).toMatch(/^Mapping [0-9a-f-]{36}: \S+ → developer \(bound\)$/)
    const byName = await run(
      joinery.url,
      'mappings',
      'add',
      ...connection(),
      '--group-name',
      'Rulers',
      '--role',
      'admin',
      '--json',
    )
    const { id } = JSON.parse(byName.out)
    expect(JSON.parse(byName.out)).toMatchObject({ state: 'waiting', groupName: 'Rulers', role: 'admin' })
    const early = await run(joinery.url, 'mappings', 'confirm', ...account(), '--mapping', id as string)
    expect(early).toMatchObject({ status: 1, err: expect.stringContaining('nothing to confirm') as string })
    await tenant.scim('POST', '/Groups', okta.createGroup('Rulers'))
    const { text, json } = await both('mappings', 'list', ...account())
    expect(json.items.map(({ state }: any) => state).sort()).toEqual(['bound', 'unconfirmed'])
    expect(text).toMatch(/Rulers +admin +unconfirmed/)
    const confirmed = await both('mappings', 'confirm', ...account(), '--mapping', id as string)
    expect(confirmed).toEqual({ text: `Mapping ${id} is confirmed.`, json: { confirmed: id } })
    const removed = await run(joinery.url, 'mappings', 'remove', ...account(), '--mapping', id as string)
    expect(removed).toEqual({ status: 0, out: `Mapping ${id} is removed.`, err: '' })
    const gone = await run(joinery.url, 'mappings', 'remove', ...account(), '--mapping', id as string, '--json')
    expect(gone).toMatchObject({ status: 1, out: '', err: expect.stringContaining('Not found: ') as string })
  })

  it('members: list and show', async () => {
    const { body: user } = await tenant.scim('POST', '/Users', okta.createUser('jane'))
    await tenant.scim('POST', '/Users', okta.createUser('john', { active: false }))
    const { items: groups } = await joinery.api.ok(
      'GET',
      `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/groups`,
    )
    const engineers = groups.find(({ displayName }: any) => displayName === 'Engineers').id
    await tenant.scim('PATCH', `/Groups/${engineers}`, okta.addMembers(user.id as string))
    await settled(joinery.api, tenant.accountId)

    const { text, json } = await both('members', 'list', ...account())
    expect(text.split('\n')[0]).toMatch(/^ID +USERNAME +STATUS +ROLES +APPLIED$/)
    expect(text).toMatch(/jane@corp\.example +active +developer +yes/)
    expect(text).toMatch(/john@corp\.example +suspended +- +yes/)
    expect(json).toMatchObject({
      items: [{ userName: 'jane@corp.example' }, { userName: 'john@corp.example' }],
      next: null,
    })

    const first = await both('members', 'list', ...account(), '--limit', '1')
    expect(first.text).toContain(`There are more: --after ${first.json.next}`)
    const rest = await both('members', 'list', ...account(), '--after', first.json.next as string)
    expect(rest.json.items).toHaveLength(1)
    const filtered = await both(
      'members',
      'list',
      ...account(),
      '--status',
      'active',
      '--role',
      'developer',
      '--user-name',
      'JANE@corp.example',
    )
    expect(filtered.json.items).toHaveLength(1)
    expect((await both('members', 'list', ...account(), '--role', 'admin')).text).toBe('(none)')

    const shown = await both('members', 'show', json.items[0].id as string, ...account())
    expect(shown.text).toContain('jane@corp.example')
    expect(shown.text).toMatch(
      new RegExp(
        `Roles and why\nROLE +SOURCE +PATH\ndeveloper +directory +connection okta \\S+ → group Engineers \\(${engineers}\\) → mapping \\S+`,
      ),
    )
    expect(shown.text).toMatch(/Recent events\nAT +ACTION +ACTOR\n/)
    expect(shown.json).toMatchObject({ roles: ['developer'], grants: [{ role: 'developer' }], losses: [] })
  })

  it('what a member has lost is shown with the reason', async () => {
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=jane@corp.example`)
    const { body } = await tenant.scim('GET', '/Users?filter=userName eq "jane@corp.example"')
    await tenant.scim('PATCH', `/Users/${body.Resources[0].id}`, okta.setActive(false))
    const { text } = await both('members', 'show', items[0].id as string, ...account())
    expect(text).toMatch(/Considered and lost\nROLE +SOURCE +REASON +PATH\ndeveloper +directory +suspended/)
  })

  it('propagation: status', async () => {
    await settled(joinery.api, tenant.accountId)
    const { text, json } = await both('propagation', 'status', ...account())
    expect(text).toMatch(/^PENDING +RUNNING +HELD +BLOCKED +OLDESTPENDINGMS\n0 +0 +0 +0 +0$/)
    expect(json).toMatchObject({ pending: 0, running: 0, held: 0, blocked: 0, oldestPendingMs: 0 })
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
    const retried = await run(joinery.url, 'propagation', 'retry', items[0].id as string, ...account())
    expect(retried).toMatchObject({ status: 1, out: '', err: expect.stringContaining('nothing to retry') as string })
  })

  it.each([
    [['accounts', 'create', '--name', 'X', '--catalog', 'nonsense'], 'choose one of: cpaas-iam, '],
    [['accounts', 'create', '--name', '', '--catalog', 'plivo'], 'name: must not be empty'],
    [
      ['accounts', 'create', '--name', 'X', '--catalog', 'plivo', '--owner', 'b', '--owner-email', 'b@gmail.com'],
      'gmail.com is a personal',
    ],
    [['connections', 'list', '--account', 'none'], 'Not found: there is no account "none"'],
    [['members', 'list', '--account', 'none', '--sort', 'age'], 'sort: must be one of: createdAt'],
    [['members', 'show', 'nobody', '--account', 'none'], 'there is no account "none"'],
  ])('%j ends with 1 and the server’s own words, nothing on stdout', async (args, words) => {
    for (const more of [[], ['--json']]) {
      const { status, out, err } = await run(joinery.url, ...args, ...more)
      expect({ status, out }).toEqual({ status: 1, out: '' })
      expect(err).toContain(words)
      expect(err).not.toMatch(/\n\s+at /)
    }
  })

  it('a token that is not the operator’s is told so', async () => {
    const { status, err } = await runCli(joinery.url, ['accounts', 'list'], {
      ADMIN_TOKEN: 'wrong-token-0123456789-0123',
    })
    expect(status).toBe(1)
    expect(err).toBe(
      `Joinery at ${joinery.url} does not know the admin token from ADMIN_TOKEN; take the ADMIN_TOKEN of that server, or what lies in admin-token in its DATA_DIR`,
    )
    const odd = await runCli('localhost', ['accounts', 'list'])
    expect([odd.status, odd.err]).toEqual([
      2,
      'JOINERY_URL must be a URL, such as http://127.0.0.1:3000, not "localhost"',
    ])
    expect(err).not.toContain('wrong-token')
  })

  it('names that were made to play with a terminal are printed without a control character', async () => {
    const evil = await createTenant(joinery.api)
    const at = ['--account', evil.accountId]
    const inside = [...at, '--connection', evil.connectionId]
    await evil.scim(
      'POST',
      '/Users',
      okta.createUser('eve', { userName: `x${hostile}`, displayName: hostile, externalId: hostile }),
    )
    const { body: group } = await evil.scim('POST', '/Groups', { displayName: hostile, externalId: hostile })
    expect(group.displayName).toBe(hostile)
    const { items } = await joinery.api.ok('GET', `/accounts/${evil.accountId}/members`)
    const commands = [
      ['accounts', 'create', '--name', hostile, '--catalog', 'plivo'],
      ['accounts', 'create', '--name', 'x', '--catalog', hostile],
      ['accounts', 'list'],
      ['connections', 'create', ...at, '--name', hostile, '--kind', 'okta'],
      ['connections', 'list', ...at],
      ['connections', 'groups', ...inside],
      ['mappings', 'add', ...inside, '--group-name', `other ${hostile}`, '--role', 'developer'],
      ['mappings', 'add', ...inside, '--group-name', hostile, '--role', hostile],
      ['mappings', 'list', ...at],
      ['members', 'list', ...at],
      ['members', 'show', items[0].id as string, ...at],
      ['members', 'show', hostile, ...at],
    ]
    for (const command of commands) {
      for (const more of [[], ['--json']]) {
        const { out, err } = await run(joinery.url, ...command, ...more)
        expect({ command, text: out + err }).not.toEqual({ command, text: '' })
        expect({ command, found: controls.exec(out + err)?.[0] }).toEqual({ command, found: undefined })
      }
    }
    const listed = await run(joinery.url, 'connections', 'groups', ...inside)
    expect(listed.out.split('\n')).toHaveLength(2)
    const told = await run(joinery.url, 'connections', 'groups', ...inside, '--json')
    expect(JSON.parse(told.out).items[0].displayName).toBe(hostile)
  })
})

describe('a blocked propagation', () => {
  it('is counted by "propagation status" and tried again by "propagation retry"', async () => {
    const on = await freshDatabase('sqlite')
    const broken = await startJoinery({
      on,
      wrapPorts: (ports) => ({ ...ports, catalogs: withoutRoles(ports.catalogs) }),
    })
    const tenant = await createTenant(broken.api)
    const { accountId } = tenant
    await tenant.scim('POST', '/Users', okta.createUser('jo'))
    const status = (api: Joinery['api']): Promise<{ blocked: number }> =>
      api.ok('GET', `/accounts/${accountId}/propagation`)
    await eventually(
      () => status(broken.api),
      ({ blocked }) => blocked === 1,
    )
    await broken.close()

    const mended = await startJoinery({ on })
    try {
      const shown = await run(mended.url, 'propagation', 'status', '--account', accountId)
      expect(shown.out).toMatch(/\n0 +0 +0 +1 +0$/)
      const { items } = await mended.api.ok('GET', `/accounts/${accountId}/members`)
      const retried = await run(mended.url, 'propagation', 'retry', items[0].id as string, '--account', accountId)
      expect(retried).toEqual({ status: 0, out: `Member ${items[0].id} is tried again.`, err: '' })
      await settled(mended.api, accountId)
      expect(await status(mended.api)).toMatchObject({ blocked: 0 })
    } finally {
      await mended.close()
      await on.remove()
    }
  })

  /** Catalogs that are known by name until a reconcile reads them: as when a process starts without one of them. */
  function withoutRoles<T>(catalogs: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
    let asked = 0
    const known = new Map(catalogs)
    return Object.assign(known, {
      get: (id: string) => ((asked += 1) > 1 ? undefined : (Map.prototype.get.call(known, id) as T | undefined)),
    })
  }
})
