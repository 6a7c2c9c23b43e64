import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Application } from '../../src/application/create-application.ts'
import type { Operation } from '../../src/application/operation.ts'
import { AppError } from '../../src/domain/errors.ts'
import { createKeyCheck } from '../support/access-keys.ts'
import { createConnection, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { okta, patch } from '../support/idp.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

type Person = { op: Operation; accountId: string; memberId: string }
type App = Application
/** `code`: where it is no refusal of rights but of what is asked for, which nobody can have. */
type Attempt = readonly [string, (app: App) => Promise<unknown>, code?: string]

/** Whatever gives power, or leads to it. */
const tables = [
  ...['accounts', 'members', 'assignments', 'mappings', 'permission_groups', 'customisations', 'access_keys'],
  ...['connections', 'scim_tokens', 'oauth_clients', 'oauth_client_secrets', 'oidc_settings', 'gateways'],
  ...['invitations', 'role_requests', 'identity_links', 'one_time_links', 'account_domains', 'extension_schemas'],
]
const ownCatalogs = fileURLToPath(new URL('../fixtures/catalogs/own', import.meta.url))
const client = { issuer: 'https://idp.example', clientId: 'joinery', clientSecret: 'x'.repeat(30) }
const badge = { id: 'urn:acme:badge', name: 'Badge', attributes: [{ name: 'badge' }] }
const refOf = ({ accountId, connectionId }: Tenant) => ({ accountId, connectionId })
const refusals = ['forbidden', 'not_found', 'policy_violation']

/** Each attempt is one that somebody with some rights would make to get more. All are refused, and leave nothing behind. */
describeOnBoth('privilege escalation', (database) => {
  let joinery: Joinery
  let look: Awaited<ReturnType<typeof lookInto>>
  const app = (): App => joinery.runtime.app
  let serial = 0
  const somebody = (): { userName: string; email: string } => {
    const name = `p${(serial += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const person = (accountId: string, memberId: string): Person => ({ op: as(memberId, accountId), accountId, memberId })

  const open = async (catalog: string, more: object = {}): Promise<Person> => {
    const account = await app().createAccount(operator, { name: 'A', catalog, owner: somebody(), ...more })
    return person(account.id, account.ownerId ?? '')
  }
  const join = async (accountId: string, role?: string, span: object = {}): Promise<Person> => {
    const { id: memberId } = await app().addMember(operator, { accountId, ...somebody() })
    if (role !== undefined) await app().assignRole(operator, { accountId, memberId, role, ...span })
    return person(accountId, memberId)
  }
  const power = async (): Promise<Record<string, string[]>> => {
    const { reads } = look.database
    const rows: Record<string, string[]> = {}
    for (const table of tables)
      rows[table] = (await reads.rows<object>(reads.db(table))).map((row) => JSON.stringify(row)).sort()
    return rows
  }
  const mustFail = async (attempts: readonly Attempt[]): Promise<void> => {
    await settle(joinery)
    const before = await power()
    const ways: string[] = []
    for (const [name, attempt, code] of attempts) {
      const found = await attempt(app()).then(wayThrough, (error: unknown) => wayOfError(error, code))
      if (found !== null) ways.push(`${name}: ${found}`)
    }
    expect(ways).toEqual([])
    expect(await power()).toEqual(before)
  }

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, env: { CATALOG_DIR: ownCatalogs } })
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })

  describe('in an account with an owner (plivo)', () => {
    let owner: Person
    let admin: Person
    let developer: Person
    let support: Person
    let friend: Person
    let stranger: Person
    /** Another account of the same kind, with a directory. */
    let tenant: Tenant
    let itsAdmin: Person
    let itsDeveloper: Person
    let accountId = ''
    const entitlements = ['role-management']
    beforeAll(async () => {
      owner = await open('plivo', { entitlements })
      accountId = owner.accountId
      admin = await join(accountId, 'admin')
      developer = await join(accountId, 'developer')
      support = await join(accountId, 'support')
      friend = await join(accountId)
      stranger = await open('plivo', { entitlements })
      const directed = await open('plivo', { entitlements })
      tenant = await createConnection(joinery.api, directed.accountId)
      itsAdmin = await join(directed.accountId, 'admin')
      itsDeveloper = await join(directed.accountId, 'developer')
    })
    const give = (by: Person, to: Person, role: string) => (a: App) =>
      a.assignRole(by.op, { accountId: to.accountId, memberId: to.memberId, role })
    const bring = (by: Person, roles: string[]) => (a: App) =>
      a.importMembers(by.op, { accountId, dryRun: false, rows: [{ line: 1, ...somebody(), displayName: null, roles }] })
    const invite = (by: Person, roles: string[]) => (a: App) =>
      a.invite(by.op, { accountId, email: somebody().email, roles, publicUrl: 'https://joinery.example' })
    const map = (by: Person, role: string) => (a: App) =>
      a.addMapping(by.op, { ...tenant, group: { name: `G${(serial += 1)}` }, role })
    const key = (by: Person, roles: string[]) => (a: App) => a.createAccessKey(by.op, { accountId, name: 'K', roles })

    it('whoever may do it, does it: the same calls by the right person go through', async () => {
      await settle(joinery)
      const twin = await join(accountId)
      await give(admin, twin, 'developer')(app())
      await invite(admin, ['developer'])(app())
      await map(itsAdmin, 'support')(app())
      await key(admin, ['admin'])(app())
      expect(await bring(admin, ['developer'])(app())).toMatchObject({ rows: [{ kind: 'added' }] })
    })

    it('nobody gives himself or a friend more than he may give', async () => {
      await mustFail([
        ['a developer makes himself an admin', (a) => give(developer, developer, 'admin')(a)],
        ['a developer makes a friend an admin', (a) => give(developer, friend, 'admin')(a)],
        ['support makes itself a developer', (a) => give(support, support, 'developer')(a)],
        ['an admin makes himself the owner', (a) => give(admin, admin, 'owner')(a)],
        ['an admin makes a friend an owner', (a) => give(admin, friend, 'owner')(a)],
        ['the owner makes a second owner', (a) => give(owner, friend, 'owner')(a)],
        [
          'an admin takes the account over',
          (a) => a.handOverAccount(admin.op, { accountId, memberId: admin.memberId }),
        ],
        ['an admin gives a role that there is not', (a) => give(admin, friend, 'root')(a), 'invalid_input'],
        ['an admin gives the role of a group of elsewhere', (a) => give(admin, friend, 'group:x')(a), 'invalid_input'],
        ['a developer invites an admin', (a) => invite(developer, ['admin'])(a)],
        ['an admin invites an owner', (a) => invite(admin, ['owner'])(a)],
        ['an admin invites a developer who is an owner too', (a) => invite(admin, ['developer', 'owner'])(a)],
        ['a developer imports an admin', (a) => bring(developer, ['admin'])(a)],
        ['an admin imports an owner', (a) => bring(admin, ['owner'])(a)],
      ])
    })

    it('nobody moves who stands above him', async () => {
      const him = { accountId, memberId: owner.memberId }
      await mustFail([
        ['an admin takes the owner’s role', (a) => a.unassignRole(admin.op, { ...him, role: 'owner' })],
        ['an admin makes the owner support', (a) => give(admin, owner, 'support')(a)],
        ['an admin suspends the owner', (a) => a.suspendMember(admin.op, { ...him, suspended: true })],
        ['an admin removes the owner', (a) => a.removeMember(admin.op, him)],
        ['an admin customises the owner', (a) => a.customiseMember(admin.op, { ...him, permissions: {}, whole: true })],
        ['the owner removes himself', (a) => a.removeMember(owner.op, him)],
        ['a developer suspends an admin', (a) => a.suspendMember(developer.op, { accountId, memberId: admin.memberId, suspended: true })], // prettier-ignore
        ['a developer takes an admin’s role', (a) => a.unassignRole(developer.op, { accountId, memberId: admin.memberId, role: 'admin' })], // prettier-ignore
      ])
    })

    it('nobody opens a way by which he would come to more', async () => {
      const poor = await open('plivo')
      await mustFail([
        ['a developer maps a group to admin', (a) => map(itsDeveloper, 'admin')(a)],
        ['an admin maps a group to owner', (a) => map(itsAdmin, 'owner')(a)],
        [
          'a developer opens a connection',
          (a) => a.createConnection(developer.op, { accountId, name: 'Mine', kind: 'okta' }),
        ],
        ['a developer makes a SCIM token', (a) => a.createToken(itsDeveloper.op, tenant)],
        ['a developer makes an OAuth client', (a) => a.createClient(itsDeveloper.op, { ...tenant, name: 'Mine' })],
        [
          'a developer lets roles of the IdP count',
          (a) => a.changeConnection(itsDeveloper.op, { ...tenant, rolesFromIdp: true }),
        ],
        ['an admin lists an identity for the owner', (a) => a.listIdentity(admin.op, { accountId, memberId: owner.memberId, connectionId: tenant.connectionId, subject: 'x' })], // prettier-ignore
        ['an admin makes a link that signs in as the owner', (a) => a.createOneTimeLink(admin.op, { accountId, memberId: owner.memberId })], // prettier-ignore
        ['the owner makes a credential for gateways', (a) => a.createGateway(owner.op, { accountId, name: 'Mine' })],
        ['the owner makes one for every account', (a) => a.createGateway(owner.op, { accountId: null, name: 'Mine' })],
        ['an admin makes a permission group', (a) => a.createPermissionGroup(admin.op, { accountId, name: 'Mine' })],
        [
          'the owner gives his account a better plan',
          (a) => a.changeAccount(poor.op, { accountId: poor.accountId, entitlements }),
        ],
        ['the owner opens an account below', (a) => a.createAccount(owner.op, { name: 'B', catalog: 'plivo' })],
        ['the owner lifts a suspension', (a) => a.suspendAccount(owner.op, { accountId, suspended: false })],
      ])
    })

    it('nobody says who people are who stand above him, or lets in whom he may not', async () => {
      const { scim } = tenant
      const { id } = (await scim('POST', '/Users', okta.createUser('boss'))).body as { id: string }
      const { items } = await joinery.api.ok(
        'GET',
        `/accounts/${tenant.accountId}/members?userName=boss%40corp.example`,
      )
      const boss = items[0]?.id as string
      const ours = await createConnection(joinery.api, tenant.accountId)
      const staff = await createConnection(joinery.api, tenant.accountId)
      const set =
        (by: Person, to: Tenant, more: object = {}) =>
        (a: App) =>
          a.putOidcSettings(by.op, { accountId: to.accountId, connectionId: to.connectionId, ...client, ...more })
      const jit = { authority: 'jit', defaultRole: 'support' } as const
      await app().putOidcSettings(operator, { ...refOf(ours), ...client, ...jit })
      await app().putOidcSettings(operator, {
        ...refOf(staff),
        ...client,
        issuer: 'https://staff.example',
        platform: true,
      })
      await app().addDomain(itsAdmin.op, { accountId: tenant.accountId, domain: 'ours.example' })
      await app().putSchema(itsAdmin.op, { accountId: tenant.accountId, urn: badge.id, document: badge })
      await app().suspendMember(operator, { accountId: tenant.accountId, memberId: boss, suspended: false })
      await app().handOverAccount(operator, { accountId: tenant.accountId, memberId: boss })
      const own = stranger.accountId
      const at = tenant.accountId
      const domain = 'theirs.example'
      const schema = { urn: badge.id, document: { ...badge, name: 'Mine' } }
      await mustFail([
        ['an admin sets the issuer that says who the owner is', (a) => set(itsAdmin, tenant)(a)],
        ['… makes a token by which the owner is renamed', (a) => a.createToken(itsAdmin.op, refOf(tenant))],
        [
          '… retires the connection that the owner comes by',
          (a) => a.retireConnection(itsAdmin.op, { ...refOf(tenant), plan: 'x' }),
        ],
        [
          '… retires that of the platform',
          async (a) =>
            a.retireConnection(itsAdmin.op, {
              ...refOf(staff),
              plan: (await a.planRetirement(operator, refOf(staff))).plan,
            }),
        ],
        [
          '… has what his directory says of the owner refused by a schema',
          (a) => a.putSchema(itsAdmin.op, { accountId: at, ...schema }),
        ],
        ['… or by one that goes', (a) => a.removeSchema(itsAdmin.op, { accountId: at, urn: badge.id })],
        ['… or by a domain that goes', (a) => a.removeDomain(itsAdmin.op, { accountId: at, domain: 'ours.example' })],
        ['… brings an IdP of his own', (a) => set(itsAdmin, ours, { ...jit, issuer: 'https://evil.example' })(a)],
        ['… makes his sign-in one of the platform', (a) => set(itsAdmin, ours, { ...jit, platform: true })(a)],
        ['… changes that of the platform', (a) => set(itsAdmin, staff, { issuer: 'https://evil.example' })(a)],
        ['… makes it one of his own', (a) => set(itsAdmin, staff, { platform: false })(a)],
        ['… takes it away', (a) => a.removeOidcSettings(itsAdmin.op, refOf(staff))],
        [
          '… lets whoever comes be an owner',
          (a) => set(itsAdmin, ours, { ...jit, defaultRole: 'owner' })(a),
          'invalid_input',
        ],
        [
          '… lets whoever comes be an admin',
          (a) => set(itsAdmin, ours, { ...jit, defaultRole: 'admin' })(a),
          'invalid_input',
        ],
        ['a developer sets an issuer', (a) => set(itsDeveloper, ours, jit)(a)],
        ['… looks at it', (a) => a.getOidcSettings(itsDeveloper.op, refOf(ours))],
        [
          '… has it tested',
          (a) => a.testOidcSettings(itsDeveloper.op, { ...refOf(ours), redirectUri: 'https://x.example' }),
        ],
        ['… takes it away', (a) => a.removeOidcSettings(itsDeveloper.op, refOf(ours))],
        ['… plans its end', (a) => a.planRetirement(itsDeveloper.op, refOf(ours))],
        [
          '… retires it',
          async (a) =>
            a.retireConnection(itsDeveloper.op, {
              ...refOf(ours),
              plan: (await a.planRetirement(operator, refOf(ours))).plan,
            }),
        ],
        ['… claims a domain', (a) => a.addDomain(itsDeveloper.op, { accountId: at, domain })],
        ['… proves one', (a) => a.verifyDomain(itsDeveloper.op, { accountId: at, domain: 'ours.example' })],
        ['… gives one up', (a) => a.removeDomain(itsDeveloper.op, { accountId: at, domain: 'ours.example' })],
        ['… lists them', (a) => a.listDomains(itsDeveloper.op, at)],
        ['… changes a schema', (a) => a.putSchema(itsDeveloper.op, { accountId: at, ...schema })],
        ['… takes it away', (a) => a.removeSchema(itsDeveloper.op, { accountId: at, urn: badge.id })],
        ['… lists them', (a) => a.listSchemas(itsDeveloper.op, at)],
        ['a stranger sets an issuer', (a) => set(stranger, ours, jit)(a)],
        ['… under his own account’s name', (a) => set(stranger, { ...ours, accountId: own }, jit)(a)],
        ['… looks at it', (a) => a.getOidcSettings(stranger.op, refOf(ours))],
        ['… takes it away', (a) => a.removeOidcSettings(stranger.op, refOf(ours))],
        [
          '… retires it',
          async (a) =>
            a.retireConnection(stranger.op, {
              ...refOf(ours),
              plan: (await a.planRetirement(operator, refOf(ours))).plan,
            }),
        ],
        ['… claims a domain in another account', (a) => a.addDomain(stranger.op, { accountId: at, domain })],
        ['… proves it there', (a) => a.verifyDomain(stranger.op, { accountId: at, domain: 'ours.example' })],
        ['… gives it up there', (a) => a.removeDomain(stranger.op, { accountId: at, domain: 'ours.example' })],
        ['… gives it up under his own account’s name', (a) => a.removeDomain(stranger.op, { accountId: own, domain: 'ours.example' })], // prettier-ignore
        ['… changes a schema', (a) => a.putSchema(stranger.op, { accountId: at, ...schema })],
        ['… looks at it', (a) => a.getSchema(stranger.op, { accountId: at, urn: badge.id })],
        ['… takes it away', (a) => a.removeSchema(stranger.op, { accountId: at, urn: badge.id })],
      ])
      expect(id).toEqual(expect.any(String))
    })

    it('no key carries what its maker lacks', async () => {
      await mustFail([
        ['an admin’s key is an owner', (a) => key(admin, ['owner'])(a)],
        ['a developer’s key is an admin', (a) => key(developer, ['admin'])(a)],
        ['an admin’s key is support, which he is not', (a) => key(admin, ['support'])(a)],
        ['support’s key is a developer', (a) => key(support, ['developer'])(a)],
        [
          'a key of a stranger’s account',
          (a) => a.createAccessKey(stranger.op, { accountId, name: 'K', roles: ['admin'] }),
        ],
      ])
    })

    it('what is another’s does not exist', async () => {
      const own = stranger.accountId
      await mustFail([
        ['an owner gives a role in another account', (a) => give(stranger, friend, 'admin')(a)],
        ['… under his own account’s name', (a) => a.assignRole(stranger.op, { accountId: own, memberId: friend.memberId, role: 'admin' })], // prettier-ignore
        [
          '… and takes one',
          (a) => a.unassignRole(stranger.op, { accountId: own, memberId: admin.memberId, role: 'admin' }),
        ],
        ['… maps in another’s connection', (a) => a.addMapping(stranger.op, { ...tenant, accountId: own, group: { name: 'X' }, role: 'admin' })], // prettier-ignore
        ['… makes a token of it', (a) => a.createToken(stranger.op, { ...tenant, accountId: own })],
        ['… hands another’s account to himself', (a) => a.handOverAccount(stranger.op, { accountId, memberId: stranger.memberId })], // prettier-ignore
        ['… hands his own to somebody of elsewhere', (a) => a.handOverAccount(stranger.op, { accountId: own, memberId: friend.memberId })], // prettier-ignore
        ['… invites into it', (a) => invite(stranger, ['developer'])(a)],
      ])
    })

    it('what has ended or not begun gives nothing', async () => {
      const now = Date.now()
      const future = await join(accountId, 'admin', { validFrom: now + 3_600_000 })
      const former = await join(accountId, 'admin')
      const barred = await join(accountId, 'admin')
      await app().unassignRole(operator, { accountId, memberId: former.memberId, role: 'admin' })
      await app().suspendMember(operator, { accountId, memberId: barred.memberId, suspended: true })
      const poor = await open('plivo')
      const guest = await join(poor.accountId)
      const shut = await open('plivo', { entitlements })
      const inmate = await join(shut.accountId)
      await app().suspendAccount(operator, { accountId: shut.accountId, suspended: true })
      await mustFail([
        ['whose role begins tomorrow', (a) => give(future, friend, 'developer')(a)],
        ['whose role was taken', (a) => give(former, friend, 'developer')(a)],
        ['who is suspended', (a) => give(barred, friend, 'developer')(a)],
        ['who is suspended lifts it', (a) => a.suspendMember(barred.op, { accountId, memberId: barred.memberId, suspended: false })], // prettier-ignore
        ['whose plan has no role management', (a) => give(poor, guest, 'developer')(a)],
        ['whose account is suspended', (a) => give(shut, inmate, 'developer')(a)],
      ])
    })
  })

  it('no field of the inside is taken from a request', async () => {
    const { accountId, memberId } = await open('plivo', { entitlements: ['role-management'] })
    const { connectionId } = await createConnection(joinery.api, accountId)
    await settle(joinery)
    const account = `/accounts/${accountId}`
    const bodies: [string, string, object][] = [
      ['POST', '/accounts', { name: 'X', catalog: 'plivo' }],
      ['PATCH', account, { name: 'X' }],
      ['POST', `${account}/connections`, { name: 'X', kind: 'okta' }],
      ['PATCH', `${account}/connections/${connectionId}`, { name: 'X' }],
      ['POST', `${account}/connections/${connectionId}/tokens`, {}],
      ['POST', `${account}/connections/${connectionId}/clients`, { name: 'X' }],
      ['PUT', `${account}/connections/${connectionId}/oidc`, client],
      ['POST', `${account}/domains`, { domain: 'x.example' }],
      ['PUT', `${account}/schemas/${badge.id}`, badge],
      ['POST', `${account}/mappings`, { connection: connectionId, groupName: 'X', role: 'support' }],
      ['POST', `${account}/members`, somebody()],
      ['PATCH', `${account}/members/${memberId}`, { suspended: false }],
      ['POST', `${account}/members/${memberId}/roles`, { role: 'admin' }],
      ['POST', `${account}/keys`, { name: 'X', roles: ['developer'] }],
      ['POST', `${account}/gateways`, { name: 'X' }],
      ['POST', `${account}/invitations`, { email: 'x@corp.example', roles: ['developer'] }],
    ]
    const inner = [
      'id',
      'accountId',
      'ownerId',
      'source',
      'incarnation',
      'status',
      'state',
      'epoch',
      'secretHash',
      '__proto__x',
    ]
    const before = await power()
    const taken: string[] = []
    for (const [method, path, body] of bodies)
      for (const field of inner) {
        const { status } = await joinery.api.call(method, path, { ...body, [field]: 'x' })
        if (status !== 400) taken.push(`${method} ${path} ${field}: ${status}`)
      }
    expect(taken).toEqual([])
    expect(await power()).toEqual(before)
  })

  it('whoever renames groups in the directory, or tells of roles there, moves no role', async () => {
    const { accountId } = await open('plivo', { entitlements: ['role-management'] })
    const directory = await createConnection(joinery.api, accountId)
    const base = `/accounts/${accountId}/connections/${directory.connectionId}`
    const { scim } = directory
    const { id: jo } = (await scim('POST', '/Users', okta.createUser('jo'))).body as { id: string }
    const group = async (name: string, ...ids: string[]): Promise<string> => {
      const { body } = await scim('POST', '/Groups', okta.createGroup(name))
      await scim('PATCH', `/Groups/${String(body.id)}`, okta.addMembers(...ids))
      return body.id as string
    }
    const admins = await group('Admins')
    const interns = await group('Interns', jo)
    const mapping = { connection: directory.connectionId, groupName: 'Admins', role: 'admin' }
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    const mine = async (): Promise<unknown> => {
      await settle(joinery)
      const { items } = await joinery.api.ok(
        'GET',
        `/accounts/${accountId}/members?userName=${encodeURIComponent('jo@corp.example')}`,
      )
      return items[0]?.roles
    }
    const rename = (id: string, displayName: string) =>
      scim('PATCH', `/Groups/${id}`, patch({ op: 'replace', path: 'displayName', value: displayName }))
    expect(await mine()).toEqual([])
    await rename(interns, 'Admins')
    expect(await mine()).toEqual([])
    await rename(admins, 'Former admins')
    await rename(interns, 'Admins')
    expect(await mine()).toEqual([])
    await scim('DELETE', `/Groups/${admins}`)
    await rename(interns, 'Interns')
    await rename(interns, 'Admins')
    expect(await mine()).toEqual([])
    await joinery.api.ok('PATCH', base, { rolesFromIdp: true })
    for (const role of ['owner', 'admin'])
      await scim('PATCH', `/Users/${jo}`, patch({ op: 'add', path: 'roles', value: [{ value: role }] }))
    expect(await mine()).toEqual([])
  })

  describe('among roles that hand out less than others (cpaas-iam)', () => {
    it('the lower administrator comes to nothing of the higher one’s', async () => {
      const administrator = await open('cpaas-iam')
      const { accountId } = administrator
      const lower = await join(accountId, 'turnkey-administrator')
      const developer = await join(accountId, 'developer')
      const friend = await join(accountId)
      const tenant = await createConnection(joinery.api, accountId)
      await settle(joinery)
      const key = await app().createAccessKey(administrator.op, {
        accountId,
        name: 'Own',
        memberId: administrator.memberId,
      })
      const ref = { accountId, keyId: key.id }
      const him = { accountId, memberId: administrator.memberId }
      const row = { line: 1, ...somebody(), displayName: null, roles: ['administrator'] }
      const keyOp: Operation = { actor: { kind: 'key', keyId: key.id, ...him }, id: 'test' }
      await mustFail([
        ['makes himself the higher one', (a) => a.assignRole(lower.op, { accountId, memberId: lower.memberId, role: 'administrator' })], // prettier-ignore
        ['makes a friend one', (a) => a.assignRole(lower.op, { accountId, memberId: friend.memberId, role: 'administrator' })], // prettier-ignore
        ['suspends him', (a) => a.suspendMember(lower.op, { ...him, suspended: true })],
        ['takes his role', (a) => a.unassignRole(lower.op, { ...him, role: 'administrator' })],
        ['imports one', (a) => a.importMembers(lower.op, { accountId, dryRun: false, rows: [row] })],
        ['maps a group to it', (a) => a.addMapping(lower.op, { ...tenant, accountId, group: { name: 'X' }, role: 'administrator' })], // prettier-ignore
        ['makes a token by which anybody is pushed', (a) => a.createToken(lower.op, { ...tenant, accountId })],
        ['a developer’s own key is an administrator', (a) => a.createAccessKey(developer.op, { accountId, name: 'K', memberId: developer.memberId, roles: ['administrator'] }), 'invalid_input'], // prettier-ignore
        ['a developer makes a key of the administrator’s', (a) => a.createAccessKey(developer.op, { accountId, name: 'K', memberId: administrator.memberId })], // prettier-ignore
        ['the administrator makes a key that acts as the developer', (a) => a.createAccessKey(administrator.op, { accountId, name: 'K', memberId: developer.memberId })], // prettier-ignore
        [
          'a developer rotates the administrator’s key',
          (a) => a.rotateAccessKey(developer.op, { ...ref, overlapHours: 0 }),
        ],
        ['a developer deletes it', (a) => a.deleteAccessKey(developer.op, ref)],
        ['the lower one rotates it', (a) => a.rotateAccessKey(lower.op, { ...ref, overlapHours: 0 })],
        ['a key makes its own successor', (a) => a.createAccessKey(keyOp, { accountId, name: 'K2', memberId: administrator.memberId })], // prettier-ignore
        ['a key rotates itself', (a) => a.rotateAccessKey(keyOp, { ...ref, overlapHours: 168 })],
        ['a key hands the account over', (a) => a.handOverAccount(keyOp, { accountId, memberId: friend.memberId })],
      ])
    })
  })

  describe('in a tree of accounts (studio)', () => {
    it('nobody reaches above or beside his own', async () => {
      const system = await open('studio', { level: 'system' })
      const provider = await open('studio', { level: 'service-provider', parentId: system.accountId })
      const account = await open('studio', { level: 'account', parentId: provider.accountId })
      const beside = await open('studio', { level: 'account', parentId: provider.accountId })
      const reader = await join(account.accountId, 'ac_ro')
      const { accountId } = account
      const self = { accountId, memberId: account.memberId }
      const grant = (by: Person, to: Person, role: string) => (a: App) =>
        a.assignRole(by.op, { accountId: to.accountId, memberId: to.memberId, role })
      await mustFail([
        ['an account’s administrator becomes a provider', (a) => grant(account, account, 'service-provider')(a)],
        ['… or a system user', (a) => grant(account, account, 'system-user')(a)],
        ['… gives a role in the account beside', (a) => grant(account, beside, 'ac_ro')(a)],
        ['… in the provider’s', (a) => grant(account, provider, 'ac_ro')(a)],
        ['… at the top', (a) => grant(account, system, 'ac_ro')(a)],
        ['a provider becomes a system user', (a) => grant(provider, provider, 'system-user')(a)],
        ['a provider makes a system user below', (a) => grant(provider, reader, 'system-user')(a)],
        ['a provider gives a role at the top', (a) => grant(provider, system, 'service-provider')(a)],
        ['a reader makes himself a writer', (a) => grant(reader, reader, 'ac_rw')(a)],
        ['a reader customises himself', (a) => a.customiseMember(reader.op, { accountId, memberId: reader.memberId, permissions: { 'call-flows': 'full' }, whole: false })], // prettier-ignore
        ['an administrator customises a reader above his ceiling', (a) => a.customiseMember(account.op, { accountId, memberId: reader.memberId, permissions: { 'call-flows': 'full' }, whole: false })], // prettier-ignore
        ['an administrator customises himself', (a) => a.customiseMember(account.op, { ...self, permissions: {}, whole: false })], // prettier-ignore
        ['an administrator invites a provider', (a) => a.invite(account.op, { accountId, email: somebody().email, roles: ['service-provider'], publicUrl: 'https://joinery.example' })], // prettier-ignore
        ['an administrator opens a connection', (a) => a.createConnection(account.op, { accountId, name: 'Mine', kind: 'okta' })], // prettier-ignore
      ])
    })
  })

  it('who may not hand out a role lets nobody have it by a first sign-in either (branch)', async () => {
    const { id: accountId } = await app().createAccount(operator, { name: 'B', catalog: 'branch' })
    const limited = await join(accountId, 'registrar')
    const [tenant, full] = [
      await createConnection(joinery.api, accountId),
      await createConnection(joinery.api, accountId),
    ]
    await settle(joinery)
    const jit = (by: Operation, to: Tenant, defaultRole: string) => (a: App) =>
      a.putOidcSettings(by, { ...refOf(to), ...client, authority: 'jit', defaultRole })
    await jit(limited.op, tenant, 'clerk')(app())
    await app().addDomain(limited.op, { accountId, domain: 'branch.example' })
    await jit(operator, full, 'cashier')(app())
    await mustFail([
      ['he sets a default that he may not hand out', (a) => jit(limited.op, tenant, 'cashier')(a)],
      ['he changes a sign-in that has one', (a) => jit(limited.op, full, 'clerk')(a)],
      ['he takes it away', (a) => a.removeOidcSettings(limited.op, refOf(full))],
      [
        'he claims a domain whose people would get it',
        (a) => a.addDomain(limited.op, { accountId, domain: 'x.example' }),
      ],
      ['he proves one', (a) => a.verifyDomain(limited.op, { accountId, domain: 'branch.example' })],
    ])
  })

  describe('where the platform’s team decides (iotcomms)', () => {
    it('whoever asks does not grant', async () => {
      const admin = await open('iotcomms')
      const { accountId, memberId } = admin
      await app().assignRole(operator, { accountId, memberId, role: 'admin' })
      const billing = await join(accountId, 'billing_administrator')
      const tenant = await createConnection(joinery.api, accountId)
      await settle(joinery)
      const own = await app().askForRole(admin.op, { accountId, memberId, role: 'hybrid_admin' })
      const other = await app().askForRole(billing.op, { accountId, memberId: billing.memberId, role: 'admin' })
      await mustFail([
        ['an admin gives a role', (a) => a.assignRole(admin.op, { accountId, memberId, role: 'hybrid_admin' })],
        ['grants his own request', (a) => a.grantRoleRequest(admin.op, { accountId, requestId: own.id })],
        ['grants another’s', (a) => a.grantRoleRequest(admin.op, { accountId, requestId: other.id })],
        ['billing asks for somebody else', (a) => a.askForRole(billing.op, { accountId, memberId, role: 'billing_administrator' })], // prettier-ignore
        [
          'maps a group',
          (a) => a.addMapping(admin.op, { ...tenant, accountId, group: { name: 'X' }, role: 'hybrid_admin' }),
        ],
        ['makes a token', (a) => a.createToken(admin.op, { ...tenant, accountId })],
        ['makes a key with a role that he lacks', (a) => a.createAccessKey(admin.op, { accountId, name: 'K', roles: ['hybrid_admin'] })], // prettier-ignore
        ['billing makes a key, which would be an admin by default', (a) => a.createAccessKey(billing.op, { accountId, name: 'K' })], // prettier-ignore
      ])
    })
  })

  describe('where people decide on what is asked for (desk, a catalog of the platform’s own)', () => {
    const ruleOf = (attempt: Promise<unknown>): Promise<unknown> =>
      attempt.then(
        () => 'it was done',
        (error: unknown) => (error as AppError).rule,
      )

    it('nobody decides on what he asked for, or on what is for him, nor does a key', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'D', catalog: 'desk' })
      const [lead, other, agent] = [
        await join(accountId, 'lead'),
        await join(accountId, 'lead'),
        await join(accountId, 'agent'),
      ]
      await settle(joinery)
      const ask = async (by: Person, whom: Person, role: string) => ({
        accountId,
        requestId: (await app().askForRole(by.op, { accountId, memberId: whom.memberId, role })).id,
      })
      const forAgent = await ask(lead, agent, 'lead')
      const forLead = await ask(other, lead, 'agent')
      const made = await app().createAccessKey(other.op, { accountId, memberId: other.memberId, name: 'K', roles: ['lead'] }) // prettier-ignore
      const key: Operation = {
        ...other.op,
        actor: { kind: 'key', keyId: made.id, accountId, memberId: other.memberId },
      }
      await expect(app().listMembers(key, { accountId, limit: 1, after: undefined })).resolves.toBeDefined()
      const ways: Attempt[] = [
        ['the asker grants what he asked for another', (a) => a.grantRoleRequest(lead.op, forAgent)],
        ['the asker declines what he asked for another', (a) => a.declineRoleRequest(lead.op, forAgent)],
        ['a lead grants what is for him', (a) => a.grantRoleRequest(lead.op, forLead)],
        ['a lead declines what is for him', (a) => a.declineRoleRequest(lead.op, forLead)],
        ['the key of a lead grants', (a) => a.grantRoleRequest(key, forLead)],
        ['the key of a lead declines', (a) => a.declineRoleRequest(key, forAgent)],
        ['an agent grants', (a) => a.grantRoleRequest(agent.op, forLead)],
      ]
      await mustFail(ways)
      const rules = await Promise.all(ways.map(([, attempt]) => ruleOf(attempt(app()))))
      expect(rules).toEqual([...Array<string>(4).fill('own_request'), 'person_needed', 'person_needed', 'not_allowed'])
      // The same by whoever has no part in it goes through.
      await expect(app().grantRoleRequest(other.op, forAgent)).resolves.toMatchObject({ state: 'granted' })
    })

    it('a key whose roles were chosen has those, and nothing once its person has lost them', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'D', catalog: 'desk' })
      const boss = await join(accountId, 'boss')
      await settle(joinery)
      const command = { accountId, memberId: boss.memberId, name: 'K', roles: ['agent'] }
      const { id, text: secret } = await app().createAccessKey(boss.op, command)
      const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
      expect(await check({ id, secret })).toMatchObject({ active: true, roles: ['agent'] })
      await app().unassignRole(operator, { accountId, memberId: boss.memberId, role: 'boss' })
      expect((await check({ id, secret })).roles ?? []).toEqual([])
    })
  })

  describe('where accounts make their own roles (platform-groups)', () => {
    it('no group gives more than its maker has', async () => {
      const { id: accountId } = await app().createAccount(operator, { name: 'G', catalog: 'platform-groups' })
      const group = async (name: string, permissions: Record<string, string>): Promise<string> =>
        (await app().createPermissionGroup(operator, { accountId, name, permissions, complete: true })).group.id
      const managers = await group('Managers', { 'product-groups': 'edit', 'product-users': 'edit' })
      const clerks = await group('Clerks', { 'product-users': 'edit' })
      const rich = await group('Rich', {
        'route-plan': 'edit',
        'product-groups': 'delete',
        'product-users': 'delete',
      })
      const [manager, clerk] = [await join(accountId), await join(accountId)]
      await app().addToPermissionGroup(operator, { accountId, groupId: managers, memberId: manager.memberId })
      await app().addToPermissionGroup(operator, { accountId, groupId: clerks, memberId: clerk.memberId })
      const tenant = await createConnection(joinery.api, accountId)
      const grow = { 'route-plan': 'edit' }
      await mustFail([
        ['a clerk makes a group', (a) => a.createPermissionGroup(clerk.op, { accountId, name: 'X' })],
        ['a clerk widens his own', (a) => a.changePermissionGroup(clerk.op, { accountId, groupId: clerks, permissions: { 'product-groups': 'edit' } })], // prettier-ignore
        ['a clerk joins the managers', (a) => a.addToPermissionGroup(clerk.op, { accountId, groupId: managers, memberId: clerk.memberId })], // prettier-ignore
        ['a manager makes a group with more', (a) => a.createPermissionGroup(manager.op, { accountId, name: 'X', permissions: grow, complete: true })], // prettier-ignore
        ['a manager copies the example of an admin', (a) => a.createPermissionGroup(manager.op, { accountId, name: 'X', copyOf: 'admin' })], // prettier-ignore
        ['a manager widens his own', (a) => a.changePermissionGroup(manager.op, { accountId, groupId: managers, permissions: grow, complete: true })], // prettier-ignore
        ['a manager joins the rich', (a) => a.addToPermissionGroup(manager.op, { accountId, groupId: rich, memberId: manager.memberId })], // prettier-ignore
        ['a manager weakens the rich', (a) => a.changePermissionGroup(manager.op, { accountId, groupId: rich, permissions: { 'route-plan': 'hide' } })], // prettier-ignore
        ['a manager takes the rich away', (a) => a.removePermissionGroup(manager.op, { accountId, groupId: rich })],
        ['a manager maps a group to the rich', (a) => a.addMapping(manager.op, { ...tenant, group: { name: 'X' }, role: `group:${rich}` })], // prettier-ignore
      ])
    })
  })
})

/** What an import or the like answers may be a refusal, too. */
function wayThrough(answer: unknown): string | null {
  const { rows = [] } = (answer ?? {}) as { rows?: { kind: string }[] }
  return rows.length > 0 && rows.every(({ kind }) => kind === 'refused') ? null : 'it was done'
}

function wayOfError(error: unknown, code?: string): string | null {
  const wanted = code === undefined ? refusals : [code]
  return error instanceof AppError && wanted.includes(error.code) ? null : `fell over: ${String(error)}`
}
