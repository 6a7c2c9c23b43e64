import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogDescription } from '../../src/application/catalogs/catalog-description.ts'
import { createApi } from '../support/api.ts'
import { factsOf } from '../support/catalogs.ts'
import { runCli, type Ran } from '../support/cli.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const catalogText = (id: string, holding = 'several'): string => `format: 1
id: ${id}
label: A shop
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: sell, label: Sell, implies: [see] }]
accountLevels: [{ id: account, label: Account }]
holding: ${holding}
roles: [{ id: owner, label: Owner, flags: [exclusive, unassignable], grants: everything }, { id: clerk, label: Clerk }, { id: guest, label: Guest }]
owner: { role: owner, kind: exclusive }
capabilities:
  - { id: till, label: Till, grants: { clerk: [sell], guest: ~ } }
`

let folder: string
let joinery: Joinery
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
  writeFileSync(join(folder, 'shop.yaml'), catalogText('shop'))
  joinery = await startJoinery({ env: { CATALOG_DIR: folder } })
})
afterAll(async () => {
  await joinery.close()
  rmSync(folder, { recursive: true })
})

describe('GET /catalogs', () => {
  it('lists what is loaded: what ships, and the folder of one’s own', async () => {
    const { items } = await joinery.api.ok('GET', '/catalogs')
    expect(items.map(({ id }: { id: string }) => id)).toEqual([
      ...['cpaas-iam', 'iotcomms', 'platform-groups', 'plivo', 'shop', 'studio'],
    ])
    expect(items[4]).toEqual({ id: 'shop', label: 'A shop', sections: 0, capabilities: 1, roles: 3 })
    expect(items[0]).toMatchObject({ sections: 7, capabilities: 45, roles: 4 })
  })

  it('is the operator’s', async () => {
    const strangers = createApi(joinery.url, 'not-the-admin-token-0123456789')
    for (const path of ['/catalogs', '/catalogs/plivo', '/catalogs/none']) {
      expect(await strangers.call('GET', path)).toMatchObject({
        ...{ status: 401, body: { type: 'urn:joinery:problem:unauthenticated' } },
      })
    }
  })

  it('cannot be written to', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await joinery.api.call(method, '/catalogs/plivo', {})).status).toBe(404)
    }
  })
})

describe('GET /catalogs/{catalog}', () => {
  it('answers each in the form that its schema says, with nothing beside it', async () => {
    const { items } = await joinery.api.ok('GET', '/catalogs')
    for (const { id, label, capabilities, roles, sections } of items) {
      const told = catalogDescription.parse(await joinery.api.ok('GET', `/catalogs/${id}`))
      expect(told).toMatchObject({ id, label })
      expect([told.capabilities.length, told.roles.length, told.sections.length]).toEqual([
        ...[capabilities, roles, sections],
      ])
      for (const role of told.roles) {
        expect(Object.keys(role.grants)).toEqual(told.capabilities.map((row) => row.id))
        expect(Object.keys(role.written)).toHaveLength(role.everything ? 0 : told.capabilities.length)
      }
    }
  })

  it('has the platform’s table in it', async () => {
    type Facts = { rows: { label: string; cells: string[] }[] }
    const { rows } = factsOf<Facts>('cpaas-iam')
    const told = catalogDescription.parse(await joinery.api.ok('GET', '/catalogs/cpaas-iam'))
    const words: Record<string, string> = { none: 'no access', read: 'read only', 'read-write': 'read/write' }
    const cells = told.capabilities.map(({ id, label }) => ({
      label,
      cells: told.roles.map(({ written }) => words[String(written[id])]),
    }))
    expect(cells).toEqual(
      rows.filter(({ label }) => label !== 'Role Access').map(({ label, cells }) => ({ label, cells })),
    )
  })

  it('tells a cell as it is written and what it comes to', async () => {
    const { capabilities, roles } = await joinery.api.ok('GET', '/catalogs/shop')
    expect(capabilities).toEqual([
      {
        id: 'till',
        label: 'Till',
        section: null,
        parent: null,
        verbs: ['see', 'sell'],
        availableAt: { account: true },
      },
    ])
    expect(roles).toMatchObject([
      { id: 'owner', everything: true, grants: { till: ['see', 'sell'] }, written: {} },
      { id: 'clerk', everything: false, grants: { till: ['see', 'sell'] }, written: { till: ['sell'] } },
      { id: 'guest', everything: false, grants: { till: [] }, written: { till: null } },
    ])
    expect(roles[0].flags).toEqual(['exclusive', 'unassignable'])
  })

  it('is 404 for what is not loaded, and says what is', async () => {
    const { status, body } = await joinery.api.call('GET', '/catalogs/moon')
    expect([status, body.type]).toEqual([404, 'urn:joinery:problem:not_found'])
    expect(body.detail).toMatch(/no role catalog "moon"; loaded are: cpaas-iam, .*, shop$/)
    for (const odd of ['constructor', '__proto__', '%00', 'plivo%2F..', '..%2fplivo.yaml']) {
      expect((await joinery.api.call('GET', `/catalogs/${odd}`)).status).toBe(404)
    }
  })

  it('is not sent again to whoever has it', async () => {
    for (const path of ['/catalogs', '/catalogs/plivo']) {
      const first = await joinery.api.call('GET', path)
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]{27}"$/)
      expect(first.headers.get('cache-control')).toBe('private, no-cache')
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await joinery.api.call('GET', path, undefined, { 'If-None-Match': known })
        expect([known, again.status, again.headers.get('etag')]).toEqual([known, 304, etag])
      }
      expect((await joinery.api.call('GET', path, undefined, { 'If-None-Match': '"other"' })).status).toBe(200)
    }
    const [plivo, studio] = [
      await joinery.api.call('GET', '/catalogs/plivo'),
      await joinery.api.call('GET', '/catalogs/studio'),
    ]
    expect(plivo.headers.get('etag')).not.toBe(studio.headers.get('etag'))
  })
})

describe('a catalog of one’s own', () => {
  it('is one that accounts live under, as those are that ship', async () => {
    const owner = { userName: 'boss', email: 'boss@corp.example' }
    for (const [catalog, role] of [
      ['shop', 'owner'],
      ['cpaas-iam', 'administrator'],
      ['studio', 'ac_admin'],
      ['platform-groups', 'admin'],
      ['iotcomms', 'admin'],
    ]) {
      const account = await joinery.api.ok('POST', '/accounts', { name: `Of ${catalog}`, catalog, owner })
      const member = await joinery.api.ok('GET', `/accounts/${account.id}/members/${account.ownerId}`)
      expect([catalog, member.losses]).toEqual([catalog, []])
      await expect
        .poll(async () => (await joinery.api.ok('GET', `/accounts/${account.id}/members/${account.ownerId}`)).roles)
        .toEqual([role])
    }
  })

  it('keeps a server from starting where it is broken, or has the id of one that ships', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'shop.yaml'), catalogText('shop', 'many'))
    writeFileSync(join(broken, 'plivo.yaml'), catalogText('plivo'))
    await expect(startJoinery({ env: { CATALOG_DIR: broken } })).rejects.toThrow(
      new RegExp(
        [
          `${join(broken, 'plivo.yaml')}:2: shipped-id: A catalog "plivo" ships with Joinery: .*`,
          `${join(broken, 'shop.yaml')}:9: not-one-of: Write one of: one, several, one-per-group`,
        ].join('\n'),
      ),
    )
  })
})

describe('joinery catalog --server', () => {
  const run = (...args: string[]): Promise<Ran> => runCli(joinery.url, ['catalog', ...args])

  it('lists and shows what the server has, this machine’s settings or not', async () => {
    expect((await run('show', 'shop')).status).toBe(1)
    expect((await run('list', '--server')).out).toMatch(/\nshop +A shop +3 +1$/m)
    const shown = await run('show', 'shop', '--server')
    expect(shown).toMatchObject({ status: 0, err: '' })
    expect(shown.out).toMatch(/\n {2}Till +everything +Sell *\n/)
    const [text, json] = [await run('show', 'plivo'), await run('show', 'plivo', '--json')]
    expect(await run('show', 'plivo', '--server')).toEqual(text)
    expect(await run('show', 'plivo', '--server', '--json')).toEqual(json)
  })

  it('compares what the server has with what it is to have', async () => {
    const next = join(folder, 'next')
    mkdirSync(next)
    const file = join(next, 'shop.yaml')
    writeFileSync(file, catalogText('shop', 'one').replace('guest: ~', 'guest: [see]'))
    expect(await run('diff', '--server', 'shop', file)).toEqual({
      ...{ status: 0, err: '' },
      out: [
        'Till: Guest: left empty, Nothing → See (gains See).',
        'Rule changed: A member holds several roles at once. → A member holds one role.',
      ].join('\n'),
    })
  })

  it('takes ids alone, and says so of what the server does not have', async () => {
    expect(await run('show', './shop.yaml', '--server')).toMatchObject({ status: 2, out: '' })
    expect((await run('show', 'moon', '--server')).err).toContain('there is no role catalog "moon"')
  })
})
