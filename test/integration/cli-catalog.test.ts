import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogDescription } from '../../src/application/catalogs/catalog-description.ts'
import { describeCatalog } from '../../src/application/catalogs/describe-catalog.ts'
import { shippedCatalog } from '../support/catalogs.ts'
import { runCli, type Ran } from '../support/cli.ts'

const SHIPPED = fileURLToPath(new URL('../../src/catalogs/', import.meta.url))
const IDS = ['cpaas-iam', 'iotcomms', 'platform-groups', 'plivo', 'studio']

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-catalog-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Where no server is. */
const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  runCli('http://127.0.0.1:1', ['catalog', ...args], env)

/** The shipped catalog of that id with changes to its text, as a file. */
function changed(id: string, ...changes: readonly (readonly [string, string])[]): string {
  const text = changes.reduce(
    (sofar, [old, now]) => {
      if (!sofar.includes(old)) throw new Error(`${id} does not say ${old}`)
      return sofar.replace(old, now)
    },
    readFileSync(join(SHIPPED, `${id}.yaml`), 'utf8'),
  )
  const file = join(mkdtempSync(join(folder, 'changed-')), `${id}.yaml`)
  writeFileSync(file, text)
  return file
}

const shop = (id = 'shop'): string => `format: 1
id: ${id}
label: Shop
access: { kind: levels, levels: [{ id: none, label: None }, { id: full, label: Full }] }
accountLevels: [{ id: account, label: Account }]
holding: one
roles: [{ id: admin, label: Admin }, { id: reader, label: Reader }]
capabilities:
  - { id: team, label: Team, grants: { admin: full, reader: none } }
`

describe('catalog check', () => {
  it('finds every catalog that ships sound', async () => {
    const { status, out, err } = await run(['check', ...IDS.map((id) => join(SHIPPED, `${id}.yaml`))])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out.split('\n')).toHaveLength(IDS.length)
    expect(out).toContain(`${join(SHIPPED, 'studio.yaml')}: sound: "Studio", 5 roles, 24 rows`)
  })

  it('names file, line, rule and how to mend it, and ends with 1', async () => {
    const file = changed('iotcomms', ['roles: [admin]', 'roles: [admn]'], ['holding: several', 'holding: many'])
    const lineOf = (text: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1
    expect(await run(['check', file])).toEqual({
      ...{ status: 1, out: '' },
      err: `${file}:${lineOf('holding: many')}: not-one-of: Write one of: one, several, one-per-group\nThere is 1 problem`,
    })
    const mended = changed('iotcomms', ['roles: [admin]', 'roles: [admn]'])
    const { status, out } = await run(['check', mended, '--json'])
    expect([status, JSON.parse(out)]).toEqual([
      1,
      {
        files: [mended],
        problems: [
          {
            ...{ file: mended, line: lineOf('roles: [admn]'), rule: 'unknown-role' },
            message: 'This catalog has no role "admn"; did you mean "admin"?',
          },
        ],
      },
    ])
    expect(JSON.parse((await run(['check', join(SHIPPED, 'plivo.yaml'), '--json'])).out)).toMatchObject({
      problems: [],
    })
  })

  it('tells of every file, of one that is not there and of one under a wrong name', async () => {
    const draft = join(folder, 'draft.yaml')
    writeFileSync(draft, shop())
    const { status, out, err } = await run(['check', join(SHIPPED, 'plivo.yaml'), draft, join(folder, 'none.yaml')])
    expect(status).toBe(1)
    expect(out).toMatch(/plivo\.yaml: sound: "Plivo", 5 roles, 53 rows$/)
    expect(err).toContain(`${draft}:1: file-name: The catalog in it is "shop": name the file shop.yaml`)
    expect(err).toMatch(/none\.yaml:1: unreadable-file: .*\nThere are 2 problems$/)
  })

  it('prints no control character that a file holds', async () => {
    const file = join(folder, 'shop.yaml')
    writeFileSync(file, shop().replace('holding: one', '"colour\\e[2J": red'))
    const { err } = await run(['check', file])
    expect(err).toContain('unknown-key')
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('is a process that leaves with its status', async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const files = [join(SHIPPED, 'plivo.yaml'), join(folder, 'none.yaml')]
    const left = promisify(execFile)(process.execPath, ['--import', 'tsx', main, 'catalog', 'check', ...files])
    await expect(left).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/: sound: "Plivo", 5 roles, 53 rows\n$/) as string,
      stderr: expect.stringMatching(/none\.yaml:1: unreadable-file: .*\nThere is 1 problem\n$/) as string,
    })
  })
})

