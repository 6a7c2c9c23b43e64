import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

/** Of several roles that a directory gives, the one that the catalog lists first stands. */
const shop = `format: 1
id: shop
label: A shop
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: staff, label: Staff, implies: [see] }]
accountLevels: [{ id: firm, label: Firm }]
holding: one
roles: [{ id: clerk, label: Clerk }, { id: porter, label: Porter }, { id: manager, label: Manager }]
capabilities:
  - { id: till, label: Till, grants: { manager: [staff], clerk: [see], porter: [] } }
  - { id: door, label: Door, grants: { manager: [staff], clerk: [], porter: [staff] } }
controls:
  manage-members: { needs: { till: staff } }
  manage-mappings: { needs: { door: staff } }
`
const person = {
  ...{ userName: 'jane@corp.example', active: true },
  emails: [{ value: 'jane@corp.example', primary: true }],
}
const refused = { code: 'conflict', rule: 'last_manager' }

describeOnBoth('the last manager, who is one by his directory', (database) => {
  let joinery: Joinery
  let folder: string
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    writeFileSync(join(folder, 'shop.yaml'), shop)
    joinery = await startJoinery({ database, workers: false, env: { CATALOG_DIR: folder } })
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  it('does not lose it to another role that his directory gives him, by a mapping or by name', async () => {
    const own = (await app().createAccount(operator, { name: 'Other', catalog: 'shop' })).id
    const { id: keyId } = await app().createAccessKey(operator, { accountId: own, name: 'Bot', roles: ['manager'] })
    const bot: Operation = { actor: { kind: 'key', accountId: own, keyId, memberId: null }, id: 'test' }
    const { connectionId, scim } = await createConnection(joinery.api, own)
    const { body: jane } = await scim('POST', '/Users', { ...person, roles: [{ value: 'clerk' }] })
    const group = async (displayName: string) =>
      (await scim('POST', '/Groups', { displayName, members: [{ value: jane.id }] })).body.id as string
    const map = (op: Operation, told: object, role: string) =>
      app().addMapping(op, { accountId: own, connectionId, group: told as { id: string }, role })
    await map(operator, { id: await group('Bosses') }, 'manager')
    await settle(joinery)
    const all = await group('Everybody')
    await expect(map(bot, { id: all }, 'clerk')).rejects.toMatchObject(refused)
    const hearing = { accountId: own, connectionId, rolesFromIdp: true } // his directory names him a clerk
    await expect(app().changeConnection(bot, hearing)).rejects.toMatchObject(refused)
    await app().changeConnection(bot, { ...hearing, rolesFromIdp: undefined, name: 'Okta of ours' })
    const named = await map(bot, { name: 'Later' }, 'clerk') // waits for a group of that name
    expect(named.state).toBe('waiting')
    const { id: mappingId } = await map(bot, { name: 'Porters' }, 'porter')
    await group('Porters')
    const confirm = app().confirmMapping(bot, { accountId: own, mappingId })
    await expect(confirm).rejects.toMatchObject(refused)
    await map(operator, { id: all }, 'clerk')
    const page = { accountId: own, limit: 10, after: undefined, action: 'account.unmanaged' } as const
    expect((await app().listAudit(operator, page)).items).toHaveLength(1)
  })
})
