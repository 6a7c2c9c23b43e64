import { type LevelScale, type VerbSet } from '../../src/domain/access-vocabulary.ts'
import { type Capability, type Catalog, type CatalogRole, type RoleFlag } from '../../src/domain/catalog.ts'
import { JOINERY_VERBS } from '../../src/domain/joinery-verbs.ts'

export const SCALE: LevelScale = {
  kind: 'levels',
  levels: ['hide', 'view', 'edit', 'create'].map((id) => ({ id, label: id.toUpperCase() })),
}

export const VERBS: VerbSet = {
  kind: 'verbs',
  noAccess: 'No Access',
  verbs: [
    { id: 'view', label: 'View', implies: [] },
    { id: 'edit', label: 'Edit', implies: ['view'] },
    { id: 'publish', label: 'Publish', implies: ['edit'] },
    { id: 'buy', label: 'Buy', implies: [] },
  ],
}

export function aRole(
  id: string,
  cells: Record<string, readonly string[]> | 'everything',
  ...flags: RoleFlag[]
): CatalogRole {
  const has = (flag: RoleFlag) => flags.includes(flag)
  return {
    id,
    label: id,
    description: undefined,
    flags: {
      exclusive: has('exclusive'),
      unassignable: has('unassignable'),
      protected: has('protected'),
      example: has('example'),
      derived: has('derived'),
    },
    userType: undefined,
    group: undefined,
    grants: cells === 'everything' ? { kind: 'everything' } : { kind: 'cells', cells },
  }
}

export function aCapability(id: string, more: Partial<Capability> = {}): Capability {
  const availableAt = [{ accountLevel: 'account', upTo: undefined }]
  return {
    id,
    label: id,
    section: undefined,
    parent: undefined,
    allows: ['view', 'edit', 'create'],
    availableAt,
    leftEmpty: [],
    ...more,
  }
}

export function aCatalog(more: Partial<Catalog> = {}): Catalog {
  const nobody = Object.fromEntries(JOINERY_VERBS.map((verb) => [verb, { kind: 'operator' }])) as Catalog['controls']
  return {
    id: 'test',
    label: 'Test',
    access: SCALE,
    accountLevels: [
      { id: 'provider', label: 'Provider' },
      { id: 'account', label: 'Account' },
    ],
    usualLevel: 'account',
    purview: 'own-account',
    sections: [],
    capabilities: [aCapability('team'), aCapability('numbers')],
    userTypes: [],
    roleGroups: [],
    roles: [
      aRole('owner', 'everything', 'exclusive', 'unassignable', 'protected'),
      aRole('lead', { team: ['edit'], numbers: ['create'] }),
      aRole('reader', { team: ['view'], numbers: ['view'] }),
    ],
    owner: { roles: { provider: 'owner', account: 'owner' }, kind: 'exclusive' },
    holding: 'one',
    customisation: 'none',
    permissionGroups: false,
    assign: { owner: ['lead', 'reader', 'owner'], lead: ['reader'] },
    assignBelow: undefined,
    dependencies: [],
    resourceType: 'capability',
    conditions: [],
    advice: [],
    accessKeys: undefined,
    roleRequests: undefined,
    entitlements: [],
    controls: nobody,
    ...more,
  }
}

export const asRecord = (access: ReadonlyMap<string, readonly string[]>) => Object.fromEntries(access)