describe('catalog show', () => {
  it.each(IDS)('tells %s in full as JSON, by its id and as a file', async (id) => {
    const [byId, file] = [await run(['show', id, '--json']), await run(['show', join(SHIPPED, `${id}.yaml`), '--json'])]
    expect(byId).toEqual({ ...file, status: 0, err: '' })
    expect(catalogDescription.parse(JSON.parse(byId.out))).toEqual(describeCatalog(shippedCatalog(id)))
  })

  it('is a table of sections, rows and roles, with availability where it says anything', async () => {
    const { status, out } = await run(['show', 'cpaas-iam'])
    expect(status).toBe(0)
    const lines = out.split('\n')
    expect(lines[0]).toBe('CPaaS Identity Access Management (cpaas-iam)')
    const row = (label: string) =>
      lines
        .find((line) => line.startsWith(`  ${label}  `))
        ?.trim()
        .split(/ {2,}/)
    expect(row('User Management')).toEqual([
      ...['User Management', 'Yes', 'Yes', 'read/write', 'no access', 'read/write', 'no access'],
    ])
    expect(row('Role Access')?.slice(0, 5)).toEqual(['Role Access', 'Yes', 'No', 'Business Customer', 'no access'])
    expect(row('2FA-Usage Records')?.slice(1, 4)).toEqual(['read only', 'read only', 'no access'])
    expect(lines).toContain('Turnkey Applications › Smart 2FA')
    expect(Math.max(...lines.slice(0, lines.indexOf('Roles')).map(({ length }) => length))).toBeLessThanOrEqual(140)
  })

  it('shows what nobody wrote only with --effective', async () => {
    const cells = (out: string) => /^ {2}Team .*$/m.exec(out)?.[0].trim().split(/ {2,}/)
    expect(cells((await run(['show', 'plivo'])).out)?.slice(0, 4)).toEqual([
      ...['Team', 'everything', 'Add / Edit / Delete', 'No Access'],
    ])
    // A cell that is too wide goes on in the next line.
    expect((await run(['show', 'plivo', '--effective'])).out).toMatch(
      / {2}Team +View \/ Add \/ Edit \/ +View \/ Add \/ Edit \/ +No Access +No Access +No Access\n +Delete +Delete\n/,
    )
  })

  it('says the rules in sentences', async () => {
    const { out } = await run(['show', 'studio'])
    for (const rule of [
      'Account tree: System › Service Provider › Account.',
      'Roles count in the accounts below, too.',
      'A member holds one role.',
      'Keys of the user type Service Provider have the scope sp.',
      'manage-members: Manage | Users at Full access.',
      'manage-permission-groups: users of the type System User.',
    ])
      expect(out).toContain(`\n- ${rule}`)
    expect(out).toMatch(/\nac_admin +ac_admin +Account User +ac_admin, ac_rw, ac_ro\n/)
  })

  it('says which catalogs there are when there is no such one', async () => {
    const { status, out, err } = await run(['show', 'plvo'])
    expect([status, out]).toEqual([1, ''])
    expect(err).toContain(`there is no role catalog "plvo" here; there are: ${IDS.join(', ')}`)
  })

  it('says what is wrong with a file, and ends with 1', async () => {
    const { status, err } = await run(['show', './nowhere.yaml'])
    expect(status).toBe(1)
    expect(err).toMatch(/^\.\/nowhere\.yaml:1: unreadable-file: [^\n]*$/)
  })
})

