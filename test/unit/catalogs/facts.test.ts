import { describe, expect, test } from 'vitest'
import type { CatalogDescription } from '../../../src/application/catalogs/catalog-description.ts'
import { describeCatalog } from '../../../src/application/catalogs/describe-catalog.ts'
import { citedLines, factsOf, headingsOf, shippedCatalog, writtenAs } from '../../support/catalogs.ts'

// Every platform's text was transcribed twice: as the catalog that ships, and as the facts in test/fixtures/catalogs,
// which were made by another way (tables cut out of the text by a program, the rest read anew). Where one has a cell that
// the other has not, or another value in it, a test here fails.

type FactRow = { line: number; under: string[]; label: string; availability?: string; cells: string[] }
type Table = { columns: { line: number; label: string }[]; rows: FactRow[] }

/** The whole table of a catalog in the shape of the facts; each row with the line that the catalog's file cites. */
function tableOf(description: CatalogDescription, columns: readonly string[], cited: ReadonlyMap<string, number>) {
  const roles = columns.map((label) => {
    const role = description.roles.find((each) => each.label === label)
    if (role === undefined) throw new Error(`no role "${label}"`)
    return role
  })
  return description.capabilities.map((row) => ({
    id: row.id,
    line: cited.get(row.id),
    under: headingsOf(description, row.section),
    label: row.label,
    availableAt: row.availableAt,
    cells: roles.map(({ written }) => writtenAs(description, written[row.id] ?? null)),
  }))
}

const labelsOf = (list: readonly { label: string }[]) => list.map(({ label }) => label)

describe('cpaas-iam', () => {
  const facts = factsOf<Table>('cpaas-iam')
  const description = describeCatalog(shippedCatalog('cpaas-iam'))
  const cited = citedLines('cpaas-iam')
  const columns = labelsOf(facts.columns)
  const availability = (at: boolean | string | string[] | undefined): string =>
    typeof at === 'boolean' ? (at ? 'Yes' : 'No') : writtenAs(description, at ?? null)

  /** The row whose cells are roles: those of the accounts one level down. */
  function roleRow() {
    const { row = null, roles = {} } = description.assignBelow ?? {}
    if (row === null) throw new Error('there is no row of roles')
    const below = description.accountLevels[1]?.label ?? ''
    const label = (id: string): string => description.roles.find((role) => role.id === id)?.label ?? id
    return {
      ...{ line: cited.get(row.id), under: headingsOf(description, row.section), label: row.label },
      availability: availability(row.availableAt['account']),
      cells: description.roles.map(({ id }) =>
        (roles[id] ?? []).length === 0
          ? 'no access'
          : (roles[id] ?? []).map((role) => `${below} ${label(role)}`).join(),
      ),
    }
  }

  test('cpaas-iam-3: has the five values of every row, availability first, and no row beside them', () => {
    const rows: object[] = tableOf(description, columns, cited).map(({ id: _id, availableAt, cells, ...row }) => ({
      ...row,
      availability: availability(availableAt['account']),
      cells,
    }))
    const after = description.capabilities.findIndex(({ id }) => id === description.assignBelow?.row?.after)
    rows.splice(after + 1, 0, roleRow())
    expect(rows).toEqual(facts.rows)
  })

  test('cpaas-iam-2: has no other columns, in the order of the text', () => {
    expect(labelsOf(description.roles)).toEqual(columns)
  })

  test('has one level down what it has at the account', () => {
    for (const { availableAt } of description.capabilities) {
      expect(availableAt['business-customer']).toEqual(availableAt['account'])
    }
  })
})

describe('plivo', () => {
  const facts = factsOf<Table>('plivo')
  const description = describeCatalog(shippedCatalog('plivo'))
  const columns = labelsOf(facts.columns)

  test('plivo-2: has the four cells of every row, empty ones included, and no row beside them', () => {
    const rows = tableOf(description, columns, citedLines('plivo'))
    expect(rows.map(({ line, under, label, cells }) => ({ line, under, label, cells }))).toEqual(
      // The text has one row without a name: that of what its heading names.
      facts.rows.map((row) => ({ ...row, label: row.label || row.under.at(-1) })),
    )
  })

  test('has no other columns but the owner, who has everything', () => {
    expect(labelsOf(description.roles)).toEqual(['Owner', ...columns])
    expect(description.roles.filter(({ everything }) => everything).map(({ id }) => id)).toEqual(['owner'])
  })
})

