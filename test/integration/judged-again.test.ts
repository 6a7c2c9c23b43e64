import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { proofRecord } from '../../src/domain/account-domain.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startDns, type DnsServer } from '../support/dns.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const desk = `format: 1
id: desk
label: A desk
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: staff, label: Staff, implies: [see] }]
accountLevels: [{ id: account, label: Account }]
holding: several
permissionGroups: true
customisation: within-role
roleRequests: { promisedHours: 48, forOthers: { roles: [manager] } }
roles: [{ id: manager, label: Manager }, { id: clerk, label: Clerk }]
capabilities:
  - { id: till, label: Till, grants: { manager: [staff], clerk: [see] } }
  - { id: safe, label: Safe, grants: { manager: [], clerk: [] } }
controls:
  manage-members: { needs: { till: staff } }
  manage-mappings: { needs: { till: staff } }
  manage-permission-groups: { needs: { till: staff } }
`
const mailer: Operation = { actor: { kind: 'system', part: 'mail' }, id: 'test' }

/** Whoever gives a role is judged when he asks, and again in the transaction that gives it. */
describeOnBoth('what changes between a judgement and its transaction', (database) => {
  let joinery: Joinery
  let dns: DnsServer
  let folder: string
  let accountId: string
  let manager: string
  let home: string
  let names = 0
  const between = createComingBetween()
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    dns = await startDns()
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    writeFileSync(join(folder, 'desk.yaml'), desk)
    const env = { CATALOG_DIR: folder, INVITATIONS_PER_DAY: '0', DNS_SERVERS: dns.address }
    joinery = await startJoinery({ database, workers: false, wrapPorts: between.wrapPorts, env })
    const elsewhere = await app().createAccount(operator, { name: 'Home', catalog: 'plivo' })
    home = (await createConnection(joinery.api, elsewhere.id)).connectionId
  })
  beforeEach(async () => {
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'desk' })).id
    manager = await person()
    await app().assignRole(operator, { accountId, memberId: manager, role: 'manager' })
    await settle(joinery)
  })
  afterAll(async () => {
    await joinery.close()
    await dns.close()
    rmSync(folder, { recursive: true })
  })

  const address = () => `p${(names += 1)}@corp.example`
  const person = async (): Promise<string> => {
    const userName = address()
    return (await app().addMember(operator, { accountId, userName, email: userName })).id
  }
  /** A permission group that gives what the manager has, until it is raised. */
  const aGroup = async (): Promise<string> => {
    const asked = { accountId, name: 'Evenings', permissions: { till: 'see' } }
    return (await app().createPermissionGroup(operator, asked)).group.id
  }
  const raise = (groupId: string) => () =>
    app().changePermissionGroup(operator, { accountId, groupId, permissions: { safe: 'staff' } })
  const loseRight = () => app().unassignRole(operator, { accountId, memberId: manager, role: 'manager' })
  const held = async () => {
    const page = { accountId, limit: 100, after: undefined }
    const { items } = await app().listMembers(operator, page)
    const shown = await Promise.all(
      items.map(({ id: memberId }) => app().showMember(operator, { accountId, memberId })),
    )
    return shown.flatMap(({ id, roles }) => (id === manager ? [] : roles))
  }
  const nothingIsHeld = async () => {
    await settle(joinery)
    expect(await held()).toEqual([])
  }

  describe('an invitation that is taken up', () => {
    const invited = async (role: string) => {
      const email = address()
      const { issuer } = anIdentity(home, email)
      const wanted = { accountId, email, roles: [role], issuer, publicUrl: joinery.url }
      const { id } = await app().invite(as(manager, accountId), wanted)
      await app().sendMail(mailer, { limit: 10, leaseMs: 1000, random: () => 0 })
      const token = await mailedToken(joinery.api, accountId, id)
      return { id, accept: () => app().acceptInvitation(signIn, { token, identity: anIdentity(home, email) }) }
    }
    const seenOf = async (invitationId: string) => {
      const { claim } = await app().showInvitation(operator, { accountId, invitationId })
      return { accountId, invitationId, issuer: claim?.issuer ?? '', subject: claim?.subject ?? '' }
    }
    const waits = { kind: 'waits', doubts: ['inviter_may_not'] }

    it('lets in whom nothing comes between', async () => {
      const { accept } = await invited('clerk')
      expect(await accept()).toMatchObject({ kind: 'joined' })
      await settle(joinery)
      expect(await held()).toEqual(['clerk'])
    })

    it('waits where the permission group has come to give more than the inviter has', async () => {
      const groupId = await aGroup()
      const { id, accept } = await invited(groupRoleId(groupId))
      between.once(raise(groupId))
      expect(await accept()).toMatchObject(waits)
      await nothingIsHeld()
      const seen = await seenOf(id)
      await expect(app().confirmInvitation(as(manager, accountId), seen)).rejects.toMatchObject({
        rule: 'role_not_yours_to_give',
      })
      expect(await app().confirmInvitation(operator, seen)).toMatchObject({ state: 'accepted' })
    })

    it('waits where the inviter has lost his right', async () => {
      const { accept } = await invited('clerk')
      between.once(loseRight)
      expect(await accept()).toMatchObject(waits)
      await nothingIsHeld()
    })

    it('is not confirmed by somebody who may no longer', async () => {
      const { id, accept } = await invited('clerk')
      await loseRight()
      await accept()
      const seen = await seenOf(id)
      await app().assignRole(operator, { accountId, memberId: manager, role: 'manager' })
      await settle(joinery)
      between.once(loseRight)
      const confirm = app().confirmInvitation(as(manager, accountId), seen)
      await expect(confirm).rejects.toMatchObject({ rule: 'not_allowed' })
      await nothingIsHeld()
    })
  })

  describe('a role that is asked for', () => {
    const asked = async (role: string) => {
      const memberId = await person()
      const { id } = await app().askForRole(as(memberId, accountId), { accountId, memberId, role })
      return () => app().grantRoleRequest(as(manager, accountId), { accountId, requestId: id })
    }

    it('is not granted where the permission group has come to give more than the decider has', async () => {
      const groupId = await aGroup()
      const grant = await asked(groupRoleId(groupId))
      between.once(raise(groupId))
      await expect(grant()).rejects.toMatchObject({ rule: 'role_not_yours_to_give' })
      await nothingIsHeld()
    })

    it('is not granted by somebody who has lost his right', async () => {
      const grant = await asked('clerk')
      between.once(loseRight)
      await expect(grant()).rejects.toMatchObject({ rule: 'not_allowed' })
      await nothingIsHeld()
    })
  })

  describe('people who are brought in', () => {
    const bring = (role: string) => {
      const userName = address()
      const rows = [{ line: 1, userName, email: userName, displayName: null, roles: [role] }]
      return app().importMembers(as(manager, accountId), { accountId, rows, dryRun: false })
    }

    it('are refused where the permission group has come to give more than the asker has', async () => {
      const groupId = await aGroup()
      between.once(raise(groupId))
      expect((await bring(groupRoleId(groupId))).rows).toMatchObject([{ kind: 'refused', field: 'roles' }])
      await nothingIsHeld()
    })

    it('are not brought by somebody who has lost his right', async () => {
      between.once(loseRight)
      await expect(bring('clerk')).rejects.toMatchObject({ rule: 'not_allowed' })
      await nothingIsHeld()
    })
  })
  it('nothing is made that names a permission group which goes meanwhile', async () => {
    for (const op of [operator, as(manager, accountId)])
      for (const make of [
        (role: string) => app().invite(op, { accountId, email: address(), roles: [role], publicUrl: joinery.url }),
        (role: string) => app().createAccessKey(operator, { accountId, name: 'Bot', roles: [role] }),
      ]) {
        const groupId = await aGroup()
        between.once(() => app().removePermissionGroup(operator, { accountId, groupId }))
        await expect(make(groupRoleId(groupId))).rejects.toThrow(/has no role "group:/)
      }
  })

  it('an invitation is not made by somebody who has lost his right', async () => {
    between.once(loseRight)
    const wanted = { accountId, email: address(), roles: ['clerk'], publicUrl: joinery.url }
    await expect(app().invite(as(manager, accountId), wanted)).rejects.toMatchObject({ rule: 'not_allowed' })
  })

  describe('what a manager does by hand', () => {
    type Doing = () => Promise<() => Promise<unknown>>
    const by = () => as(manager, accountId)
    const doings: [string, Doing][] = [
      [
        'a role that is assigned',
        async () => {
          const memberId = await person()
          return () => app().assignRole(by(), { accountId, memberId, role: 'clerk' })
        },
      ],
      [
        'permissions that are customised',
        async () => {
          const memberId = await person()
          await app().assignRole(operator, { accountId, memberId, role: 'clerk' })
          await settle(joinery)
          return () => app().customiseMember(by(), { accountId, memberId, permissions: { till: [] }, whole: false })
        },
      ],
      [
        'a mapping',
        async () => {
          const { connectionId } = await createConnection(joinery.api, accountId)
          return () => app().addMapping(by(), { accountId, connectionId, group: { name: 'Tills' }, role: 'clerk' })
        },
      ],
      ['a domain', () => Promise.resolve(() => app().addDomain(by(), { accountId, domain: 'tills.example' }))],
      [
        'a domain that is proved',
        async () => {
          const domain = `d${(names += 1)}.example`
          const added = await app().addDomain(operator, { accountId, domain })
          const { name, value } = proofRecord(added)
          dns.set(name, [value])
          return () => app().verifyDomain(by(), { accountId, domain })
        },
      ],
      [
        'a permission group',
        () =>
          Promise.resolve(() =>
            app().createPermissionGroup(by(), { accountId, name: 'Nights', permissions: { till: 'see' } }),
          ),
      ],
      [
        'a permission group that is changed',
        async () => {
          const groupId = await aGroup()
          return () => app().changePermissionGroup(by(), { accountId, groupId, permissions: { till: 'staff' } })
        },
      ],
      [
        'a permission group that is taken away',
        async () => {
          const groupId = await aGroup()
          return () => app().removePermissionGroup(by(), { accountId, groupId })
        },
      ],
    ]

    it.each(doings)('%s is there where nothing comes between', async (_, prepare) => {
      const does = await prepare()
      await does()
    })

    it.each(doings)('%s is not made by somebody who has lost his right', async (_, prepare) => {
      const does = await prepare()
      between.once(loseRight)
      await expect(does()).rejects.toMatchObject({ rule: 'not_allowed' })
    })

    it.each(doings)('%s is not made by somebody who was suspended', async (_, prepare) => {
      const does = await prepare()
      between.once(() => app().suspendMember(operator, { accountId, memberId: manager, suspended: true }))
      await expect(does()).rejects.toMatchObject({ rule: 'barred' })
    })
  })
})
