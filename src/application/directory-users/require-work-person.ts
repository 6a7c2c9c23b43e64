import type { EmailPolicy } from '../../domain/connection.ts'
import type { UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { judgePerson, workAddressOf, type WorkEmailRule } from '../../domain/work-email.ts'

/** No account can prove a domain yet, so that the soft tier and look-alike domains are refused. */
const verifiedDomains: ReadonlySet<string> = new Set()

/**
 * Refuses a person whom a personal address identifies or reaches, naming the attribute, the domain and the rule;
 * returns the address that may reach him, or null.
 */
export function requireWorkPerson(
  rule: WorkEmailRule,
  person: Pick<UserFacts, 'userName' | 'emails'>,
  emailPolicy: EmailPolicy,
): string | null {
  const refusal = judgePerson(rule, person, { strictness: emailPolicy, verifiedDomains })
  if (refusal !== null) {
    const { attribute, verdict } = refusal
    throw new AppError('policy_violation', `${attribute}: ${verdict.detail} (rule ${verdict.rule})`, {
      rule: verdict.rule,
      problems: [{ path: attribute, message: verdict.detail }],
    })
  }
  return workAddressOf(person, rule, { verifiedDomains })
}