describe('catalog list', () => {
  it('has the catalogs that ship, and those of CATALOG_DIR', async () => {
    const own = join(folder, 'own')
    mkdirSync(own)
    writeFileSync(join(own, 'shop.yaml'), shop())
    const alone = await run(['list', '--json'])
    expect(JSON.parse(alone.out).items.map(({ id, from }: { id: string; from: string }) => [id, from])).toEqual(
      IDS.map((id) => [id, 'shipped']),
    )
    const { status, out } = await run(['list'], { CATALOG_DIR: own })
    expect(status).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^ID +LABEL +ROLES +CAPABILITIES +FROM$/)
    expect(out).toMatch(new RegExp(`\\nshop +Shop +2 +1 +${join(own, 'shop.yaml')}\\n`))
    expect((await run(['show', 'shop'], { CATALOG_DIR: own })).status).toBe(0)
  })

  it('is sorted and narrowed as the list of a server is', async () => {
    const ids = async (...args: string[]): Promise<string[]> =>
      JSON.parse((await run(['list', '--json', ...args])).out).items.map(({ id }: { id: string }) => id)
    expect(await ids('--sort', '-id')).toEqual(IDS.toReversed())
    expect(await ids('--sort', 'roles', '--id', 'O')).toEqual(['iotcomms', 'platform-groups', 'plivo', 'studio'])
    expect(await ids('--label', 'identity')).toEqual(['cpaas-iam'])
    expect(await ids('--id', 'no such')).toEqual([])
    const { status, err } = await run(['list', '--sort', 'age'])
    expect([status, err]).toEqual([2, expect.stringContaining('--sort must be one of: id, -id, label')])
  })

  it('ends with 78 where CATALOG_DIR is wrong, and says how to mend it', async () => {
    const clash = join(folder, 'clash')
    mkdirSync(clash)
    writeFileSync(join(clash, 'studio.yaml'), shop('studio'))
    const { status, out, err } = await run(['list'], { CATALOG_DIR: clash })
    expect(status).toBe(78)
    expect(out).toMatch(/^ID [^]*\nstudio .* shipped/) // what is sound is told all the same
    expect((await run(['show', 'plivo'], { CATALOG_DIR: clash })).status).toBe(0)
    expect(err).toBe(
      `${join(clash, 'studio.yaml')}:2: shipped-id: A catalog "studio" ships with Joinery: give this one another id and call its file after it, for example my-studio`,
    )
  })
})

