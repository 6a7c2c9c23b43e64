import { describe, expect, it } from 'vitest'
import { createTenant } from '../support/api.ts'
import { runCli, useAdminCli } from '../support/cli.ts'
import { okta } from '../support/idp.ts'

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const hostile = 'Eve\u001b[2J\u009b31m\u202e\r\nroot'
describe('the admin API from the command line', () => {
  const cli = useAdminCli()
  const { run, both } = cli

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
    const listed = await both('accounts', 'list', '--parent', above.id)
    expect(listed.json.items).toHaveLength(2) // made twice, see both
    expect(listed.text).toMatch(/^ID +NAME +CATALOG +PARENT +LEVEL +STOPPED +CREATEDAT\n/)
    expect(listed.text).toContain(above.id)
    const stopped = await both('accounts', 'suspend', above.id)
    expect(stopped.text).toBe(`Account ${above.id} is suspended, and all below it are stopped.`)
    const waits = await both('accounts', 'suspend', below.id)
    expect(waits.json).toMatchObject({ stopped: true })
    const goesOn = await both('accounts', 'resume', below.id)
    expect(goesOn.text).toBe(`Account ${below.id} is not suspended any more; an account above it is still suspended.`)
    expect((await both('accounts', 'resume', above.id)).json).toMatchObject({ stopped: false, suspendedAt: null })

    const plan = await both('accounts', 'change', cli.tenant.accountId, '--entitlement', 'role-management')
    expect(plan.json.entitlements).toEqual(['role-management'])
    expect((await both('accounts', 'change', cli.tenant.accountId, '--no-entitlements')).json.entitlements).toEqual([])
  })

  it('members: add, assign, unassign, suspend, resume, hand over, remove', async () => {
    const person = ['--user-name', 'hand@corp.example', '--email', 'hand@corp.example']
    const { id: accountId } = await cli.joinery.api.ok('POST', '/accounts', { name: 'By hand', catalog: 'plivo' })
    const account = (): string[] => ['--account', accountId as string]
    const { status, out } = await run('members', 'add', ...account(), ...person, '--json')
    expect(status).toBe(0)
    const { id } = JSON.parse(out)
    const given = await both('members', 'assign', id, ...account(), '--role', 'support', '--to', '2999-01-01')
    expect(given.text).toBe(`Member ${id} is given "support" to 2999-01-01T00:00:00.000Z.`)
    const taken = await run('members', 'unassign', id, ...account(), '--role', 'support')
    expect(taken.out).toBe(`Member ${id} has "support" no more.`)
    expect((await both('members', 'suspend', id, ...account())).text).toBe(`Member ${id} is suspended by operator.`)
    expect((await both('members', 'resume', id, ...account())).text).toBe(`Member ${id} is active.`)
    const owner = await both('accounts', 'hand-over', accountId as string, '--member', id)
    expect(owner.text).toBe(`Member ${id} owns the account.`)
    const refused = await run('members', 'remove', id, ...account())
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('hand the account over') as string })
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
      const { status, out, err } = await run(...args, ...more)
      expect({ status, out }).toEqual({ status: 1, out: '' })
      expect(err).toContain(words)
      expect(err).not.toMatch(/\n\s+at /)
    }
  })

  it('a token that is not the operator’s is told so', async () => {
    const { status, err } = await runCli(cli.joinery.url, ['accounts', 'list'], {
      ADMIN_TOKEN: 'wrong-token-0123456789-0123',
    })
    expect(status).toBe(1)
    expect(err).toBe(
      `Joinery at ${cli.joinery.url} does not know the admin token from ADMIN_TOKEN; take the ADMIN_TOKEN of that server, or what lies in admin-token in its DATA_DIR`,
    )
    const odd = await runCli('localhost', ['accounts', 'list'])
    expect([odd.status, odd.err]).toEqual([
      2,
      'JOINERY_URL must be a URL, such as http://127.0.0.1:3000, not "localhost"',
    ])
    expect(err).not.toContain('wrong-token')
  })

  it('names that were made to play with a terminal are printed without a control character', async () => {
    const evil = await createTenant(cli.joinery.api)
    const at = ['--account', evil.accountId]
    const inside = [...at, '--connection', evil.connectionId]
    await evil.scim(
      'POST',
      '/Users',
      okta.createUser('eve', { userName: `x${hostile}`, displayName: hostile, externalId: hostile }),
    )
    const { body: group } = await evil.scim('POST', '/Groups', { displayName: hostile, externalId: hostile })
    expect(group.displayName).toBe(hostile)
    const { items } = await cli.joinery.api.ok('GET', `/accounts/${evil.accountId}/members`)
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
        const { out, err } = await run(...command, ...more)
        expect({ command, text: out + err }).not.toEqual({ command, text: '' })
        expect({ command, found: controls.exec(out + err)?.[0] }).toEqual({ command, found: undefined })
      }
    }
    const listed = await run('connections', 'groups', ...inside)
    expect(listed.out.split('\n')).toHaveLength(2)
    const told = await run('connections', 'groups', ...inside, '--json')
    expect(JSON.parse(told.out).items[0].displayName).toBe(hostile)
  })
})