describe('iotcomms', () => {
  type Compared = { line: number; role: string; apiAccess: string; portalAccess: string; responsibilities: string }
  type Facts = {
    roles: { line: number; name: string; heading: string }[]
    comparison: Compared[]
    billing: { line: number; label: string; role: string }[]
    keys: { line: number; label: string; role: string }[]
    keysWithoutRoles: { actAs: string[] }
    assignedByThePlatformAlone: { withinHours: number }
  }
  const facts = factsOf<Facts>('iotcomms')
  const description = describeCatalog(shippedCatalog('iotcomms'))
  const cited = citedLines('iotcomms')

  /** The rows of the portal of which a role has something. */
  const portalOf = (roleId: string) => {
    const role = description.roles.find(({ id }) => id === roleId)
    return description.capabilities.filter(
      ({ id, section }) => section === 'portal-access' && role?.written[id] === 'full',
    )
  }

  test('iotcomms-7: has the table that compares the roles', () => {
    const portal = description.capabilities.filter(({ section }) => section === 'portal-access')
    const compared = description.roles.map(({ id, description: responsibilities, written }) => {
      const reached = portalOf(id)
      const topmost = reached.filter(({ parent }) => parent === null).map(({ label }) => label)
      return {
        apiAccess: writtenAs(description, written['api-access'] ?? null),
        portalAccess: reached.length === portal.length ? 'Full' : topmost.join(', '),
        responsibilities,
      }
    })
    expect(compared).toEqual(facts.comparison.map(({ line: _line, role: _role, ...cells }) => cells))
  })

  test('has the three roles, and whatever the text says of billing and keys', () => {
    expect(description.roles.map(({ id, label }) => [id, label])).toEqual(
      facts.roles.map(({ name, heading }) => [name, heading]),
    )
    for (const { line, label, role } of [...facts.billing, ...facts.keys]) {
      const row = description.capabilities.find((each) => each.label === label)
      expect([label, cited.get(row?.id ?? '')]).toEqual([label, line])
      expect(portalOf(role)).toContain(row)
    }
    expect(portalOf('hybrid_admin').map(({ label }) => label)).toEqual(['Hybrid Sites'])
    expect(description.accessKeys?.roles).toEqual({ default: facts.keysWithoutRoles.actAs })
    expect(description.roleRequests?.promisedHours).toBe(facts.assignedByThePlatformAlone.withinHours)
  })

  test('has no row of which the text does not speak', () => {
    const known = ['API Access', ...facts.comparison.map(({ portalAccess }) => portalAccess)]
    const spoken = new Set([...known, ...facts.billing.map(({ label }) => label), ...facts.keys.map((k) => k.label)])
    expect(labelsOf(description.capabilities).filter((label) => !spoken.has(label))).toEqual([])
    const lines = new Set([91, ...[...facts.comparison, ...facts.billing, ...facts.keys].map(({ line }) => line)])
    expect([...cited.values()].filter((line) => !lines.has(line))).toEqual([])
  })
})

describe('studio', () => {
  type Row = { line: number; under: string; label: string; in?: string; cells: string[] }
  type Facts = {
    userTypes: { label: string }[]
    columns: { label: string; userType: string }[]
    rows: Row[]
    apiScopes: { userType: string; scope: string }[]
  }
  const facts = factsOf<Facts>('studio')
  const description = describeCatalog(shippedCatalog('studio'))
  const words: Record<string, string> = { full: 'full', 'read-only': 'read', none: 'none' }
  const typeLabel = (id: string | null) => description.userTypes.find((type) => type.id === id)?.label

  test('studio-2: has a row for every line of the scopes, and the cells that the roles are described by', () => {
    const cited = citedLines('studio')
    const roles = facts.columns.map(({ label }) => description.roles.find((role) => role.label === label))
    const rows = description.capabilities.map(({ id, section, label, parent }) => ({
      ...{ line: cited.get(id), under: headingsOf(description, section).join(), label },
      ...(parent === null ? {} : { in: description.capabilities.find((row) => row.id === parent)?.label }),
      cells: roles.map((role) => role?.grants[id]),
    }))
    expect(rows).toEqual(facts.rows.map((row) => ({ ...row, cells: row.cells.map((cell) => words[cell]) })))
  })

  test('has no other roles and types of user, and the scopes of their keys', () => {
    const known = description.roles.map(({ label, userType }) => ({ label, userType: typeLabel(userType) }))
    expect(new Set(known.map((role) => JSON.stringify(role)))).toEqual(
      new Set(facts.columns.map(({ label, userType }) => JSON.stringify({ label, userType }))),
    )
    expect(new Set(labelsOf(description.userTypes))).toEqual(new Set(labelsOf(facts.userTypes)))
    expect(
      Object.entries(description.accessKeys?.scopes ?? {}).map(([type, scope]) => [typeLabel(type), scope]),
    ).toEqual(facts.apiScopes.map(({ userType, scope }) => [userType, scope]))
  })
})

