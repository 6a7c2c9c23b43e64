import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCatalog as run, SHIPPED, shop, useCatalogFiles } from '../support/catalog-files.ts'

const files = useCatalogFiles()
const { changed } = files

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
    const own = join(files.folder, 'more.yaml')
    writeFileSync(
      own,
      shop('more')
        .replace('{ id: reader, label: Reader }', '{ id: guest, label: Guest }')
        .replace('reader: none', 'guest: full'),
    )
    const base = join(files.folder, 'less.yaml')
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
