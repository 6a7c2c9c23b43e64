import { describe, expect, test } from 'vitest'
import { loadShippedCatalogs } from '../../../src/adapters/catalogs/load-catalogs.ts'
import type { Cell } from '../../../src/domain/access-vocabulary.ts'
import {
  type Catalog,
  grantsOf,
  isOwnerLevel,
  joineryVerbsFor,
  managesJoinery,
  mappableByDirectory,
  mayAssign,
  ownerRoleOf,
} from '../../../src/domain/catalog.ts'

// Copied from the platform's text a second time, apart from the catalog: heading | row | admin | developer | support |
// finance. A heading without a name is a row on its own; a cell without a value is one that the text leaves empty.
const TABLE = `
User Settings               | User Profile                  | No Access           | No Access           | No Access        | No Access
User Settings               | Security                      | No Access           | No Access           | No Access        | No Access
Account Settings            | Subaccounts                   | Add / Edit / Delete | Add / Edit / Delete | View             | View
Account Settings            | Team                          | Add / Edit / Delete | No Access           | No Access        | No Access
Account Settings            | Credentials                   | Edit                | Edit                | No Access        | No Access
Account Settings            | Service Addresses             | Edit                | Edit                | Edit             | Edit
Account Settings            | Manage Accounts               | Edit                | Edit                | Edit             | Edit
Account Settings            | Billing Information           | Edit                | No Access           | No Access        | Edit
Account Settings            | Docs                          | View                | View                | View             | View
Voice                       | Payments                      | Edit                | No Access           | No Access        | Edit
Voice                       | Advanced Insights             | View                | View                | View             | View
Voice                       | Applications                  | Add / Edit / Delete | Add / Edit / Delete | View             | No Access
Voice                       | Endpoints                     | Add / Edit / Delete | Add / Edit / Delete | View             | No Access
Voice                       | Logs                          | View / Export       | View / Export       | View / Export    | No Access
Voice                       | Verified Caller ID            | View / Edit         | View / Edit         | No Access        | No Access
Voice                       | Pricing                       | View                | No Access           | No Access        | View
Voice                       | Settings                      | Enable / Disable    | View                | View             | View
Voice                       | Voice Alerts                  | Enable / Disable    | No Access           | No Access        | No Access
Voice > Other settings      | Destination number validation | Enable / Disable    | Enable / Disable    | No Access        | No Access
Voice > Other settings      | Basic Auth For Recording URLs | View                | View                | No Access        | No Access
Voice > Other settings      | Consent for Media Files       | Enable / Disable    | Enable / Disable    | No Access        | No Access
Voice > Other settings      | Recording Storage             | Enable / Disable    | Enable / Disable    | No Access        | No Access
Voice                       | Geo-permission                | Edit                | Edit                | View             | View
Voice                       | Push Credentials              | Edit                | Edit                | View             | No Access
Voice                       | Call Insights                 | View / Edit         | View                | View             | No Access
Messaging > Application     | XML                           | Add / Edit / Delete | Add / Edit / Delete | View             | No Access
Messaging > Application     | PHLO                          | Add / Edit / Delete | Add / Edit / Delete | View             | No Access
Messaging                   | Logs                          | View / Export       | View / Export       | View / Export    | No Access
Messaging > Compliance      | Profiles / Brands / Campaign / Verification | Add / View | Add / View     | Add / View       | No Access
Messaging > Compliance      | Sender IDs                    | Add / View          | Add / View          | Add / View       | No Access
Messaging > Fraud Shields   | Config                        | View / Edit         | View / Edit         | View / Edit      | No Access
Messaging > Fraud Shields   | Geo-permission                | View / Edit         | View / Edit         | View / Edit      | No Access
Messaging                   | Powerpacks                    | View / Edit         | View / Edit         | View / Edit      | No Access
Messaging                   | MMS Media Upload              | View / Edit         | View / Edit         | View / Edit      | View / Edit
Messaging                   | Pricing                       | View                | No Access           | No Access        | View
                            | WhatsApp                      | Complete Access     | Complete Access     | Complete Access  | No Access
                            | Lookup                        | Complete Access     | Complete Access     | No Access        | No Access
Zentrunk > Outbound Trunk   | Trunks                        | View / Add / Delete | View / Add / Delete | View             | No Access
Zentrunk > Outbound Trunk   | IP Access Control Trunk       | View / Add / Delete | View / Add / Delete | View             | No Access
Zentrunk > Outbound Trunk   | Credentials List              | View / Add / Delete | View / Add / Delete | View             | No Access
Zentrunk > Inbound Trunk    | Trunks                        | View / Add / Delete | View / Add / Delete | View             | No Access
Zentrunk > Inbound Trunk    | Origination URI               |                     | No Access           | No Access        | No Access
Zentrunk > Other Settings   | Geo-permissions               | Edit                | Edit                | View             | View
Zentrunk > Other Settings   | File capture consent          | Edit                | Edit                | Edit             |
Zentrunk                    | Logs                          | View                | View                | View             | No Access
Zentrunk                    | Pricing                       | View                | No Access           | No Access        | View
Phone Numbers               | Phone Numbers                 | View / Buy          | View / Buy          | View             | No Access
Phone Numbers               | Settings                      | View / Edit         | View / Edit         | View / Edit      | No Access
Phone Numbers               | Compliance Application        | View / Edit         | No Access           | No Access        | No Access
Phone Numbers               | Rental Summary                | View                | View                | View             | No Access
Phone Numbers               | BYOC                          | View / Edit         | View / Edit         | View             | No Access
Verify                      | Applications                  | Add / Edit / Delete | Add / Edit / Delete | View             | No Access
Verify                      | Logs                          | View                | View                | View             | No Access
`

