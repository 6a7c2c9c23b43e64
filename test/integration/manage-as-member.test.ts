import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

/** Whoever can make a mapping, a token or a connection gives what is reached through it: he has to be one who may. */
describeOnBoth('mappings, tokens and connections in the hands of members', (database) => {
  let joinery: Joinery
  const app = () => joinery.runtime.app
  let names = 0
  const person = () => {
    const name = `m${(names += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const account = async (catalog: string, more: object = {}) => {
    const entitlements = catalog === 'plivo' ? ['role-management'] : []
    const opened = await app().createAccount(operator, { name: 'A', catalog, entitlements, owner: person(), ...more })
    await settle(joinery)
    const actor = { kind: 'member', accountId: opened.id, memberId: opened.ownerId ?? '' } as const
    return { accountId: opened.id, owner: { actor, id: 'test' } as Operation }
  }
  const holder = async (accountId: string, role: string): Promise<Operation> => {
    const { id: memberId } = await app().addMember(operator, { accountId, ...person() })
    await app().assignRole(operator, { accountId, memberId, role })
    await settle(joinery)
    return { actor: { kind: 'member', accountId, memberId }, id: 'test' }
  }
  const map = (op: Operation, { accountId, connectionId }: Tenant, role: string) =>
    app().addMapping(op, { accountId, connectionId, group: { name: `G${(names += 1)}` }, role })

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  describe('of plivo, where owner and admin hold the controls', () => {
    it('lets an admin do it and a developer not', async () => {
      const { accountId } = await account('plivo')
      const tenant = await createConnection(joinery.api, accountId)
      const [admin, developer] = [await holder(accountId, 'admin'), await holder(accountId, 'developer')]
      await expect(map(admin, tenant, 'support')).resolves.toMatchObject({ role: 'support' })
      await expect(app().createToken(admin, tenant)).resolves.toMatchObject({ token: expect.any(String) as string })
      await expect(app().listMappings(admin, accountId)).resolves.toHaveLength(1)
      const refusals = [
        () => map(developer, tenant, 'support'),
        () => app().createToken(developer, tenant),
        () => app().listTokens(developer, tenant),
        () => app().createConnection(developer, { accountId, name: 'Mine', kind: 'okta' }),
        () => app().changeConnection(developer, { ...tenant, rolesFromIdp: true }),
        () => app().listMappings(developer, accountId),
        () => app().createClient(developer, { ...tenant, name: 'Mine' }),
        () => app().listRequests(developer, { ...tenant, limit: 10 }),
      ]
      for (const refusal of refusals) await expect(refusal()).rejects.toMatchObject({ rule: 'not_allowed' })
    })

    it('does not exist for an admin of another account', async () => {
      const [own, other] = [await account('plivo'), await account('plivo')]
      const tenant = await createConnection(joinery.api, other.accountId)
      await expect(map(own.owner, tenant, 'support')).rejects.toMatchObject({ code: 'not_found' })
      await expect(app().createToken(own.owner, tenant)).rejects.toMatchObject({ code: 'not_found' })
      const mixed = { ...tenant, accountId: own.accountId }
      await expect(map(own.owner, mixed, 'support')).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe('of cpaas-iam, where some roles may hand out less than others', () => {
    it('opens nothing through which a role is reached that the asker may not hand out', async () => {
      const { accountId, owner } = await account('cpaas-iam')
      const tenant = await createConnection(joinery.api, accountId)
      const catalog = await joinery.runtime.app.getCatalog(operator, 'cpaas-iam')
      const roles = catalog.roles.map(({ id }) => id)
      for (const role of roles) {
        const given = await map(owner, tenant, role).then(
          () => true,
          () => false,
        )
        const assigned = await app()
          .addMember(operator, { accountId, ...person() })
          .then(({ id: memberId }) => app().assignRole(owner, { accountId, memberId, role }))
          .then(
            () => true,
            () => false,
          )
        if (given) expect({ role, assigned }).toEqual({ role, assigned: true })
      }
    })
  })

  it('are the operator’s where the catalog names nobody (iotcomms)', async () => {
    const { accountId, owner } = await account('iotcomms')
    const tenant = await createConnection(joinery.api, accountId)
    await expect(map(owner, tenant, 'admin')).rejects.toMatchObject({ rule: 'not_allowed' })
    await expect(app().createToken(owner, tenant)).rejects.toMatchObject({ rule: 'not_allowed' })
  })

  it('studio: a provider opens those of the accounts below, and maps no role of another level', async () => {
    const top = await account('studio', { level: 'service-provider' })
    const below = await account('studio', { parentId: top.accountId })
    const tenant = await createConnection(joinery.api, below.accountId)
    await expect(map(top.owner, tenant, 'ac_rw')).resolves.toMatchObject({ role: 'ac_rw' })
    await expect(map(top.owner, tenant, 'service-provider')).rejects.toMatchObject({ rule: 'role_not_mappable' })
    await expect(map(below.owner, tenant, 'ac_rw')).rejects.toMatchObject({ rule: 'not_allowed' })
  })
})