describe('catalog diff', () => {
  const diff = async (...args: string[]) => (await run(['diff', ...args])).out.split('\n')

  it('finds a catalog the same as itself', async () => {
    expect(await run(['diff', 'plivo', join(SHIPPED, 'plivo.yaml'), '--exit-code'])).toEqual({
      ...{ status: 0, out: 'The two are the same.', err: '' },
    })
  })

  it('tells a cell that changed, by what it gives and takes', async () => {
    const cell = 'grants: { admin: [edit], developer: [], support: [], finance-analyst: [edit] }'
    const file = changed('plivo', [
      cell,
      'grants: { admin: [], developer: [view], support: [], finance-analyst: [edit] }',
    ])
    expect(await diff('plivo', file)).toEqual([
      'Billing Information: Admin: Edit → No Access (loses View and Edit).',
      'Billing Information: Developer: No Access → View (gains View).',
    ])
    const exit = await run(['diff', 'plivo', file, '--exit-code'])
    expect([exit.status, exit.err]).toEqual([1, 'There are 2 differences'])
    const { changes } = JSON.parse((await run(['diff', 'plivo', file, '--json'])).out)
    expect(changes[0]).toEqual({
      ...{ kind: 'cell-changed', capability: 'account-settings.billing-information', role: 'admin' },
      ...{ old: ['edit'], new: [], gained: [], lost: ['view', 'edit'] },
      text: 'Billing Information: Admin: Edit → No Access (loses View and Edit).',
    })
  })

  it('tells who gains by a verb that implies more, though no cell was touched', async () => {
    const file = changed('plivo', [
      'id: enable, label: Enable, implies: [view]',
      'id: enable, label: Enable, implies: [disable, view]',
    ])
    const only = [
      'allows: [view, enable, disable]\n    grants: { admin: [enable, disable], developer: [], support',
      'allows: [view, enable, disable]\n    grants: { admin: [enable], developer: [], support',
    ] as const
    expect(await diff('plivo', file)).toEqual([
      'Word of access changed: enable: "Enable", implies view → "Enable", implies disable and view.',
    ])
    const [before, after] = [
      changed('plivo', only),
      changed('plivo', only, [
        'implies: [view] }\n    - { id: disable',
        'implies: [disable, view] }\n    - { id: disable',
      ]),
    ]
    expect(await diff(before, after)).toContain('Voice Alerts: Admin: written as before (Enable), gains Disable.')
  })

  it('tells rows and roles that came and went, and who has them', async () => {
    const row =
      '  - id: call-logs # L131\n    label: Call Logs\n    section: platform-resources\n    availableAt: [account, business-customer]\n    grants: { administrator: read, developer: read, turnkey-administrator: none, turnkey-developer: none }\n'
    const without = changed('cpaas-iam', [row, ''])
    expect(await diff('cpaas-iam', without)).toEqual([
      'Row removed: Call Logs (call-logs): Administrator loses read only; Developer loses read only.',
    ])
    expect(await diff(without, 'cpaas-iam')).toEqual([
      'Row added: Call Logs (call-logs): Administrator gets read only; Developer gets read only.',
    ])
    const own = join(folder, 'more.yaml')
    writeFileSync(
      own,
      shop('more')
        .replace('{ id: reader, label: Reader }', '{ id: guest, label: Guest }')
        .replace('reader: none', 'guest: full'),
    )
    const base = join(folder, 'less.yaml')
    writeFileSync(base, shop('more'))
    expect(await diff(base, own)).toEqual([
      'Role added: Guest (guest), with access to 1 of 1 rows.',
      'Role removed: Reader (reader), with access to 0 of 1 rows.',
    ])
  })

  it('tells who hands out what, in an account and below it', async () => {
    const file = changed(
      'cpaas-iam',
      [
        'turnkey-administrator: [turnkey-administrator, turnkey-developer]',
        'turnkey-administrator: [turnkey-developer]',
      ],
      ['developer: [] # L68', 'developer: [developer] # L68'],
    )
    expect(await diff('cpaas-iam', file)).toEqual([
      'Turnkey Applications Administrator no longer hands out Turnkey Applications Administrator.',
      'Developer hands out Developer in the accounts directly below.',
    ])
  })

  it('tells availability, labels, flags and rules', async () => {
    const file = changed(
      'cpaas-iam',
      ['availableAt: []', 'availableAt: [account]'],
      ['label: P. SMS', 'label: SMS'],
      ['holding: one-per-group', 'holding: one-per-group # still'],
      ['maxPerUser: 2', 'maxPerUser: 3'],
      ['manage-members: { needs: { user-management: read-write } }', 'manage-members: operator'],
      ['label: Developer, group: platform }', 'label: Developer, group: platform, flags: [protected] }'],
      ['  - { id: smart-2fa, label: Smart 2FA', '  - { id: smart-2fa, label: 2FA'],
      ['label: CPaaS Identity Access Management', 'label: CPaaS'],
    )
    expect(await diff('cpaas-iam', file)).toEqual([
      'The catalog is called "CPaaS" instead of "CPaaS Identity Access Management".',
      'Heading changed: Turnkey Applications › Smart 2FA → Turnkey Applications › 2FA.',
      'Role changed: Developer: flags none → protected.',
      'Row changed: Audit API: availability at Account No → Yes.',
      'Row changed: SMS: label "P. SMS" → "SMS".',
      'Row changed: 2FA-Traffic: heading Turnkey Applications › Smart 2FA → Turnkey Applications › 2FA.',
      'Row changed: 2FA-Limit Provision: heading Turnkey Applications › Smart 2FA → Turnkey Applications › 2FA.',
      'Row changed: 2FA-Usage Records: heading Turnkey Applications › Smart 2FA → Turnkey Applications › 2FA.',
      'Row changed: 2FA-Search and Usage record all endpoints all levels: heading Turnkey Applications › Smart 2FA → Turnkey Applications › 2FA.',
      'Rule changed: Access keys belong to the person, at most 2 for each user. → Access keys belong to the person, at most 3 for each user.',
      'Rule changed: manage-members: User Management at read/write. → manage-members: the operator alone.',
    ])
  })

  it('compares catalogs that have nothing in common', async () => {
    const { status, out } = await run(['diff', 'plivo', 'studio'])
    expect(status).toBe(0)
    expect(out).toContain('Role removed: Owner (owner), with access to 53 of 53 rows.')
    expect(out).toContain(
      'Rule changed: Accounts are of one level: Account. → Account tree: System › Service Provider › Account.',
    )
  })
})
