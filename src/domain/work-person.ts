import { readGuest, type Refusal, type VerifiedDomains, type WorkEmailRule } from './work-email.ts'

/** `strict` judges every e-mail of a person, `standard` those that identify or reach the person at work. */
export type Strictness = 'standard' | 'strict'
export type WorkEmailPolicy = VerifiedDomains & { readonly strictness: Strictness }

export type Email = {
  readonly value: string
  readonly type?: string | undefined
  readonly primary?: boolean | undefined
}
export type Addressed = { readonly userName: string; readonly emails: readonly Email[] }
/** An address and the SCIM attribute in which the IdP's administrator finds it. */
export type IdentifyingAddress = { readonly attribute: string; readonly value: string }
export type PersonRefusal = { readonly attribute: string; readonly verdict: Refusal }

/** The addresses that identify or reach a person. A home address that is not primary stays in the directory as told. */
export function identifyingAddresses(user: Addressed, strictness: Strictness): readonly IdentifyingAddress[] {
  const emails = withAttributes(user.emails)
    .filter(({ email }) => email.value !== '') // an entry that was emptied reaches nobody
    .filter(({ email }) => strictness === 'strict' || email.primary === true || isWork(email) || isUntyped(email))
    .map(({ email, attribute }) => ({ attribute, value: email.value }))
  return looksLikeAddress(user.userName) ? [{ attribute: 'userName', value: user.userName }, ...emails] : emails
}

/** The first refusal among a person's identifying addresses; null lets the person in. */
export function judgePerson(rule: WorkEmailRule, user: Addressed, policy: WorkEmailPolicy): PersonRefusal | null {
  for (const { attribute, value } of identifyingAddresses(user, policy.strictness)) {
    const verdict = rule.judgeAddress(value, policy)
    if (verdict.kind === 'refused') return { attribute, verdict }
  }
  return null
}

/**
 * The one address that goes on to the IAM store: the first that passes of primary, work, untyped, userName; never a
 * personal one. A guest's is the one that Entra encoded, and the domain is in A-label form.
 */
export function workAddressOf(user: Addressed, rule: WorkEmailRule, policy: VerifiedDomains): string | null {
  const ranked = [
    ...user.emails.filter(({ primary }) => primary === true),
    ...user.emails.filter(isWork),
    ...user.emails.filter(isUntyped),
  ].map(({ value }) => value)
  for (const value of [...ranked, user.userName]) {
    const verdict = rule.judgeAddress(value, policy)
    if (verdict.kind === 'refused') continue
    const { home } = readGuest(value)
    return `${home.slice(0, home.lastIndexOf('@'))}@${verdict.domain}`
  }
  return null
}

/** The wide forms of the @ count: whatever normalises a user name later would make an address of it. */
function looksLikeAddress(userName: string): boolean {
  return /[@＠﹫]/.test(userName)
}

function isWork({ type }: Email): boolean {
  return type?.toLowerCase() === 'work'
}

function isUntyped({ type }: Email): boolean {
  return type === undefined || type === ''
}

/** Names each entry by type where that finds it alone, as IdPs name their targets; else by position. */
function withAttributes(emails: readonly Email[]): readonly { email: Email; attribute: string }[] {
  const typeOf = ({ type }: Email) => type?.toLowerCase() ?? ''
  const counts = new Map<string, number>()
  for (const email of emails) counts.set(typeOf(email), (counts.get(typeOf(email)) ?? 0) + 1)
  return emails.map((email, index) => {
    const type = typeOf(email)
    const alone = /^[a-z]{1,20}$/.test(type) && counts.get(type) === 1 // a type is the IdP's free text
    return { email, attribute: alone ? `emails[type eq "${type}"].value` : `emails[${index}].value` }
  })
}
