import type { EmailPolicy } from '../../domain/connection.ts'
import type { UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { isMendedByProof, type Refusal, type VerifiedDomains, type WorkEmailRule } from '../../domain/work-email.ts'
import { judgePerson, workAddressOf } from '../../domain/work-person.ts'

/** A person whom the address rule does not let in, with what an audit line may say of it. */
export class PersonRefused extends AppError {
  readonly refusal: { readonly attribute: string; readonly rule: string; readonly domain: string }

  constructor(attribute: string, { rule, domain, detail }: Refusal) {
    const problems = [{ path: attribute, message: detail }]
    super('policy_violation', `${attribute}: ${detail} (rule ${rule})`, { rule, problems })
    this.refusal = { attribute: attribute.slice(0, 200), rule, domain }
  }
}

/** How a person is judged, and the domains that his account has proved: asked for only where it matters. */
export type PersonPolicy = {
  readonly emailPolicy: EmailPolicy
  readonly provenDomains: () => Promise<ReadonlySet<string>>
  /** The field that an attribute was told in, where that is no SCIM attribute. */
  readonly fieldOf?: (attribute: string) => string
}

const nothingProven: VerifiedDomains = { verifiedDomains: new Set() }

/**
 * Refuses a person whom a personal address identifies or reaches, naming the attribute, the domain and the rule;
 * returns the address that may reach him, or null.
 */
export async function requireWorkPerson(
  rule: WorkEmailRule,
  person: Pick<UserFacts, 'userName' | 'emails'>,
  { emailPolicy: strictness, provenDomains, fieldOf = (attribute) => attribute }: PersonPolicy,
): Promise<string | null> {
  const first = judgePerson(rule, person, { strictness, ...nothingProven })
  if (first === null) return workAddressOf(person, rule, nothingProven)
  if (!isMendedByProof(first.verdict.rule)) throw new PersonRefused(fieldOf(first.attribute), first.verdict)
  const proven: VerifiedDomains = { verifiedDomains: await provenDomains() }
  const refusal = judgePerson(rule, person, { strictness, ...proven })
  if (refusal !== null) throw new PersonRefused(fieldOf(refusal.attribute), refusal.verdict)
  return workAddressOf(person, rule, proven)
}

/**
 * The address that may reach a person of whom a directory tells, or null. The account's rule keeps nobody active: of somebody
 * who is not, it is not asked.
 */
export async function addressOfTold(
  rule: WorkEmailRule,
  person: Pick<UserFacts, 'userName' | 'emails' | 'active'>,
  policy: PersonPolicy,
): Promise<string | null> {
  if (person.active) return requireWorkPerson(rule, person, policy)
  return workAddressOf(person, rule, { verifiedDomains: await policy.provenDomains() })
}
