import { accessWords } from '../../domain/access-vocabulary.ts'
import {
  type Availability,
  type Capability,
  type Catalog,
  type CatalogRole,
  ROLE_FLAGS,
  type RoleGrants,
} from '../../domain/catalog.ts'
import type { AccessKeyRule, AssignBelow, OwnerRule } from '../../domain/catalog-rules.ts'
import { type AccessNeed, type Control, JOINERY_VERBS, type JoineryVerb } from '../../domain/joinery-verbs.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { cellWords } from './names.ts'

type Row = CatalogDocument['capabilities'][number]

/** A checked document as the domain wants it: nothing left out, no two ways to say the same. */
export function toCatalog(document: CatalogDocument): Catalog {
  const { id, label, access, accountLevels, purview, userTypes, roleGroups, holding, assign } = document
  const { customisation, permissionGroups, advice, accessKeys, roleRequests, entitlements, owner, assignBelow } =
    document
  return {
    id,
    label,
    access,
    accountLevels,
    usualLevel: document.usualLevel ?? accountLevels.at(-1)?.id ?? '',
    purview,
    sections: document.sections.map(({ parent, ...section }) => ({ ...section, parent })),
    resourceType: document.resourceType,
    capabilities: document.capabilities.map((row) => toCapability(document, row)),
    userTypes,
    roleGroups,
    roles: document.roles.map((role) => toRole(document, role)),
    owner: owner && toOwner(document, owner),
    holding,
    customisation,
    permissionGroups,
    assign,
    assignBelow: assignBelow && toAssignBelow(document, assignBelow),
    dependencies: document.dependencies.map(({ needs, ...dependency }) => ({ ...dependency, needs: toNeeds(needs) })),
    conditions: document.conditions,
    advice,
    accessKeys: accessKeys && toAccessKeys(accessKeys),
    roleRequests: roleRequests && { ...roleRequests, forOthers: toControl(roleRequests.forOthers) },
    entitlements,
    controls: toControls(document.controls),
  }
}

function toCapability(document: CatalogDocument, row: Row): Capability {
  const { id, label, section, parent, allows, grants } = row
  return {
    ...{ id, label, section, parent },
    allows: accessWords(document.access).filter((word) => allows?.includes(word) ?? true),
    availableAt: toAvailability(document, row),
    leftEmpty: Object.keys(grants).filter((role) => grants[role] === null),
  }
}

/** One role for every account level, or one for each. */
function toOwner({ accountLevels }: CatalogDocument, { role, kind }: NonNullable<CatalogDocument['owner']>): OwnerRule {
  return {
    roles: typeof role === 'string' ? Object.fromEntries(accountLevels.map(({ id }) => [id, role])) : role,
    kind,
  }
}

function toAssignBelow(
  { accountLevels }: CatalogDocument,
  { row, roles }: NonNullable<CatalogDocument['assignBelow']>,
): AssignBelow {
  if (row === undefined) return { row, roles }
  const { id, label, section, after, availableAt = accountLevels.map((level) => level.id) } = row
  return { row: { id, label, section, after, availableAt }, roles }
}

function toAvailability({ accountLevels }: CatalogDocument, { availableAt }: Row): Availability[] {
  if (availableAt === undefined) return accountLevels.map(({ id }) => ({ accountLevel: id, upTo: undefined }))
  if (Array.isArray(availableAt)) return availableAt.map((accountLevel) => ({ accountLevel, upTo: undefined }))
  return Object.entries(availableAt).map(([accountLevel, cell]) => ({ accountLevel, upTo: cellWords(cell) }))
}

function toRole({ capabilities }: CatalogDocument, role: CatalogDocument['roles'][number]): CatalogRole {
  const { id, label, description, userType, group } = role
  const flags = Object.fromEntries(ROLE_FLAGS.map((flag) => [flag, role.flags.includes(flag)]))
  const cells = Object.fromEntries(capabilities.map((row) => [row.id, cellWords(row.grants[id] ?? [])]))
  const grants: RoleGrants = role.grants === 'everything' ? { kind: 'everything' } : { kind: 'cells', cells }
  return { id, label, description, flags: flags as CatalogRole['flags'], userType, group, grants }
}

function toNeeds(needs: Readonly<Record<string, string>>): AccessNeed[] {
  return Object.entries(needs).map(([capability, access]) => ({ capability, access }))
}

function toAccessKeys({ roles, ...rule }: NonNullable<CatalogDocument['accessKeys']>): AccessKeyRule {
  const { maxPerUser } = rule
  return {
    ...rule,
    maxPerUser,
    roles: roles === 'holder' ? { kind: 'holder' } : { kind: 'chosen', byDefault: roles.default },
  }
}

/** A verb of which the catalog says nothing is the operator's. */
function toControls(controls: CatalogDocument['controls']): Catalog['controls'] {
  const control = (verb: JoineryVerb): Control => toControl(controls[verb] ?? 'operator')
  return Object.fromEntries(JOINERY_VERBS.map((verb) => [verb, control(verb)])) as Catalog['controls']
}

function toControl(stated: NonNullable<CatalogDocument['controls'][JoineryVerb]>): Control {
  return stated === 'operator' ? { kind: 'operator' } : { kind: 'holders', ...stated, needs: toNeeds(stated.needs) }
}
