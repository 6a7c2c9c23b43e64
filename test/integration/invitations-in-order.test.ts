import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Operation } from '../../src/application/operation.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const mailer: Operation = { actor: { kind: 'system', part: 'mail' }, id: 'test' }
const rounds = 20

/** The account before its invitations: whoever locks them the other way round waits a second for PostgreSQL to see it. */
describeOnBoth('all who do something about an invitation at once', (database) => {
  let joinery: Joinery
  let accountId: string
  let home: string
  let me: Operation
  let again = 0
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    const wrapDatabase = (own: Database): Database => ({
      ...own,
      transaction: (work) => {
        let runs = 0
        return own.transaction((session) => {
          again += (runs += 1) > 1 ? 1 : 0
          return work(session)
        })
      },
    })
    const env = { INVITATIONS_PER_DAY: '0' }
    joinery = await startJoinery({ database, workers: false, wrapDatabase, env })
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'platform-groups' })).id
    const elsewhere = await app().createAccount(operator, { name: 'Home', catalog: 'plivo' })
    const cells = { 'product-users': 'edit', 'product-groups': 'edit', reports: 'view' }
    const asked = { accountId, name: 'Bosses', permissions: cells, complete: true }
    const bosses = groupRoleId((await app().createPermissionGroup(operator, asked)).group.id)
    const boss = { userName: 'boss@corp.example', email: 'boss@corp.example', roles: [bosses] }
    const { id: memberId } = await app().addMember(operator, { accountId, ...boss })
    await settle(joinery)
    me = as(memberId, accountId)
    home = (await createConnection(joinery.api, elsewhere.id)).connectionId
  })
  afterAll(() => joinery.close())

  const group = async (name: string): Promise<string> =>
    (await app().createPermissionGroup(operator, { accountId, name, permissions: { reports: 'view' } })).group.id

  it('take their turns, and no transaction runs again', async () => {
    const other = groupRoleId(await group('Other'))
    again = 0
    for (let round = 0; round < rounds; round += 1) {
      const groupId = await group(`Doomed ${round}`)
      const email = `p${round}@corp.example`
      const { issuer } = anIdentity(home, email)
      const wanted = { accountId, email, roles: [groupRoleId(groupId)], issuer, publicUrl: joinery.url }
      const { id: invitationId } = await app().invite(me, wanted)
      await app().sendMail(mailer, { limit: 10, leaseMs: 1000, random: () => 0 })
      const token = await mailedToken(joinery.api, accountId, invitationId)
      const one = { accountId, invitationId }
      await Promise.allSettled([
        app().acceptInvitation(signIn, { token, identity: anIdentity(home, email) }),
        app().changeInvitation(me, { ...one, roles: [other] }),
        app().resendInvitation(me, { ...one, publicUrl: joinery.url }),
        app().removePermissionGroup(me, { accountId, groupId, force: true }),
        app().revokeInvitation(me, one),
      ])
      const { state } = await app().showInvitation(operator, one)
      expect(['accepted', 'revoked']).toContain(state)
    }
    expect(again).toBe(0)
  })
})
