import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Operation } from '../../src/application/operation.ts'
import { groupRoleId } from '../../src/domain/permission-group.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

/** Groups are changed while somebody hands them out: between his look at what they give and his writing. */
describeOnBoth('a permission group that moves while it is handed out', (database) => {
  let joinery: Joinery
  let meanwhile: (() => Promise<unknown>) | null = null
  const app = () => joinery.runtime.app
  const wrapDatabase = (opened: Database): Database => ({
    ...opened,
    async transaction(work) {
      const act = meanwhile
      meanwhile = null
      await act?.()
      return opened.transaction(work)
    },
  })
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, wrapDatabase })
  })
  afterAll(() => joinery.close())

  const permissions = { 'product-groups': 'edit', 'product-users': 'edit' }
  const scene = async () => {
    const { id: accountId } = await app().createAccount(operator, { name: 'G', catalog: 'platform-groups' })
    const group = async (name: string): Promise<string> =>
      (await app().createPermissionGroup(operator, { accountId, name, permissions, complete: true })).group.id
    const [managers, crew] = [await group('Managers'), await group('Crew')]
    const join = async (name: string): Promise<string> => {
      const address = `${name}@corp.example`
      return (await app().addMember(operator, { accountId, userName: address, email: address })).id
    }
    const [manager, friend] = [await join('manager'), await join('friend')]
    await app().addToPermissionGroup(operator, { accountId, groupId: managers, memberId: manager })
    await settle(joinery)
    const { connectionId } = await createConnection(joinery.api, accountId)
    const role = groupRoleId(crew)
    const give = (op: Operation) => app().assignRole(op, { accountId, memberId: friend, role })
    const map = (op: Operation) => app().addMapping(op, { accountId, connectionId, group: { name: 'Crew' }, role })
    const raise = { accountId, groupId: crew, permissions: { 'route-plan': 'edit' }, complete: true }
    const moves = {
      raised: () => app().changePermissionGroup(operator, raise),
      removed: () => app().removePermissionGroup(operator, { accountId, groupId: crew }),
    }
    const written = async () => ({
      held: (await app().showMember(operator, { accountId, memberId: friend })).grants.map((grant) => grant.role),
      mapped: (await app().listMappings(operator, accountId)).map((mapping) => mapping.role),
    })
    return { by: as(manager, accountId), role, acts: { give, map }, moves, written }
  }

  it.each([
    ['give', 'raised', { rule: 'role_not_yours_to_give' }],
    ['give', 'removed', { code: 'invalid_input' }],
    ['map', 'raised', { rule: 'reaches_above_you' }],
    ['map', 'removed', { code: 'invalid_input' }],
  ] as const)('whoever would %s it is refused where it is %s meanwhile', async (act, move, refusal) => {
    const { by, acts, moves, written } = await scene()
    meanwhile = moves[move]
    await expect(acts[act](by)).rejects.toMatchObject(refusal)
    expect(meanwhile).toBeNull()
    await settle(joinery)
    expect(await written()).toEqual({ held: [], mapped: [] })
  })

  it('whoever hands it out as it is, does', async () => {
    const { by, role, acts, written } = await scene()
    await acts.give(by)
    await acts.map(by)
    await settle(joinery)
    expect(await written()).toEqual({ held: [role], mapped: [role] })
  })
})
