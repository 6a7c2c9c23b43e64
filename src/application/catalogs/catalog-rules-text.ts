import { JOINERY_VERBS } from '../../domain/joinery-verbs.ts'
import type { CatalogDescription, DescribedControl } from './catalog-description.ts'
import { cellText, labelIn, listed, rowText } from './catalog-words.ts'

/** One rule of a catalog in a sentence. `key` stays the same while the sentence changes. */
export type RuleText = { readonly key: string; readonly text: string }

/** What a catalog says beside its table. */
export function catalogRules(description: CatalogDescription): RuleText[] {
  return [
    ...treeRules(description),
    ...holdingRules(description),
    ...keyRules(description),
    ...requestRules(description),
    ...dependencyRules(description),
    ...controlRules(description),
  ]
}

const rule = (key: string, text: string): RuleText => ({ key, text })

function treeRules({ accountLevels, usualLevel, purview, userTypes, assignBelow }: CatalogDescription): RuleText[] {
  const tree = accountLevels.map(({ label }) => label).join(' › ')
  const reach =
    purview === 'accounts-below' ? 'Roles count in the accounts below, too.' : 'Roles count in their account.'
  return [
    rule('account-tree', accountLevels.length === 1 ? `Accounts are of one level: ${tree}.` : `Account tree: ${tree}.`),
    ...(usualLevel === accountLevels.at(-1)?.id
      ? []
      : [
          rule(
            'usual-level',
            `A new account with none above it is of the level ${labelIn(accountLevels, usualLevel)}, unless told.`,
          ),
        ]),
    rule('purview', reach),
    ...(assignBelow === null
      ? []
      : [
          rule(
            'assign-below',
            'In the accounts directly below another table says who hands out what; further down nobody does.',
          ),
        ]),
    ...userTypes.map(({ id, label, accountLevel }) =>
      rule(
        `user-type ${id}`,
        `A user of the type ${label} is at home on the level ${labelIn(accountLevels, accountLevel)}.`,
      ),
    ),
  ]
}

const HOLDING = {
  one: 'A member holds one role.',
  several: 'A member holds several roles at once.',
  'one-per-group': 'A member holds one role of each role group.',
} as const

function holdingRules(description: CatalogDescription): RuleText[] {
  const { holding, roleGroups, sections, customisation, permissionGroups } = description
  return [
    rule('holding', HOLDING[holding]),
    ...roleGroups.map(({ id, label, sections: dark, switchable }) => {
      const off = `, and can be switched off: ${listed(dark.map((each) => labelIn(sections, each)))} go dark then`
      return rule(`role-group ${id}`, `${label} is a role group${switchable ? off : ''}.`)
    }),
    ...ownerRules(description),
    ...(customisation === 'none'
      ? []
      : [
          rule(
            'customisation',
            'A member’s permissions may be customised inside his role; he then follows it no more.',
          ),
        ]),
    ...(permissionGroups ? [rule('permission-groups', 'Permission groups may be made.')] : []),
  ]
}

function ownerRules({ owner, roles, accountLevels }: CatalogDescription): RuleText[] {
  if (owner === null) return []
  const how = owner.kind === 'exclusive' ? 'alone and for good' : 'as the first of several'
  const distinct = new Set(Object.values(owner.roles))
  const who = (role: string): string => labelIn(roles, role)
  const which =
    distinct.size === 1
      ? who([...distinct][0] ?? '')
      : listed(Object.entries(owner.roles).map(([at, role]) => `${who(role)} (${labelIn(accountLevels, at)})`))
  return [rule('owner', `Whoever creates an account becomes ${which}, ${how}.`)]
}

