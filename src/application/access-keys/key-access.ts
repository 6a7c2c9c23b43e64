import { hasRole, keysOfOperator, type AccessKey } from '../../domain/access-key.ts'
import { memberBehind } from '../../domain/actor.ts'
import type { AccessKeyRule } from '../../domain/catalog-rules.ts'
import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { mayGive } from '../../domain/holder.ts'
import { accountNotFound } from '../accounts/find-accounts.ts'
import { judgeMember, type JudgedMember } from '../access/judge-member.ts'
import { catalogOf, rolesOnceFree } from '../access/require-may-change.ts'
import { barred, requireMay, type AccessNeeds, type Permitted } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'

export type KeyRef = { readonly accountId: string; readonly keyId: string }

/** Whoever was let in to keys: to those of others or, as a person, to his own. */
export type KeyPermit = { readonly account: Permitted['account']; readonly catalog: Catalog } & (
  | { readonly kind: 'own'; readonly judged: JudgedMember }
  | { readonly kind: 'others'; readonly permitted: Permitted; readonly whoAsks: string | null }
)

/**
 * The first line of each verb around access keys. Everybody manages his own without any right of the catalog; those of others
 * and of the organisation take the control `manage-keys`. `memberId` is whose; null: not only one's own.
 */
export async function requireKeyPermit(
  ports: AccessNeeds,
  op: Operation,
  { accountId, memberId }: { accountId: string; memberId: string | null },
): Promise<KeyPermit> {
  const { actor } = op
  if (actor.kind === 'member' && memberId === actor.memberId) {
    const judged = await judgeMember(ports, memberId)
    if (judged === undefined || judged.barred !== null) throw barred()
    if (judged.member.accountId !== accountId) throw accountNotFound(accountId)
    return { kind: 'own', judged, account: judged.member.account, catalog: judged.catalog }
  }
  const permitted = await requireMay(ports, op, 'manage-keys', accountId)
  const { account } = permitted
  return { kind: 'others', permitted, account, catalog: catalogOf(permitted), whoAsks: memberBehind(actor) }
}

/** Refuses a key as the hand that changes keys: a lost one could make its own successor. */
export function requireNoKey({ actor }: Operation): void {
  if (actor.kind !== 'key') return
  const message = 'an access key changes no access keys; sign in, or ask whoever manages them'
  throw new AppError('forbidden', message, { rule: 'person_needed' })
}

/** The rule of the catalog for keys. Where it has none, they are the operator’s alone. */
export function requireKeyRule(permit: KeyPermit): AccessKeyRule {
  const { id, accessKeys } = permit.catalog
  if (accessKeys !== undefined) return accessKeys
  if (permit.kind === 'others' && permit.permitted.kind === 'operator') return keysOfOperator
  throw new AppError(
    'policy_violation',
    `catalog "${id}" has no access keys for people; ask the operator for one of the organisation`,
    { rule: 'no_access_keys' },
  )
}

/**
 * Whether somebody sees a key: his own; of others none that carries a role which he lacks, and none of a person whose roles he
 * may not hand out.
 */
export async function seesKey(ports: AccessNeeds, permit: KeyPermit, key: AccessKey): Promise<boolean> {
  if (permit.kind === 'own') return key.person?.memberId === permit.judged.member.id
  const { permitted, whoAsks, catalog } = permit
  if (permitted.kind === 'operator') return true
  if (key.person !== null && key.person.memberId === whoAsks) return true
  const { holder, levelsDown } = permitted
  const carries = key.roles ?? []
  if (!carries.every((role) => hasRole(catalog, holder, role))) return false
  if (key.person === null) return true
  const roles = await rolesOfPerson(ports, catalog, key.person.memberId)
  return roles.every((role) => hasRole(catalog, holder, role) || mayGive(catalog, holder, role, levelsDown))
}

/** Roles that the person has, or would have but for a suspension: to be out for a while moves nobody below others. */
async function rolesOfPerson(ports: AccessNeeds, catalog: Catalog, memberId: string): Promise<readonly string[]> {
  const [member, facts] = await Promise.all([ports.views.memberWithAccount(memberId), ports.views.facts([memberId])])
  const own = facts.get(memberId)
  if (member === undefined || own === undefined) return []
  return rolesOnceFree({ catalog, member, facts: own, now: ports.clock.now() })
}

export function keyNotFound({ accountId, keyId }: KeyRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no access key "${keyId}"`)
}
