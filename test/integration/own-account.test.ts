import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyApi, createKeyBench, type MadeKey } from '../support/access-keys.ts'
import { isProblem, type Api } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { as, browserOf, createPersonApi } from '../support/signed-in.ts'

/** What a console has to show of the account that somebody is in: its name, and what the catalog calls things. */
describeOnBoth('one’s own account and its role catalog', (database) => {
  let joinery: Joinery
  const { app, account, join } = createKeyBench(() => joinery)
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  const asPerson = async (accountId: string, memberId: string): Promise<Api['call']> =>
    createPersonApi(joinery.url, await browserOf(joinery, accountId, memberId))
  const tree = async () => {
    const system = await account('studio', { level: 'system' })
    const provider = await account('studio', { parentId: system })
    return { system, provider, leaf: await account('studio', { parentId: provider }) }
  }

  it('are read by everybody in the account, whatever his roles, and changed by nobody of it', async () => {
    const own = await account('plivo', { name: 'Acme Ltd', entitlements: ['role-management'] })
    for (const roles of [['finance-analyst'], []]) {
      const call = await asPerson(own, await join(own, ...roles))
      const { status, body } = await call('GET', `/accounts/${own}`)
      expect([status, body]).toMatchObject([
        200,
        { id: own, name: 'Acme Ltd', catalog: 'plivo', entitlements: ['role-management'], stopped: false },
      ])
      const catalog = await call('GET', '/catalogs/plivo')
      expect(catalog.body).toEqual(await joinery.api.ok('GET', '/catalogs/plivo'))
      isProblem(await call('PATCH', `/accounts/${own}`, { name: 'Mine' }), 403, 'forbidden')
      isProblem(await call('GET', '/catalogs'), 403, 'forbidden')
    }
  })

  it('are read by an access key, until it ends', async () => {
    const own = await account('plivo')
    const made = await joinery.api.ok<MadeKey>('POST', `/accounts/${own}/keys`, { name: 'Key', roles: ['support'] })
    const call = createKeyApi(joinery.api, made)
    expect((await call('GET', `/accounts/${own}`)).body).toMatchObject({ id: own })
    expect((await call('GET', '/catalogs/plivo')).status).toBe(200)
    await joinery.api.ok('PATCH', `/accounts/${own}`, { suspended: true })
    for (const path of [`/accounts/${own}`, '/catalogs/plivo'])
      isProblem(await call('GET', path), 401, 'unauthenticated')
  })

  it('do not exist for people of other accounts, and other catalogs are refused, there or not', async () => {
    const [own, other] = [await account('plivo'), await account('plivo')]
    const call = await asPerson(own, await join(own, 'admin'))
    isProblem(await call('GET', `/accounts/${other}`), 404, 'not_found')
    for (const id of ['studio', 'nothing']) isProblem(await call('GET', `/catalogs/${id}`), 403, 'forbidden')
  })

  it('lie in the purview of whoever holds a role above, and in nobody’s beside or below', async () => {
    const { system, provider, leaf } = await tree()
    const beside = await account('studio', { parentId: system })
    const people = {
      system: as(await join(system, 'system-user'), system),
      provider: as(await join(provider, 'service-provider'), provider),
      leaf: as(await join(leaf, 'ac_ro'), leaf),
      beside: as(await join(beside, 'service-provider'), beside),
      roleless: as(await join(provider), provider),
    }
    const parents = async (op: ReturnType<typeof as>) =>
      Promise.all(
        [system, provider, leaf, beside].map((id) =>
          app()
            .getAccount(op, id)
            .then(
              ({ parentId }) => (parentId === undefined ? 'above' : parentId),
              ({ code }: { code: string }) => code,
            ),
        ),
      )
    const none = 'not_found'
    expect(await parents(people.system)).toEqual(['above', system, provider, system])
    expect(await parents(people.provider)).toEqual([none, 'above', provider, none])
    expect(await parents(people.leaf)).toEqual([none, none, 'above', none])
    expect(await parents(people.beside)).toEqual([none, none, none, 'above'])
    expect(await parents(people.roleless)).toEqual([none, 'above', none, none])
    for (const op of Object.values(people))
      await expect(app().getCatalog(op, 'studio')).resolves.toMatchObject({ id: 'studio' })
  })

  it('come with the session: the catalog by its id, each role by its label', async () => {
    const own = await account('platform-groups', { name: 'Acme Ltd' })
    const { id } = await joinery.api.ok<{ id: string }>('POST', `/accounts/${own}/permission-groups`, { name: 'Night' })
    const memberId = await join(own, `group:${id}`)
    const browser = await browserOf(joinery, own, memberId)
    const session = JSON.parse((await browser.get(`${joinery.url}/auth/session`)).text)
    expect(session).toMatchObject({
      account: { id: own, name: 'Acme Ltd', catalog: 'platform-groups', level: 'service-provider' },
      roles: [`group:${id}`],
      roleLabels: { [`group:${id}`]: 'Night' },
      customised: false,
    })
  })
})