const ROLES = ['admin', 'developer', 'support', 'finance-analyst'] as const

const catalog = shipped()

function shipped(): Catalog {
  const plivo = loadShippedCatalogs().get('plivo')
  if (plivo === undefined) throw new Error('the catalog plivo does not ship')
  return plivo
}

/** A cell in the platform's own writing. */
function written(cell: Cell): string {
  if (catalog.access.kind !== 'verbs') throw new Error('the catalog has verbs')
  const labels = new Map(catalog.access.verbs.map(({ id, label }) => [id, label]))
  return cell.length === 0 ? catalog.access.noAccess : cell.map((verb) => labels.get(verb)).join(' / ')
}

function heading(sectionId: string | undefined): string {
  const section = catalog.sections.find(({ id }) => id === sectionId)
  if (section === undefined) return ''
  return section.parent === undefined ? section.label : `${heading(section.parent)} > ${section.label}`
}

function cellOf(roleId: string, capabilityId: string): Cell {
  const grants = catalog.roles.find(({ id }) => id === roleId)?.grants
  if (grants?.kind !== 'cells') throw new Error(`${roleId} has no cells`)
  return grants.cells[capabilityId] ?? []
}

const tableRows = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe("the table of the platform's text", () => {
  test('has the same rows in the same order', () => {
    expect(catalog.capabilities.map(({ section, label }) => [heading(section), label])).toEqual(
      tableRows.map(([section, label]) => [section, label]),
    )
  })

  test.each(
    tableRows.map((row, index) => [...row.slice(0, 2), row.slice(2), index] as [string, string, string[], number]),
  )('has the cells of %s | %s', (_section, _label, cells, index) => {
    const id = catalog.capabilities[index]?.id ?? ''
    const expected = cells.map((cell) => cell || 'No Access') // a cell that the text leaves empty gives nothing
    expect(ROLES.map((role) => written(cellOf(role, id)))).toEqual(expected)
  })

  test('gives each row no other verbs than its cells say, and view', () => {
    const beyond = catalog.capabilities.flatMap(({ id, allows }) => {
      const said = new Set(['view', ...ROLES.flatMap((role) => cellOf(role, id))])
      const more = allows.filter((verb) => !said.has(verb))
      return more.length > 0 ? [[id, more]] : []
    })
    expect(beyond).toEqual([
      ['user-settings.user-profile', ['edit']], // no cell says anything
      ['user-settings.security', ['edit']],
      ['whatsapp', ['add', 'edit', 'delete']], // what Complete Access stands for
      ['lookup', ['add', 'edit', 'delete']],
      ['zentrunk.inbound-trunk.origination-uri', ['add', 'delete']],
    ])
  })
})

describe('what the cells come to', () => {
  test('whoever acts on a row sees it', () => {
    for (const role of ['owner', ...ROLES]) {
      for (const words of grantsOf(catalog, role).values()) expect(words).toContain('view')
    }
  })

  test('complete access is every verb of its row', () => {
    const row = catalog.capabilities.find(({ id }) => id === 'whatsapp')
    expect(grantsOf(catalog, 'support').get('whatsapp')).toEqual(row?.allows)
  })

  test('the owner has every verb of every row', () => {
    const owner = grantsOf(catalog, 'owner')
    expect(catalog.capabilities.map(({ id }) => owner.get(id))).toEqual(
      catalog.capabilities.map(({ allows }) => allows),
    )
  })

  test('rows of one name in several sections are told apart', () => {
    const finance = grantsOf(catalog, 'finance-analyst')
    expect(['voice', 'messaging', 'zentrunk'].map((product) => finance.get(`${product}.pricing`))).toEqual([
      ['view'],
      ['view'],
      ['view'],
    ])
    expect(finance.has('voice.logs')).toBe(false)
  })
})

describe('its roles', () => {
  test('the owner is whoever creates the account, alone, for good, beyond the reach of a directory', () => {
    expect(ownerRoleOf(catalog)?.id).toBe('owner')
    expect(catalog.owner?.kind).toBe('exclusive')
    expect(isOwnerLevel(catalog, 'owner')).toBe(true)
    expect(['owner', ...ROLES].filter((role) => mappableByDirectory(catalog, role))).toEqual([...ROLES])
  })

  test('owner and admin hand out all roles but the owner’s, the others none', () => {
    for (const giver of ['owner', 'admin']) {
      expect(['owner', ...ROLES].filter((role) => mayAssign(catalog, [giver], role))).toEqual([...ROLES])
    }
    for (const giver of ['developer', 'support', 'finance-analyst']) {
      expect(ROLES.some((role) => mayAssign(catalog, [giver], role))).toBe(false)
    }
  })

  test('a member holds one of them, as it is', () => {
    expect(catalog).toMatchObject({ holding: 'one', customisation: 'none', permissionGroups: false })
  })

  test.each([
    ['owner', ['see-members', 'manage-members', 'manage-mappings', 'manage-keys', 'read-audit']],
    ['admin', ['see-members', 'manage-members', 'manage-mappings', 'manage-keys', 'read-audit']],
    ['developer', ['manage-keys']],
    ['support', []],
    ['finance-analyst', []],
  ])('%s may use %j of Joinery', (role, verbs) => {
    const holder = { roles: [role], userTypes: [], access: grantsOf(catalog, role) }
    expect(joineryVerbsFor(catalog, holder)).toEqual(verbs)
    expect(managesJoinery(catalog, role)).toBe(verbs.includes('manage-members'))
  })

  test('role management needs the flag of a plan', () => {
    expect(catalog.entitlements).toMatchObject([
      { flag: 'role-management', gates: ['manage-members', 'manage-mappings'] },
    ])
  })
})
