import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { shop } from '../support/shop.ts'

type Item = Readonly<Record<string, unknown>>

/** More than a page has where nobody says how many, and more than the longest has. */
const [many, most] = [101, 501]

describe('lists from the command line that are longer than a page', () => {
  const clock = createClock()
  const folder = mkdtempSync(join(tmpdir(), 'joinery-long-lists-'))
  let joinery: Joinery
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    for (let at = 0; at < most; at += 1)
      writeFileSync(join(folder, `shop-${at}.yaml`), shop().replace(/^id: shop$/m, `id: shop-${at}`))
    joinery = await startJoinery({ workers: false, clock, env: { CATALOG_DIR: folder } })
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  const list = async (...args: string[]): Promise<Item[]> => {
    const { status, out } = await runCli(joinery.url, [...args, '--json'])
    expect([args, status]).toEqual([args, 0])
    const { items, next } = JSON.parse(out) as { items: Item[]; next?: string | null }
    expect(next ?? null).toBeNull()
    return items
  }
  const group = async (accountId: string, name: string): Promise<string> =>
    (await app().createPermissionGroup(operator, { accountId, name })).group.id

  it('the groups of an account, and the history of one', async () => {
    const accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'platform-groups' })).id
    for (let at = 1; at < many; at += 1) await group(accountId, `Group ${at}`)
    const groupId = await group(accountId, 'Nights')
    expect(await list('permission-groups', 'list', '--account', accountId)).toHaveLength(many)
    for (let at = 1; at < many; at += 1)
      await app().changePermissionGroup(operator, { accountId, groupId, name: `Nights ${at}` })
    const history = await list('permission-groups', 'history', groupId, '--account', accountId)
    expect([history.length, history.at(-1)?.action]).toEqual([many, 'permission_group.created'])
    const turned = await list('permission-groups', 'history', groupId, '--account', accountId, '--sort', 'at')
    expect(turned).toEqual(history.toReversed())
  })

  it('the keys that sign checkpoints', async () => {
    for (let at = 0; at < many; at += 1) await app().rotateAuditKey(operator, {})
    const audit = await list('audit', 'key', 'list')
    expect(audit.length).toBeGreaterThanOrEqual(many)
    expect(audit.slice(1).map(({ by }) => by)).toEqual(audit.slice(0, -1).map(({ id }) => id))
  })

  it('the catalogs of a server, with those that cannot be read', async () => {
    expect(await list('catalog', 'list', '--server', '--id', 'shop-')).toHaveLength(most)
    writeFileSync(join(folder, 'torn.yaml'), 'id: [')
    const { err } = await runCli(joinery.url, ['catalog', 'list', '--server'])
    expect(err).toMatch(/^unreadable: "torn": /)
  })

  it('what a limit cuts says that there is more, and from where to go on', async () => {
    const lists = [
      ['audit', 'list'],
      ['audit', 'list', '--sort', 'at'],
    ]
    for (const args of lists) {
      const all = await list(...args, '--limit', String(most * 2))
      expect(all.length).toBeGreaterThan(many)
      const { out } = await runCli(joinery.url, [...args, '--limit', String(many)])
      const [, place = ''] = /\nThere are more: --after (\S+)$/.exec(out) ?? []
      expect(await list(...args, '--after', place, '--limit', String(most * 2))).toEqual(all.slice(many))
    }
  })
})
