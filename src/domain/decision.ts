import { accessWords, expandCell } from './access-vocabulary.ts'
import type { Catalog } from './catalog.ts'
import type { Condition } from './catalog-rules.ts'
import { accessOfRole, holderOf, type Held } from './holder.ts'
import { hasAccess, type AccessNeed } from './joinery-verbs.ts'

/** Why the answer is no: a closed list, told in the `context` of a decision. */
export const denialReasons = {
  account_not_named: 'neither the credential nor `resource.properties.account` names an account',
  unknown_account: 'there is no such account, or it is not the credential’s own and not below that',
  unknown_subject: 'nobody goes by this type and id there',
  ambiguous_subject: 'several members of the account go by this user name; ask by member id',
  removed: 'the member, or whoever the access key belongs to, has been removed',
  suspended: 'the member, or whoever the access key belongs to, is suspended',
  out_at_home:
    'the member, or whoever the access key belongs to, comes in by other accounts alone, and is suspended or removed there',
  account_suspended: 'the account of the subject or of the resource, or one above it, is suspended',
  key_disabled: 'the access key is disabled, or the catalog has no keys for its user',
  key_expired: 'the access key has expired',
  outside_purview: 'the subject is of another account, and its roles do not reach this one',
  unknown_resource: 'the catalog of the account has no such type or capability',
  unknown_action: 'the catalog of the account has no such verb or level',
  not_available_at_level: 'his roles give it, but not at the level of this account',
  switched_off: 'his roles give it, but its role group is switched off for him',
  customised: 'his roles give it, but his permissions are customised and leave it out',
  condition_not_met: 'his roles give it on a condition of the catalog that the question does not meet',
  not_granted: 'none of his roles gives it',
} as const satisfies Record<string, string>

export type DenialReason = keyof typeof denialReasons

/** What a resource is called in a question: a capability of an account. A catalog may have a name of its own for it. */
export const capabilityType = 'capability'

/** What a question tells of its parts. */
export type ToldParts = Readonly<Record<keyof Condition['when'], Readonly<Record<string, unknown>>>>

/** Why roles do not give access at a level of the account tree; null where they do. */
export function denialOf(
  catalog: Catalog,
  held: Held,
  level: string,
  need: AccessNeed,
  told: ToldParts,
): DenialReason | null {
  const unknown = unknownIn(catalog, need)
  if (unknown !== null) return unknown
  if (hasAccess(holderOf(catalog, held, level).access, need))
    return meetsConditions(catalog, need, told) ? null : 'condition_not_met'
  const lit = { ...held, switchedOff: [] }
  if (held.switchedOff.length > 0 && hasAccess(holderOf(catalog, lit, level).access, need)) return 'switched_off'
  const whole = { ...lit, cells: null }
  if (held.cells !== null && hasAccess(holderOf(catalog, whole, level).access, need)) return 'customised'
  return held.roles.some((role) => hasAccess(accessOfRole(catalog, role), need))
    ? 'not_available_at_level'
    : 'not_granted'
}

/** Access includes what it implies, and is bound by the conditions of all of it. */
function meetsConditions({ access: vocabulary, conditions }: Catalog, need: AccessNeed, told: ToldParts): boolean {
  const here = conditions.filter(({ capability }) => capability === need.capability)
  if (here.length === 0) return true
  const words = expandCell(vocabulary, [need.access])
  return here.every(({ access, when }) => !words.includes(access) || isTold(when, told))
}

const parts = ['subject', 'resource', 'action'] as const

function isTold(when: Condition['when'], told: ToldParts): boolean {
  return parts.every((part) => Object.entries(when[part]).every(([name, value]) => told[part][name] === value))
}

export function unknownIn(catalog: Catalog, { capability, access }: AccessNeed): DenialReason | null {
  if (!catalog.capabilities.some(({ id }) => id === capability)) return 'unknown_resource'
  return accessWords(catalog.access).includes(access) ? null : 'unknown_action'
}
