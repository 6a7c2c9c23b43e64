import { beforeAll, describe, expect, it } from 'vitest'
import { describeOnBoth } from '../support/databases.ts'
import { createCast, entitlements, useEscalationBench } from '../support/escalation.ts'
import type { Cast } from '../support/escalation.ts'
import { operator } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

/** Each attempt is one that somebody with some rights would make to get more. All are refused, and leave nothing behind. */
describeOnBoth('privilege escalation', (database) => {
  const bench = useEscalationBench(database)
  const { app, open, join, mustFail } = bench

  describe('in an account with an owner (plivo)', () => {
    let cast: Cast
    beforeAll(async () => {
      cast = await createCast(bench)
    })

    it('whoever may do it, does it: the same calls by the right person go through', async () => {
      const { accountId, admin, itsAdmin, give, bring, invite, map, key } = cast
      await settle(bench.joinery)
      const twin = await join(accountId)
      await give(admin, twin, 'developer')(app())
      await invite(admin, ['developer'])(app())
      await map(itsAdmin, 'support')(app())
      await key(admin, ['admin'])(app())
      expect(await bring(admin, ['developer'])(app())).toMatchObject({ rows: [{ kind: 'added' }] })
    })

    it('nobody gives himself or a friend more than he may give', async () => {
      const { accountId, owner, admin, developer, support, friend, give, bring, invite } = cast
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
      const { accountId, owner, admin, developer, give } = cast
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

    it('no key carries what its maker lacks', async () => {
      const { accountId, admin, developer, support, stranger, key } = cast
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
      const { accountId, admin, friend, stranger, tenant, give, invite } = cast
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
      const { accountId, friend, give } = cast
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
})
