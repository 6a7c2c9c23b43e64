import { beforeAll, describe, expect, it } from 'vitest'
import type { Application } from '../../src/application/create-application.ts'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { badge, client, createCast, entitlements, refOf, useEscalationBench } from '../support/escalation.ts'
import type { Cast, Person } from '../support/escalation.ts'
import { okta, patch } from '../support/idp.ts'
import { operator } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

type App = Application

/** Each attempt is one that somebody with some rights would make to get more. All are refused, and leave nothing behind. */
describeOnBoth('privilege escalation', (database) => {
  const bench = useEscalationBench(database)
  const { app, open, join, mustFail } = bench

  describe('in an account with an owner (plivo)', () => {
    let cast: Cast
    beforeAll(async () => {
      cast = await createCast(bench)
    })

    it('nobody opens a way by which he would come to more', async () => {
      const { accountId, owner, admin, developer, tenant, itsAdmin, itsDeveloper, map } = cast
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
      const { stranger, tenant, itsAdmin, itsDeveloper } = cast
      const { scim } = tenant
      const { id } = (await scim('POST', '/Users', okta.createUser('boss'))).body as { id: string }
      const { items } = await bench.joinery.api.ok(
        'GET',
        `/accounts/${tenant.accountId}/members?userName=boss%40corp.example`,
      )
      const boss = items[0]?.id as string
      const ours = await createConnection(bench.joinery.api, tenant.accountId)
      const staff = await createConnection(bench.joinery.api, tenant.accountId)
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
  })

  it('whoever renames groups in the directory, or tells of roles there, moves no role', async () => {
    const { accountId } = await open('plivo', { entitlements: ['role-management'] })
    const directory = await createConnection(bench.joinery.api, accountId)
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
    await bench.joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    const mine = async (): Promise<unknown> => {
      await settle(bench.joinery)
      const { items } = await bench.joinery.api.ok(
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
    await bench.joinery.api.ok('PATCH', base, { rolesFromIdp: true })
    for (const role of ['owner', 'admin'])
      await scim('PATCH', `/Users/${jo}`, patch({ op: 'add', path: 'roles', value: [{ value: role }] }))
    expect(await mine()).toEqual([])
  })

  it('who may not hand out a role lets nobody have it by a first sign-in either (branch)', async () => {
    const { id: accountId } = await app().createAccount(operator, { name: 'B', catalog: 'branch' })
    const limited = await join(accountId, 'registrar')
    const [tenant, full] = [
      await createConnection(bench.joinery.api, accountId),
      await createConnection(bench.joinery.api, accountId),
    ]
    await settle(bench.joinery)
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
})
