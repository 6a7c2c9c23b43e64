import type { CatalogChange } from './catalog-change.ts'
import type { CatalogDescription, DescribedRole } from './catalog-description.ts'
import { cellText, labelIn, listed, noAccessText } from './catalog-words.ts'
import { changedParts, matched, type Pair, type Part, plain, quoted } from './diff-matched.ts'

/** Roles that came, went or changed, and their order: where a member holds one role, the first that is due stands. */
export function diffRoles({ before, after }: Pair): CatalogChange[] {
  const changes = matched(before.roles, after.roles).flatMap(({ old, new: now }): CatalogChange[] => {
    if (old === undefined) return now === undefined ? [] : [roleChange('added', after, now)]
    if (now === undefined) return [roleChange('removed', before, old)]
    const changed = changedParts(roleParts(before, old), roleParts(after, now))
    return changed === ''
      ? []
      : [{ kind: 'role-changed', role: now.id, text: `Role changed: ${now.label}: ${changed}.` }]
  })
  return [...changes, ...diffOrder({ before, after })]
}

function roleChange(how: 'added' | 'removed', description: CatalogDescription, role: DescribedRole): CatalogChange {
  const reached = Object.values(role.grants).filter((cell) => cellText(description, cell) !== noAccessText(description))
  const rows = `${reached.length} of ${description.capabilities.length} rows`
  const text = `Role ${how}: ${role.label} (${role.id}), with access to ${rows}.`
  return { kind: `role-${how}`, role: role.id, text }
}

function roleParts({ userTypes, roleGroups }: CatalogDescription, role: DescribedRole): Record<string, Part> {
  const { userType, group } = role
  return {
    label: quoted(role.label),
    description: quoted(role.description ?? ''),
    flags: plain(role.flags.join(', ') || 'none'),
    'user type': { is: userType, text: userType === null ? 'none' : labelIn(userTypes, userType) },
    'role group': { is: group, text: group === null ? 'none' : labelIn(roleGroups, group) },
    grants: plain(role.everything ? 'everything' : 'cells'),
  }
}

function diffOrder({ before, after }: Pair): CatalogChange[] {
  const shared = (one: CatalogDescription, other: CatalogDescription) =>
    one.roles.filter(({ id }) => other.roles.some((role) => role.id === id))
  const [old, now] = [shared(before, after), shared(after, before)]
  if (old.every(({ id }, index) => id === now[index]?.id)) return []
  const order = now.map(({ label }) => label)
  return [
    { kind: 'roles-reordered', roles: now.map(({ id }) => id), text: `Roles are in another order: ${listed(order)}.` },
  ]
}

const PLACES = { 'own-account': '', 'account-below': ' in the accounts directly below' } as const
type Place = keyof typeof PLACES

/** Who hands out what, in his own account and in those directly below. */
export function diffHandingOut(pair: Pair): CatalogChange[] {
  return (Object.keys(PLACES) as Place[]).flatMap((where) => {
    const [old, now] = [handedOut(pair.before, where), handedOut(pair.after, where)]
    const without = (all: readonly Handed[], gone: readonly Handed[]) =>
      all.filter(({ giver, role }) => !gone.some((each) => each.giver === giver && each.role === role))
    return [
      ...without(now, old).map((each) => handOutChange(pair.after, each, where, 'added')),
      ...without(old, now).map((each) => handOutChange(pair.before, each, where, 'removed')),
    ]
  })
}

type Handed = { readonly giver: string; readonly role: string }

/** A catalog without a table for below hands out there what it hands out at home, as far as its roles reach. */
function handedOut({ assign, assignBelow, purview }: CatalogDescription, where: Place): Handed[] {
  const below = purview === 'own-account' ? {} : (assignBelow?.roles ?? assign)
  return Object.entries(where === 'own-account' ? assign : below).flatMap(([giver, roles]) =>
    roles.map((role) => ({ giver, role })),
  )
}

function handOutChange(
  { roles }: CatalogDescription,
  { giver, role }: Handed,
  where: Place,
  how: 'added' | 'removed',
): CatalogChange {
  const verb = how === 'added' ? 'hands out' : 'no longer hands out'
  const text = `${labelIn(roles, giver)} ${verb} ${labelIn(roles, role)}${PLACES[where]}.`
  return { kind: `hand-out-${how}`, giver, role, where, text }
}
