import { hasRole, neverOnKeys, scopesOf } from '../../domain/access-key.ts'
import { levelOf } from '../../domain/account.ts'
import type { AccessKeyRule } from '../../domain/catalog-rules.ts'
import { slotOf } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { holderOf } from '../../domain/holder.ts'
import type { JudgedMember } from '../access/judge-member.ts'
import type { KeyPermit } from './key-access.ts'

type Choice = { readonly person: JudgedMember | null; readonly wanted: readonly string[] | undefined }

/**
 * The roles that a new key carries: those that are named, else the catalog’s default; null where keys act with the roles of
 * their person. Nobody gives a key a role that he lacks.
 */
export function chooseRoles(permit: KeyPermit, rule: AccessKeyRule, { person, wanted }: Choice): string[] | null {
  if (rule.roles.kind === 'holder') {
    if (wanted === undefined) return null
    throw invalid('a key acts with the roles of its person in this account; leave them out')
  }
  const { catalog, account } = permit
  const roles = [...new Set(wanted ?? rule.roles.byDefault)].sort()
  if (roles.length === 0)
    throw invalid(
      wanted === undefined
        ? `name at least one role: catalog "${catalog.id}" has no default roles for keys`
        : 'name at least one role, or leave them out',
    )
  for (const role of roles) {
    requireOnKeys({ catalog, account }, role)
    if (!isHisToGive(permit, person, role)) throw lacking(role)
  }
  const slots = new Set(roles.map((role) => slotOf(catalog, role)))
  if (slots.size < roles.length) throw invalid('a key carries one role here (of each group, where there are groups)')
  return roles
}

/** Refuses a role that no key of the account may carry. */
export function requireOnKeys({ catalog, account }: Pick<KeyPermit, 'catalog' | 'account'>, role: string): void {
  const never = neverOnKeys(catalog, role, levelOf(catalog, account))
  if (never !== null) throw new AppError('policy_violation', never, refusal('role_not_on_keys', never))
}

/** Refuses a key for a type of user that the catalog gives no API scope. */
export function requireScope(
  { catalog, account }: Pick<KeyPermit, 'catalog' | 'account'>,
  rule: AccessKeyRule,
  { person, roles }: { person: JudgedMember | null; roles: readonly string[] | null },
): void {
  const level = levelOf(catalog, account)
  const holder = roles === null ? person : holderOf(catalog, { roles, cells: null, switchedOff: [] }, level)
  if (holder === null || scopesOf(rule, { ...holder, catalog, level })?.length !== 0) return
  const message = `keys are for users of the types ${Object.keys(rule.scopes).join(', ')}, and this one is of none of them; assign a role of one of these types first`
  throw new AppError('policy_violation', message, refusal('no_key_scope', message))
}

function isHisToGive(permit: KeyPermit, person: JudgedMember | null, role: string): boolean {
  const { catalog } = permit
  if (person !== null) return hasRole(catalog, person, role)
  if (permit.kind === 'own') return false
  return permit.permitted.kind === 'operator' || hasRole(catalog, permit.permitted.holder, role)
}

export function lacking(role: string): AppError {
  const message = `"${role}" is no role of whoever the key is made by or for; nobody gives a key what he lacks`
  return new AppError('forbidden', message, refusal('role_not_yours', message))
}

function refusal(rule: string, message: string) {
  return { rule, problems: [{ path: 'roles', message }] }
}

function invalid(message: string): AppError {
  return new AppError('invalid_input', `roles: ${message}`, { problems: [{ path: 'roles', message }] })
}
