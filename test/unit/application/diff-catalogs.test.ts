import { describe, expect, test } from 'vitest'
import { catalogDescription, type CatalogDescription } from '../../../src/application/catalogs/catalog-description.ts'
import { describeCatalog } from '../../../src/application/catalogs/describe-catalog.ts'
import { diffCatalogs } from '../../../src/application/catalogs/diff-catalogs.ts'
import { shippedCatalog } from '../../support/catalogs.ts'

type Path = readonly (string | number)[]

/** Every value of a description, by its path. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

/** Every list of a description that is not empty, by its path. */
function listsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const below = Object.entries(value).flatMap(([key, child]) =>
    listsOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return Array.isArray(value) && value.length > 0 ? [path, ...below] : below
}

const NOBODY = { needs: {}, roles: [], userTypes: [] }
const KEYS = { belongTo: 'person', maxPerUser: null, roles: 'holder', scopes: {}, issuedOnMigration: false }

/** What could stand in the place of a value, where its schema takes it. */
function others(value: unknown): unknown[] {
  if (typeof value === 'number') return [value + 1]
  if (typeof value === 'boolean') return [!value]
  const words = [
    'first',
    'exclusive',
    'several',
    'one',
    'within-role',
    'none',
    'own-account',
    'accounts-below',
    'person',
  ]
  const forms = [NOBODY, { default: [] }, { kind: 'first', roles: {} }, { row: null, roles: {} }, KEYS]
  const all = [`${String(value)}-x`, 1, ...words, 'organisation', 'read-audit', 'see-members', 'protected', ...forms]
  return [...all, { promisedHours: 1, forOthers: 'operator' }].filter((each) => each !== value)
}

/** The description with another value in one place. */
function changed(description: CatalogDescription, path: Path, change: (value: unknown) => unknown): CatalogDescription {
  const copy = structuredClone(description)
  const last = path.at(-1) ?? ''
  const holder = path.slice(0, -1).reduce<object>((node, key) => Reflect.get(node, key) as object, copy)
  Reflect.set(holder, last, change(Reflect.get(holder, last)))
  return copy
}

const untold = (before: CatalogDescription, after: CatalogDescription): boolean =>
  diffCatalogs(before, after).changes.length === 0

describe.each(['cpaas-iam', 'iotcomms', 'platform-groups', 'plivo', 'studio'])('the differences of %s', (id) => {
  const description = describeCatalog(shippedCatalog(id))

  test('to itself are none', () => {
    expect(diffCatalogs(description, structuredClone(description)).changes).toEqual([])
  })

  // What a catalog says in a hundred places of one kind is tried in some of each: the paths without their ids and numbers.
  const some = (paths: readonly Path[], of: number): Path[] => {
    const seen = new Map<string, number>()
    return paths.filter((path) => {
      const kind = path
        .filter((key) => typeof key === 'string')
        .slice(0, 2)
        .join('/')
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      return (seen.get(kind) ?? 0) <= of
    })
  }

  test('are told whatever value it is that changed', () => {
    // The ids of both are told anyway, another kind of access comes with other words, and grants follow from the cells.
    const leaves = leavesOf(description).filter((path) => path[2] !== 'grants')
    const paths = some(leaves, 4).filter((path) => !['id', 'access,kind'].includes(path.join()))
    expect(paths.length).toBeGreaterThan(40)
    const values = (path: Path): CatalogDescription[] => {
      const value = path.reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], description)
      const changes = others(value).map((each) => changed(description, path, () => each))
      return changes.filter((each) => catalogDescription.safeParse(each).success).slice(0, 1)
    }
    expect(paths.filter((path) => values(path).length === 0)).toEqual([])
    expect(paths.filter((path) => values(path).some((after) => untold(description, after)))).toEqual([])
  }, 60_000)

  test('are told whatever entry of a list is gone', () => {
    const paths = some(listsOf(description), 4)
    const shorter = (list: unknown) => (list as unknown[]).slice(1)
    expect(paths.filter((path) => untold(description, changed(description, path, shorter)))).toEqual([])
    expect(paths.filter((path) => untold(changed(description, path, shorter), description))).toEqual([])
  }, 60_000)

  test('are a sentence each', () => {
    const { changes } = diffCatalogs(description, describeCatalog(shippedCatalog(id === 'plivo' ? 'studio' : 'plivo')))
    expect(changes.length).toBeGreaterThan(20)
    for (const { text } of changes) expect(text).toMatch(/^\S.*[.]$/)
    expect(changes.filter(({ text }) => /undefined|null|\[object/.test(text))).toEqual([])
  })
})

describe('a difference', () => {
  const description = describeCatalog(shippedCatalog('plivo'))
  const texts = (after: CatalogDescription): string[] =>
    diffCatalogs(description, after).changes.map(({ text }) => text)

  test('in the order of roles is told, since the first that is due stands', () => {
    const [owner, admin, developer, ...others] = description.roles
    if (owner === undefined || admin === undefined || developer === undefined) throw new Error('plivo has five roles')
    expect(texts({ ...description, roles: [owner, developer, admin, ...others] })).toEqual([
      'Roles are in another order: Owner, Developer, Admin, Support and Finance analyst.',
    ])
    expect(texts({ ...description, roles: [owner, developer, ...others] })).toEqual([
      expect.stringMatching(/^Role removed: Admin /),
      'Rule changed: manage-mappings: Owner or Admin. → manage-mappings: Owner or admin.',
      'Rule changed: read-audit: Owner or Admin. → read-audit: Owner or admin.',
    ])
  })

  test('in what no access is called is one line, and not one for each cell', () => {
    const { access } = description
    expect(texts({ ...description, access: { ...access, noAccess: 'None' } as typeof access })).toEqual([
      'No access is called "None" instead of "No Access".',
    ])
  })

  test('in what a parent hides is told of every role that loses by it', () => {
    const groups = shippedCatalog('platform-groups')
    const before = describeCatalog(groups)
    const parent = (id: string) => (id === 'reports' ? 'ip-allowlist' : undefined)
    const capabilities = groups.capabilities.map((row) => ({ ...row, parent: parent(row.id) ?? row.parent }))
    expect(diffCatalogs(before, describeCatalog({ ...groups, capabilities })).changes.map(({ text }) => text)).toEqual([
      'Row changed: Reports: parent none → IP Allowlist.',
      'Reports: Limited Support: written as before (View), loses View.',
      'Reports: View Only: written as before (View), loses View.',
    ])
  })
})
