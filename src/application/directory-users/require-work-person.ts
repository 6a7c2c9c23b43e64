import type { EmailPolicy } from '../../domain/connection.ts'
import type { UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { judgePerson, workAddressOf, type Refusal, type WorkEmailRule } from '../../domain/work-email.ts'

/** No account can prove a domain yet, so that the soft tier and look-alike domains are refused. */
const verifiedDomains: ReadonlySet<string> = new Set()

/** A person whom the address rule does not let in, with what an audit line may say of it. */
export class PersonRefused extends AppError {
  readonly refusal: { readonly attribute: string; readonly rule: string; readonly domain: string }

  constructor(attribute: string, { rule, domain, detail }: Refusal) {
    const problems = [{ path: attribute, message: detail }]
    super('policy_violation', `${attribute}: ${detail} (rule ${rule})`, { rule, problems })
    this.refusal = { attribute: attribute.slice(0, 200), rule, domain }
  }
}

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
    throw new PersonRefused(attribute, verdict)
  }
  return workAddressOf(person, rule, { verifiedDomains })
}
