import { describe, expect, it } from 'vitest'
import { settled } from '../support/api.ts'
import { useAdminCli } from '../support/cli.ts'
import { okta } from '../support/idp.ts'

describe('the admin API from the command line', () => {
  const cli = useAdminCli()
  const { run, both, account, connection } = cli

  it('connections: create, list and groups', async () => {
    const made = await both('connections', 'create', ...account(), '--name', 'Second', '--kind', 'entra')
    expect(made.text).toMatch(/^Connection [0-9a-f-]{36} "Second"\nSCIM URL {3}http:\/\/.*\/scim\/v2\/[0-9a-f-]{36}$/)
    expect(made.json).toMatchObject({ name: 'Second', kind: 'entra', state: 'active', emailPolicy: 'standard' })
    const { text, json } = await both('connections', 'list', ...account())
    expect(json.items).toHaveLength(3)
    const settings = ['--email-policy', 'strict', '--rate-limit', '50', '--burst', '60']
    const limited = await run(
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
    expect(await run(...change, '--burst', '9')).toMatchObject({ status: 2, out: '' })
    expect(await run(...change, '--rate-limit', 'x')).toMatchObject({ status: 1, out: '' })
    for (const { id, scimUrl } of json.items) expect(text).toMatch(new RegExp(`${id}.*${scimUrl}`))
    expect((await both('connections', 'groups', ...connection())).text).toBe('(none)')
    await cli.tenant.scim('POST', '/Groups', { displayName: 'Team', members: ['x', 'y'] })
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
    const nothing = await run('connections', 'change', ...own)
    expect(nothing).toMatchObject({ status: 1, err: expect.stringContaining('rolesFromIdp') as string })
  })

  it('tokens: create, list and revoke', async () => {
    const made = await run('tokens', 'create', ...connection(), '--expires-in-days', '7')
    expect(made.out).toMatch(
      /^Token [0-9a-f-]{36}, valid until \S+Z\. It is shown this once:\nscim_[0-9a-f-]{36}_[0-9A-Za-z]{43}$/,
    )
    const third = await run('tokens', 'create', ...connection())
    expect(third).toMatchObject({ status: 1, out: '', err: expect.stringContaining('revoke one first') as string })
    const { text, json } = await both('tokens', 'list', ...connection())
    expect(text.split('\n')[0]).toMatch(/^ID +HINT +STATE +SCOPES +EXPIRESAT +LASTUSEDAT$/)
    expect(json.items).toHaveLength(2)
    const [, id = ''] = /^Token (\S+),/.exec(made.out) ?? []
    const revoked = await both('tokens', 'revoke', ...connection(), '--token', id)
    expect(revoked).toEqual({ text: `Token ${id} is revoked.`, json: { revoked: id } })
    const again = await run('tokens', 'create', ...connection(), '--scopes', 'users, groups:read', '--json')
    expect(JSON.parse(again.out)).toMatchObject({
      ...{ state: 'live', token: expect.stringMatching(/^scim_/) as string, scopes: ['users', 'groups:read'] },
    })
  })

  it('clients: create, list and revoke, and their secrets', async () => {
    const made = await run('clients', 'create', ...connection(), '--name', 'Entra', '--scopes', 'users')
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
    const alone = await run('clients', 'create', ...connection(), '--name', 'x', '--issuer', 'y')
    expect(alone).toMatchObject({ status: 2, err: expect.stringContaining('--jwks-url') as string })
    const ofClient = [...connection(), '--client', id]
    const added = await run('clients', 'secrets', 'add', ...ofClient, '--expires-in-days', '9')
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
    const { body: group } = await cli.tenant.scim('POST', '/Groups', okta.createGroup('Engineers'))
    const byId = await run('mappings', 'add', ...connection(), '--group', group.id as string, '--role', 'developer')
    expect(byId).toMatchObject({ status: 0, err: '' })
    expect(byId.out).toMatch(/^Mapping [0-9a-f-]{36}: \S+ → developer \(bound\)$/)
    const byName = await run('mappings', 'add', ...connection(), '--group-name', 'Rulers', '--role', 'admin', '--json')
    const { id } = JSON.parse(byName.out)
    expect(JSON.parse(byName.out)).toMatchObject({ state: 'waiting', groupName: 'Rulers', role: 'admin' })
    const early = await run('mappings', 'confirm', ...account(), '--mapping', id as string)
    expect(early).toMatchObject({ status: 1, err: expect.stringContaining('nothing to confirm') as string })
    await cli.tenant.scim('POST', '/Groups', okta.createGroup('Rulers'))
    const { text, json } = await both('mappings', 'list', ...account())
    expect(json.items.map(({ state }: any) => state).sort()).toEqual(['bound', 'unconfirmed'])
    expect(text).toMatch(/Rulers +admin +unconfirmed/)
    const confirmed = await both('mappings', 'confirm', ...account(), '--mapping', id as string)
    expect(confirmed).toEqual({ text: `Mapping ${id} is confirmed.`, json: { confirmed: id } })
    const removed = await run('mappings', 'remove', ...account(), '--mapping', id as string)
    expect(removed).toEqual({ status: 0, out: `Mapping ${id} is removed.`, err: '' })
    const gone = await run('mappings', 'remove', ...account(), '--mapping', id as string, '--json')
    expect(gone).toMatchObject({ status: 1, out: '', err: expect.stringContaining('Not found: ') as string })
  })

  it('members: list and show', async () => {
    const { body: user } = await cli.tenant.scim('POST', '/Users', okta.createUser('jane'))
    await cli.tenant.scim('POST', '/Users', okta.createUser('john', { active: false }))
    const { items: groups } = await cli.joinery.api.ok(
      'GET',
      `/accounts/${cli.tenant.accountId}/connections/${cli.tenant.connectionId}/groups`,
    )
    const engineers = groups.find(({ displayName }: any) => displayName === 'Engineers').id
    await cli.tenant.scim('PATCH', `/Groups/${engineers}`, okta.addMembers(user.id as string))
    await settled(cli.joinery.api, cli.tenant.accountId)

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
    const { items } = await cli.joinery.api.ok(
      'GET',
      `/accounts/${cli.tenant.accountId}/members?userName=jane@corp.example`,
    )
    const { body } = await cli.tenant.scim('GET', '/Users?filter=userName eq "jane@corp.example"')
    await cli.tenant.scim('PATCH', `/Users/${body.Resources[0].id}`, okta.setActive(false))
    const { text } = await both('members', 'show', items[0].id as string, ...account())
    expect(text).toMatch(/Considered and lost\nROLE +SOURCE +REASON +PATH\ndeveloper +directory +suspended/)
  })

  it('propagation: status', async () => {
    await settled(cli.joinery.api, cli.tenant.accountId)
    const { text, json } = await both('propagation', 'status', ...account())
    expect(text).toMatch(/^PENDING +RUNNING +HELD +BLOCKED +OLDESTPENDINGMS\n0 +0 +0 +0 +0$/)
    expect(json).toMatchObject({ pending: 0, running: 0, held: 0, blocked: 0, oldestPendingMs: 0 })
    const { items } = await cli.joinery.api.ok('GET', `/accounts/${cli.tenant.accountId}/members`)
    const retried = await run('propagation', 'retry', items[0].id as string, ...account())
    expect(retried).toMatchObject({ status: 1, out: '', err: expect.stringContaining('nothing to retry') as string })
  })
})
