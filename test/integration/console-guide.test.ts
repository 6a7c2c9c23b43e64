import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyBench } from '../support/access-keys.ts'
import { cookieOf } from '../support/browser.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { browserOf } from '../support/signed-in.ts'

const guide = readFileSync(new URL('../../docs/guides/console.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text = '']) => text)

type Guide = {
  whoAmI(get: (path: string) => Promise<Response>): Promise<Record<string, any> | null>
  accountsBelow(account: string, get: (path: string) => Promise<Response>): Promise<{ id: string; name: string }[]>
  may(service: object, question: object): Promise<{ decision: boolean; reason: string | null }>
}

describe('the guide for consoles, as it stands', () => {
  const folder = new URL('../../node_modules/.cache/', import.meta.url)
  const file = new URL(`console-guide-${process.pid}.mjs`, folder)
  let joinery: Joinery
  let shown: Guide
  const { account, join } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ workers: false })
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, blocks.join('\n'))
    shown = (await import(/* @vite-ignore */ file.href)) as Guide
  })
  afterAll(async () => {
    rmSync(file, { force: true })
    await joinery.close()
  })

  const askedBy = async (accountId: string, memberId: string) => {
    const cookie = cookieOf(await browserOf(joinery, accountId, memberId), joinery.url)
    return (path: string) => fetch(`${joinery.url}${path}`, { headers: { Cookie: cookie } })
  }

  it('shows who somebody is, his account and his roles by their labels, and nobody as null', async () => {
    const own = await account('plivo', { name: 'Acme Ltd', entitlements: ['role-management'] })
    const memberId = await join(own, 'finance-analyst')
    const me = await shown.whoAmI(await askedBy(own, memberId))
    expect(me).toMatchObject({ account: 'Acme Ltd', plan: ['role-management'], roles: ['Finance analyst'] })
    expect(me?.name).toMatch(/@corp\.example$/)
    const { capabilities } = await joinery.runtime.app.getCatalog(operator, 'plivo')
    const { permissions } = await joinery.api.ok('GET', `/accounts/${own}/members/${memberId}/permissions`)
    const labels = permissions.map(
      ({ capability }: { capability: string }) => capabilities.find(({ id }) => id === capability)?.label,
    )
    expect(me?.may.map(({ label }: { label: string }) => label).sort()).toEqual(labels.sort())
    expect(me?.may[0].access).toContain('View')
    expect(await shown.whoAmI((path) => fetch(`${joinery.url}${path}`))).toBeNull()
  })

  it('shows levels by their labels where a catalog has levels', async () => {
    const own = await account('cpaas-iam')
    const me = await shown.whoAmI(await askedBy(own, await join(own, 'developer')))
    expect(me?.may).toContainEqual(expect.objectContaining({ label: 'Manage Numbers' }))
    for (const { access } of me?.may as { access: string[] }[]) expect(access.every(Boolean)).toBe(true)
  })

  it('shows the accounts below somebody’s own, level by level, and nothing where he sees none', async () => {
    const system = await account('studio', { level: 'system' })
    const [own, rival] = [await account('studio', { parentId: system }), await account('studio', { parentId: system })]
    const named = async (name: string, parentId: string) => account('studio', { name, parentId })
    const [shop, bakery] = [await named('Shop', own), await named('Bakery', own)]
    await named('Secret', rival)
    const member = await join(own, 'service-provider')
    const get = await askedBy(own, member)
    const below = async (id: string, by = get) => (await shown.accountsBelow(id, by)).map((each) => each.id)
    expect(await below(own)).toEqual([bakery, shop])
    for (const id of [bakery, rival, system]) expect(await below(id)).toEqual([])
    expect(await below(own, await askedBy(own, await join(own)))).toEqual([])
    await expect(below(own, () => get('/api/v1/accounts?sort=nothing'))).rejects.toThrow('400')
    expect((await get(`/api/v1/accounts/${bakery}/members`)).status).toBe(200)
    const there = await (await get(`/api/v1/accounts/${own}/members/${member}/permissions?at=${bakery}`)).json()
    expect(there).toMatchObject({ at: bakery, level: 'account', roles: ['service-provider'] })
  })

  it('asks whether somebody may do something, and takes no outage for a yes', async () => {
    const own = await account('plivo')
    const member = await join(own, 'admin')
    const { token } = await joinery.api.ok<{ token: string }>('POST', `/accounts/${own}/gateways`, { name: 'Console' })
    const ask = (capability: string, service = { joinery: joinery.url, token }) =>
      shown.may(service, { member, account: own, capability, action: 'edit' })
    expect(await ask('account-settings.team')).toEqual({ decision: true, reason: null })
    expect(await ask('nothing')).toEqual({ decision: false, reason: 'unknown_resource' })
    await expect(ask('account-settings.team', { joinery: joinery.url, token: 'wrong' })).rejects.toThrow('401')
  })
})
