import type { Cell } from '../../domain/access-vocabulary.ts'
import { type Capability, type Catalog, type CatalogRole, cellOf, grantsOf, ROLE_FLAGS } from '../../domain/catalog.ts'
import type { AccessKeyRule, AssignBelow } from '../../domain/catalog-rules.ts'
import { type AccessNeed, type Control, JOINERY_VERBS } from '../../domain/joinery-verbs.ts'
import type {
  CatalogDescription,
  DescribedCapability,
  DescribedCell,
  DescribedControl,
  DescribedRole,
} from './catalog-description.ts'

/** A catalog as it is told to people and programs outside. */
export function describeCatalog(catalog: Catalog): CatalogDescription {
  const { id, label, access, accountLevels, purview, userTypes, roleGroups, owner, holding } = catalog
  const { customisation, permissionGroups, assign, assignBelow, conditions, advice, accessKeys, roleRequests } = catalog
  return {
    ...{ id, label, access: describeAccess(access), accountLevels: [...accountLevels] },
    ...{ usualLevel: catalog.usualLevel, purview },
    resourceType: catalog.resourceType,
    sections: catalog.sections.map(({ parent, ...section }) => ({ ...section, parent: parent ?? null })),
    capabilities: catalog.capabilities.map((row) => describeCapability(catalog, row)),
    userTypes: [...userTypes],
    roleGroups: roleGroups.map((group) => ({ ...group, sections: [...group.sections] })),
    roles: catalog.roles.map((role) => describeRole(catalog, role)),
    owner: owner === undefined ? null : { kind: owner.kind, roles: { ...owner.roles } },
    ...{ holding, customisation, permissionGroups },
    assign: lists(assign),
    assignBelow: assignBelow === undefined ? null : describeBelow(catalog, assignBelow),
    dependencies: catalog.dependencies.map((each) => ({ ...each, needs: describeNeeds(each.needs) })),
    conditions: [...conditions],
    advice: [...advice],
    accessKeys: accessKeys === undefined ? null : describeKeys(accessKeys),
    roleRequests:
      roleRequests === undefined ? null : { ...roleRequests, forOthers: describeControl(roleRequests.forOthers) },
    entitlements: catalog.entitlements.map((each) => ({ ...each, gates: [...each.gates] })),
    controls: Object.fromEntries(
      JOINERY_VERBS.map((verb) => [verb, describeControl(catalog.controls[verb])]),
    ) as CatalogDescription['controls'],
  }
}

function describeAccess(access: Catalog['access']): CatalogDescription['access'] {
  if (access.kind === 'levels') return { kind: 'levels', levels: [...access.levels] }
  return { ...access, verbs: access.verbs.map((verb) => ({ ...verb, implies: [...verb.implies] })) }
}

/** A level, the lowest where there is none; or the verbs. */
function describeCell({ access }: Catalog, words: Cell): DescribedCell {
  if (access.kind === 'verbs') return [...words]
  return words.at(-1) ?? access.levels[0]?.id ?? ''
}

function describeCapability(catalog: Catalog, row: Capability): DescribedCapability {
  const { access, accountLevels } = catalog
  const availability = accountLevels.map(({ id: level }) => {
    const here = row.availableAt.find(({ accountLevel }) => accountLevel === level)
    return [level, here?.upTo === undefined ? here !== undefined : describeCell(catalog, here.upTo)] as const
  })
  return {
    ...{ id: row.id, label: row.label, section: row.section ?? null, parent: row.parent ?? null },
    ...(access.kind === 'levels'
      ? { levels: [...access.levels.slice(0, 1).map(({ id }) => id), ...row.allows] }
      : { verbs: [...row.allows] }),
    availableAt: Object.fromEntries(availability),
  }
}

function describeRole(catalog: Catalog, role: CatalogRole): DescribedRole {
  const { id, label, flags, grants } = role
  const effective = grantsOf(catalog, id)
  const cellsOf = (cell: (row: Capability) => DescribedCell | null) =>
    catalog.capabilities.map((row) => [row.id, cell(row)] as const)
  const written = (row: Capability): DescribedCell | null =>
    row.leftEmpty.includes(id)
      ? null
      : describeCell(catalog, grants.kind === 'cells' ? cellOf(grants.cells, row.id) : [])
  return {
    ...{ id, label, description: role.description ?? null },
    flags: ROLE_FLAGS.filter((flag) => flags[flag]),
    ...{ userType: role.userType ?? null, group: role.group ?? null, everything: grants.kind === 'everything' },
    grants: Object.fromEntries(
      cellsOf((row) => describeCell(catalog, effective.get(row.id) ?? [])),
    ) as DescribedRole['grants'],
    written: grants.kind === 'everything' ? {} : Object.fromEntries(cellsOf(written)),
  }
}

function describeBelow(
  { accountLevels }: Catalog,
  { row, roles }: AssignBelow,
): NonNullable<CatalogDescription['assignBelow']> {
  if (row === undefined) return { row: null, roles: lists(roles) }
  const { id, label, section = null, after = null } = row
  const availableAt = Object.fromEntries(accountLevels.map((level) => [level.id, row.availableAt.includes(level.id)]))
  return { row: { id, label, section, after, availableAt }, roles: lists(roles) }
}

function describeKeys({ belongTo, maxPerUser, roles, scopes, issuedOnMigration }: AccessKeyRule) {
  return {
    ...{ belongTo, maxPerUser: maxPerUser ?? null, scopes: { ...scopes }, issuedOnMigration },
    roles: roles.kind === 'holder' ? ('holder' as const) : { default: [...roles.byDefault] },
  }
}

function describeControl(control: Control): DescribedControl {
  if (control.kind === 'operator') return 'operator'
  const { needs, roles, userTypes } = control
  return { needs: describeNeeds(needs), roles: [...roles], userTypes: [...userTypes] }
}

function describeNeeds(needs: readonly AccessNeed[]): Record<string, string> {
  return Object.fromEntries(needs.map(({ capability, access }) => [capability, access]))
}

function lists(table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(table).map(([giver, roles]) => [giver, [...roles]]))
}
