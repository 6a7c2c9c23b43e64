import type { AccessKeyRule } from '../../domain/catalog-rules.ts'
import { AppError } from '../../domain/errors.ts'
import type { ImportedKey } from '../../domain/member-import.ts'
import { requireScope } from '../access-keys/choose-roles.ts'
import { issueKey, type IssueNeeds } from '../access-keys/create-access-key.ts'
import type { Inviting } from '../invitations/inviting.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'

const keyName = 'Import'

/**
 * The rule by which people who are brought in get access keys; null where they get none. Whoever makes a key for somebody else
 * learns a secret that acts as that person, so that only the operator does.
 */
export function keysForImported({ permitted, catalog }: Inviting, wanted: boolean | undefined): AccessKeyRule | null {
  const rule = catalog.accessKeys
  const isOperator = permitted.kind === 'operator'
  if (!(wanted ?? (isOperator && rule?.issuedOnMigration === true))) return null
  if (!isOperator) {
    const message = 'a person makes his own access keys; only the operator makes some for people he brings in'
    throw new AppError('forbidden', message, { rule: 'not_your_key' })
  }
  if (rule?.belongTo === 'person') return rule
  const message = `people have no access keys under catalog "${catalog.id}"; leave issueKeys out`
  throw new AppError('policy_violation', message, {
    rule: 'no_access_keys',
    problems: [{ path: 'issueKeys', message }],
  })
}

/** Refuses somebody for whose type of user there are no keys. */
export function requireScopeOf({ permitted, catalog }: Inviting, rule: AccessKeyRule, roles: readonly string[]): void {
  requireScope({ catalog, account: permitted.account }, rule, { person: null, roles })
}

type For = {
  readonly inviting: Inviting
  readonly keyRule: AccessKeyRule | null
  memberId: string
  roles: readonly string[]
}

/** The key of somebody who was brought in just now. */
export async function keyFor(ports: IssueNeeds, op: Operation, tx: Tx, whose: For): Promise<ImportedKey | null> {
  const { inviting, keyRule: rule, memberId, roles } = whose
  if (rule === null) return null
  const carried = rule.roles.kind === 'holder' ? null : roles
  const { id: accountId } = inviting.permitted.account
  const { id, text } = await issueKey(ports, op, tx, { accountId, memberId, name: keyName, roles: carried, rule })
  return { id, secret: text }
}