function keyRules({ accessKeys, roles, userTypes }: CatalogDescription): RuleText[] {
  if (accessKeys === null) return [rule('access-keys', 'There are no access keys.')]
  const { belongTo, maxPerUser, roles: acts, scopes, issuedOnMigration } = accessKeys
  const byDefault = acts === 'holder' ? [] : acts.default.map((id) => labelIn(roles, id))
  const otherwise = byDefault.length === 0 ? 'which have to be named' : `${listed(byDefault)} where none is named`
  const limit = maxPerUser === null ? '' : `, at most ${maxPerUser} for each user`
  return [
    rule('access-keys', `Access keys belong to the ${belongTo}${limit}.`),
    rule(
      'access-key-roles',
      acts === 'holder' ? 'A key acts with its holder’s roles.' : `A key acts with roles of its maker, ${otherwise}.`,
    ),
    ...Object.entries(scopes).map(([type, scope]) =>
      rule(`access-key-scope ${type}`, `Keys of the user type ${labelIn(userTypes, type)} have the scope ${scope}.`),
    ),
    ...(issuedOnMigration
      ? [rule('access-keys-on-migration', 'People who are imported get a key made for them.')]
      : []),
  ]
}

function requestRules(description: CatalogDescription): RuleText[] {
  const { roleRequests, entitlements } = description
  const asked = roleRequests && `People ask for roles, and are answered within ${roleRequests.promisedHours} hours.`
  return [
    ...(asked === null ? [] : [rule('role-requests', asked)]),
    ...(roleRequests === null
      ? []
      : [
          rule('role-requests-for-others', `Who asks for others: ${controlText(description, roleRequests.forOthers)}.`),
        ]),
    ...entitlements.map(({ flag, gates, reason }) =>
      rule(`entitlement ${flag}`, `${listed(gates)} need the plan’s flag ${flag}: ${reason}.`),
    ),
  ]
}

function dependencyRules(description: CatalogDescription): RuleText[] {
  const { dependencies, conditions, advice, resourceType } = description
  const at = (capability: string, word: string): string =>
    `${rowText(description, capability)} at ${cellText(description, wordCell(description, word))}`
  return [
    ...dependencies.map(({ capability, access, needs, reason }) => {
      const needed = listed(Object.entries(needs).map(([id, word]) => at(id, word)))
      return rule(`dependency ${capability} ${access}`, `${at(capability, access)} needs ${needed}: ${reason}.`)
    }),
    ...conditions.map(({ capability, access, when, reason }) => {
      const told = Object.entries(when).flatMap(([part, names]) =>
        Object.entries(names).map(([name, value]) => `${part} ${name} is ${JSON.stringify(value)}`),
      )
      const key = `condition ${capability} ${access} ${reason}`
      return rule(key, `${at(capability, access)} counts in a decision only where ${listed(told)}: ${reason}.`)
    }),
    ...(resourceType === 'capability' ? [] : [rule('resource-type', `In decisions a row is called ${resourceType}.`)]),
    ...advice.map(({ capability, access, warning }) =>
      rule(`advice ${capability} ${access}`, `${at(capability, access)} is warned of: ${warning}.`),
    ),
  ]
}

function controlRules(description: CatalogDescription): RuleText[] {
  return JOINERY_VERBS.map((verb) =>
    rule(`control ${verb}`, `${verb}: ${controlText(description, description.controls[verb])}.`),
  )
}

function controlText(description: CatalogDescription, control: DescribedControl): string {
  if (control === 'operator') return 'the operator alone'
  const { roles, userTypes } = description
  const needs = Object.entries(control.needs).map(
    ([id, word]) => `${rowText(description, id)} at ${cellText(description, wordCell(description, word))}`,
  )
  const either = (list: readonly string[]): string => list.join(' or ')
  return [
    ...(needs.length === 0 ? [] : [listed(needs)]),
    ...(control.roles.length === 0 ? [] : [either(control.roles.map((id) => labelIn(roles, id)))]),
    ...(control.userTypes.length === 0
      ? []
      : [`users of the type ${either(control.userTypes.map((id) => labelIn(userTypes, id)))}`]),
  ].join(', and only ')
}

function wordCell({ access }: CatalogDescription, word: string): string | string[] {
  return access.kind === 'levels' ? word : [word]
}