describe('platform-groups', () => {
  type Facts = {
    scale: { lowestFirst: string[] }
    rows: { line: number; label: string; levels: string[] }[]
    needs: { line: number; row: string; from: string; needs: Record<string, string> }[]
    hiddenWith: { row: string; hides: string[] }[]
    advice: { row: string; fine: string[]; warns: string[] }[]
    examples: { label: string; reaches: Record<string, string>; atMost: Record<string, string>; described: boolean }[]
  }
  const facts = factsOf<Facts>('platform-groups')
  const description = describeCatalog(shippedCatalog('platform-groups'))
  const scale = facts.scale.lowestFirst
  const labelOf = (id: string) => description.capabilities.find((row) => row.id === id)?.label ?? id
  const level = (id: string | string[] | null | undefined) => writtenAs(description, id ?? null)

  test('platform-groups-1: has every permission with its own levels, and none beside them', () => {
    const cited = citedLines('platform-groups')
    const rows = description.capabilities.map(({ id, label, levels = [] }) => ({
      ...{ line: cited.get(id), label },
      levels: levels.map(level),
    }))
    expect(rows).toEqual(facts.rows.map(({ line, label, levels }) => ({ line, label, levels: ['Hide', ...levels] })))
    expect(description.access).toMatchObject({ kind: 'levels', levels: scale.map((label) => ({ label })) })
  })

  test('platform-groups-3: has the dependencies, what a hidden section hides, and the advice', () => {
    const needs = description.dependencies.map(({ capability, access, needs }) => ({
      ...{ row: labelOf(capability), from: level(access) },
      needs: Object.fromEntries(Object.entries(needs).map(([id, word]) => [labelOf(id), level(word)])),
    }))
    expect(needs).toEqual(facts.needs.map(({ line: _line, ...need }) => need))
    const hidden = description.capabilities.flatMap(({ label, parent }) =>
      parent === null ? [] : [{ row: labelOf(parent), label }],
    )
    expect(new Set(hidden.map(({ label }) => label))).toEqual(new Set(facts.hiddenWith.flatMap(({ hides }) => hides)))
    expect(new Set(hidden.map(({ row }) => row))).toEqual(new Set(facts.hiddenWith.map(({ row }) => row)))
    expect(description.advice.map(({ capability, access }) => [labelOf(capability), level(access)])).toEqual(
      facts.advice.flatMap(({ row, warns }) => warns.slice(0, 1).map((first) => [row, first])),
    )
  })

  test.each(facts.examples)(
    'platform-groups-7: has the example $label inside what its sentence says',
    ({ label, reaches, atMost }) => {
      const example = description.roles.find((role) => role.label === label)
      expect(example?.flags).toEqual(expect.arrayContaining(['example', 'derived']))
      for (const { id, label: row } of description.capabilities) {
        const height = scale.indexOf(level(example?.grants[id]))
        const most = atMost[row] ?? (row in reaches ? reaches[row] : (atMost['*'] ?? 'Delete'))
        expect([row, height <= scale.indexOf(most ?? '')]).toEqual([row, true])
        expect([row, height >= scale.indexOf(reaches[row] ?? 'Hide')]).toEqual([row, true])
      }
    },
  )

  test('has no other examples', () => {
    expect(labelsOf(description.roles)).toEqual(labelsOf(facts.examples))
  })
})
