/**
 * A domain of an account. `pending`: its proof has not been seen yet. `verified`: it has. `lapsed`: it was, and three daily
 * checks in a row have not found it; nobody new is let in by it, and whoever is there stays.
 */
export type AccountDomain = {
  readonly id: string
  readonly accountId: string
  /** In A-label form. */
  readonly domain: string
  readonly state: 'pending' | 'verified' | 'lapsed'
  /** 256 bits of chance, of this account and this domain alone; it stands in public DNS, and is no secret. */
  readonly challenge: string
  readonly failures: number
  /** What the last check found amiss; null where it found the proof. */
  readonly problem: string | null
  readonly createdAt: number
  /** Until when a pending challenge can be answered. */
  readonly expiresAt: number
  readonly verifiedAt: number | null
  /** When the proof was last seen. */
  readonly provedAt: number | null
  readonly nextCheckAt: number
}

export const challengeDays = 7
export const domainFailureLimit = 3
/** Domains of one account. */
export const domainLimit = 200

const hourMs = 3_600_000
const dayMs = 24 * hourMs
export const domainCheckMs = dayMs

/** The TXT record that proves a domain (draft-ietf-dnsop-domain-verification-techniques, 5.1). */
export function proofRecord({ domain, challenge }: Pick<AccountDomain, 'domain' | 'challenge'>) {
  return {
    name: `_joinery-challenge.${domain}`,
    type: 'TXT',
    value: `joinery-domain-verification=${challenge}`,
  } as const
}

export function newDomain(
  row: Pick<AccountDomain, 'id' | 'accountId' | 'domain' | 'challenge'>,
  now: number,
): AccountDomain {
  const blank = { state: 'pending', failures: 0, problem: null, verifiedAt: null, provedAt: null } as const
  return { ...row, ...blank, createdAt: now, expiresAt: now + challengeDays * dayMs, nextCheckAt: now + dayMs }
}

/** What DNS said: the texts of the record, none included; or null, no answer at all. */
export type TxtAnswer = readonly string[] | null

export function isProved(domain: Pick<AccountDomain, 'domain' | 'challenge'>, answer: TxtAnswer): boolean {
  return answer?.some((text) => text.trim() === proofRecord(domain).value) ?? false
}

/** Why the proof is not there, and how to mend it. */
export function proofProblem(domain: Pick<AccountDomain, 'domain' | 'challenge'>, answer: TxtAnswer): string {
  const { name, value } = proofRecord(domain)
  if (answer === null) return `the name servers gave no answer about ${name}; see whether they are up, and try again`
  const found = answer.length === 0 ? 'there is no TXT record' : `the TXT records say something else (${answer.length})`
  return `${found} at ${name}; set one to ${value}, and give DNS some minutes`
}

/** The domain once its proof has been seen. */
export function proved(domain: AccountDomain, now: number): AccountDomain {
  const life = { failures: 0, problem: null, verifiedAt: domain.verifiedAt ?? now, provedAt: now }
  return { ...domain, ...life, state: 'verified', nextCheckAt: now + domainCheckMs }
}

/**
 * The domain after a daily check. An answer without the proof is a failure. No answer may be a fault of ours, so that it is
 * asked again in an hour; once the proof was last seen three days ago, it is a failure too: dead name servers prove nothing.
 */
export function checked(domain: AccountDomain, answer: TxtAnswer, now: number): AccountDomain {
  if (isProved(domain, answer)) return proved(domain, now)
  const problem = proofProblem(domain, answer)
  const unheard = now - (domain.provedAt ?? domain.createdAt)
  if (answer === null && unheard < domainFailureLimit * dayMs) return { ...domain, problem, nextCheckAt: now + hourMs }
  const failures = Math.min(domain.failures + 1, domainFailureLimit)
  const state = failures >= domainFailureLimit ? 'lapsed' : domain.state
  return { ...domain, state, failures, problem, nextCheckAt: now + domainCheckMs }
}
