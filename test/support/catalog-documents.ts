import { type CatalogRule } from '../../src/application/catalogs/catalog-problem.ts'
import type { Path } from '../../src/application/documents/document-problem.ts'
import { parseCatalog } from '../../src/application/catalogs/parse-catalog.ts'

/** A sound document of verbs. */
export function sound() {
  return {
    format: 1,
    id: 'shop',
    label: 'Shop',
    access: {
      kind: 'verbs',
      noAccess: 'No Access',
      verbs: [
        { id: 'view', label: 'View' },
        { id: 'edit', label: 'Edit', implies: ['view'] },
        { id: 'buy', label: 'Buy', implies: ['view'] },
      ],
    },
    accountLevels: [
      { id: 'provider', label: 'Provider' },
      { id: 'account', label: 'Account' },
    ],
    sections: [
      { id: 'settings', label: 'Settings' },
      { id: 'settings.more', label: 'More', parent: 'settings' },
    ],
    capabilities: [
      { id: 'team', label: 'Team', section: 'settings', grants: { admin: ['edit'], reader: ['view'] } },
      { id: 'logs', label: 'Logs', parent: 'team', allows: ['view', 'edit'], grants: { admin: ['edit'], reader: [] } },
    ],
    userTypes: [{ id: 'staff', label: 'Staff', accountLevel: 'provider' }],
    roles: [
      { id: 'owner', label: 'Owner', flags: ['exclusive', 'unassignable'], grants: 'everything' },
      { id: 'admin', label: 'Admin', userType: 'staff' },
      { id: 'reader', label: 'Reader' },
    ],
    owner: { role: 'owner', kind: 'exclusive' },
    holding: 'one',
    purview: 'accounts-below',
    assign: { owner: ['admin', 'reader'], admin: ['reader'] },
    assignBelow: {
      row: { id: 'role-access', label: 'Role Access', section: 'settings', after: 'team', availableAt: ['provider'] },
      roles: { owner: [], admin: ['admin'], reader: [] },
    },
    dependencies: [{ capability: 'logs', access: 'edit', needs: { team: 'view' }, reason: 'Logs name people' }],
    advice: [{ capability: 'team', access: 'edit', warning: 'Mind whom you let in' }],
    accessKeys: { belongTo: 'organisation', roles: { default: ['reader'] }, scopes: { staff: 'sp' } },
    controls: {
      'see-members': { needs: { team: 'view' } },
      'manage-mappings': { roles: ['owner'], userTypes: ['staff'] },
      'read-audit': 'operator',
    },
  }
}

/** The same with levels in the place of verbs. */
export function leveled() {
  const { capabilities, ...document } = sound()
  const [team, logs] = capabilities
  return {
    ...document,
    access: { kind: 'levels', levels: ['none', 'view', 'edit'].map((id) => ({ id, label: id })) },
    capabilities: [
      { ...team, grants: { admin: 'edit', reader: 'view' } },
      { ...logs, grants: { admin: 'view', reader: 'none' } },
    ],
  }
}

/** A role for each account level. */
export const EACH = { provider: 'admin', account: 'reader' }

/** The same with an owner at each account level. */
export function ownedByLevel() {
  const document = sound()
  const roles = document.roles.map((role) => ({ ...role, flags: [] }))
  return { ...document, roles, owner: { role: { ...EACH }, kind: 'first' } }
}

/** The same with one role for each group of roles. */
export function grouped() {
  const document = sound()
  return {
    ...document,
    holding: 'one-per-group',
    roleGroups: [{ id: 'platform', label: 'Platform', sections: ['settings'] }],
    roles: document.roles.map((role) => ({ ...role, group: 'platform' })),
  }
}

export const toPath = (path: string): Path => path.split('/').map((key) => (/^\d+$/.test(key) ? Number(key) : key))

/** A document with one thing in it changed; undefined takes it away. */
export function changed(document: object, path: string, value: unknown): object {
  const keys = toPath(path)
  const last = keys.pop() ?? ''
  const holder = keys.reduce<object>((node, key) => Reflect.get(node, key) as object, document)
  if (value === undefined) Reflect.deleteProperty(holder, last)
  // Not by assignment: the key __proto__ is to be a key.
  else Object.defineProperty(holder, last, { value, enumerable: true, writable: true, configurable: true })
  return document
}

export function problemsOf(document: unknown): { rule: CatalogRule; path: Path; message: string }[] {
  const parsed = parseCatalog(document)
  return 'problems' in parsed ? parsed.problems : []
}
