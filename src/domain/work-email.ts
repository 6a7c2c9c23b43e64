import { mixesScripts, readAsAscii } from './spelling.ts'

/** What the rule needs of the world: IDNA and the public suffix list. */
export type DomainTools = {
  /** UTS 46 mapping as the URL standard has it: `Ｇmail。com` is `gmail.com`; empty where no host comes out. */
  toAscii(domain: string): string
  /** The same domain with its A-labels written out. */
  toUnicode(domain: string): string
  /** Public suffix, private section included, and one label more; null for an IP address and for a suffix itself. */
  registrableDomain(host: string): string | null
  /** Whether a registry takes registrations under it: `com`, `co.uk`; `github.io` has an owner, who is one company. */
  isRegistrySuffix(domain: string): boolean
}

/**
 * `personal` (webmail and other free providers), `disposable` and `relay` are refused whatever a connection verified.
 * `soft` domains serve private customers and staff alike: proof of the domain beats the list.
 */
export const TIERS = ['personal', 'disposable', 'relay', 'soft'] as const
export type Tier = (typeof TIERS)[number]

/** The generated list. A tier is its domains in one text, apart by white space. */
export type PersonalDomains = {
  /** Over the lines `tier domain`: names the list in audit records. */
  readonly sha256: string
  readonly sources: readonly { readonly name: string; readonly version: string; readonly licence: string }[]
  readonly tiers: Readonly<Record<Tier, string>>
}

export const REFUSAL_RULES = [
  'malformed_address',
  'public_suffix',
  'personal_domain',
  'disposable_domain',
  'relay_domain',
  'soft_tier_unverified',
  'mixed_script_unverified',
  'look_alike_unverified',
] as const
export type RefusalRule = (typeof REFUSAL_RULES)[number]

/** Whether the domain passes once it is proved. */
export function isMendedByProof(rule: RefusalRule): boolean {
  const mended: readonly RefusalRule[] = ['public_suffix', 'soft_tier_unverified', 'mixed_script_unverified']
  return rule === 'look_alike_unverified' || mended.includes(rule)
}

/** `domain` is in A-label form; empty where the address names none. `detail` is safe to show. */
export type Refusal = {
  readonly kind: 'refused'
  readonly rule: RefusalRule
  readonly domain: string
  readonly detail: string
}
export type Verdict = { readonly kind: 'work'; readonly domain: string } | Refusal

/** The domains that the connection proved by DNS, in A-label form. */
export type VerifiedDomains = { readonly verifiedDomains: ReadonlySet<string> }

export type WorkEmailRule = {
  /** The sha256 of the list, for the audit record of a refusal. */
  readonly listVersion: string
  judgeAddress(address: string, policy: VerifiedDomains): Verdict
}

export function domainsOf(list: PersonalDomains, tier: Tier): readonly string[] {
  return list.tiers[tier].split(/\s+/).filter((domain) => domain !== '')
}

/** Compiles the list once; the rule that comes out is asked at every door. */
export function createWorkEmailRule(tools: DomainTools, list: PersonalDomains): WorkEmailRule {
  const tiers = new Map(TIERS.flatMap((tier) => domainsOf(list, tier).map((domain) => [domain, tier] as const)))
  const book: RuleBook = { tools, tiers }
  return {
    listVersion: list.sha256,
    judgeAddress: (address, { verifiedDomains }) => judgeAddress(book, address, verifiedDomains),
  }
}

type RuleBook = { readonly tools: DomainTools; readonly tiers: ReadonlyMap<string, Tier> }

const MAX_ADDRESS = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
const MAX_LOCAL_PART = 64 // RFC 5321, 4.5.3.1.1

/** Length comes first: whatever follows works on 254 characters at most. */
function judgeAddress(book: RuleBook, address: string, verified: ReadonlySet<string>): Verdict {
  if (address.length > MAX_ADDRESS) return malformed('the address is longer than 254 characters')
  const { home, tenants } = readGuest(address)
  const verdict = judgeMailbox(book, home, verified)
  // Without its tenant judged too, `bob_corp.com#EXT#@gmail.com` would pass for an address at corp.com.
  const refusedTenant = tenants.map((host) => judgeHost(book, host, verified)).find(({ kind }) => kind === 'refused')
  return verdict.kind === 'refused' ? verdict : (refusedTenant ?? verdict)
}

/**
 * Entra's userName of a guest is `alice_gmail.com#EXT#@contoso.onmicrosoft.com`: the last underscore stands for the @,
 * since no domain has one. A guest of a guest is wrapped twice.
 */
export function readGuest(address: string): { home: string; tenants: readonly string[] } {
  const wrapped = /^(.+)#EXT#@(.+)$/is
  const tenants: string[] = []
  let home = address
  for (let match = wrapped.exec(home); match !== null; match = wrapped.exec(home)) {
    const [, encoded = '', tenant = ''] = match
    tenants.push(tenant)
    home = encoded.replace(/_(?=[^_]*$)/, '@')
  }
  return { home, tenants }
}

// What quoting, comments, routes and URLs are made of. A URL parser drops line breaks and ends a host at / \ ? or #,
// so `gmail.com/x` must not reach it. The invisible (Cf) is left in a host, where UTS 46 takes it out.
const FORBIDDEN_IN_HOST = /[\p{Cc}\p{Z}"()<>[\]\\,;:/#%?]/u
const FORBIDDEN_IN_LOCAL_PART = /[\p{C}\p{Z}"()<>[\]\\,;:/#%?＠﹫]/u

function judgeMailbox(book: RuleBook, address: string, verified: ReadonlySet<string>): Verdict {
  const at = address.indexOf('@')
  if (at < 1 || at !== address.lastIndexOf('@')) return malformed('the address has no single @ with a name before it')
  const local = address.slice(0, at)
  if (local.length > MAX_LOCAL_PART) return malformed('the part before the @ is longer than 64 characters')
  if (FORBIDDEN_IN_LOCAL_PART.test(local)) return malformed('the part before the @ holds a character that is refused')
  return judgeHost(book, address.slice(at + 1), verified)
}

function judgeHost(book: RuleBook, host: string, verified: ReadonlySet<string>): Verdict {
  if (FORBIDDEN_IN_HOST.test(host)) return malformed('the part after the @ holds a character that is refused')
  const domain = toDomain(book.tools, host)
  if (domain === null) return malformed('the part after the @ is no internet domain')

  const proven = verified.has(domain)
  if (!proven && isOpenSuffix(book.tools, domain)) return refusedSuffix(domain)
  const listed = findListed(book, domain).find(({ tier }) => tier !== 'soft' || !proven)
  if (listed !== undefined) return refusedListed(domain, listed)
  return (proven ? null : judgeSpelling(book, domain)) ?? { kind: 'work', domain }
}

// RFC 5321, 4.1.2: letters, digits, inner hyphens. So `xn--gmail-`, which would be written out as gmail, is no label.
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/** The one spelling of a mail domain, or null where the host is none. IPv4 in any notation comes out of UTS 46 dotted. */
function toDomain(tools: DomainTools, host: string): string | null {
  const domain = tools.toAscii(host).replace(/\.$/, '')
  const labels = domain.split('.')
  if (labels.length < 2 || domain.length > 253 || !labels.every((label) => LABEL.test(label))) return null
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : domain
}

const STATE_SUFFIX = /^(?:gov|gouv|gob|govt|mil)\.[a-z]{2}$/ // gov.uk: a state's own, nobody else registers there

/** Suffixes under which anybody registers. Nobody's address ends there, but the owner's, who can prove it. */
function isOpenSuffix(tools: DomainTools, domain: string): boolean {
  return tools.registrableDomain(domain) === null && !STATE_SUFFIX.test(domain)
}

type Listed = { readonly domain: string; readonly tier: Tier }

/** The domain and its parents down to the registrable one, where listed; never a suffix, which companies share. */
function findListed({ tools, tiers }: RuleBook, domain: string): readonly Listed[] {
  const registrable = tools.registrableDomain(domain) ?? domain
  const depth = domain.split('.').length - registrable.split('.').length
  const walk = Array.from({ length: depth + 1 }, (_, skip) => domain.split('.').slice(skip).join('.'))
  return walk.flatMap((candidate) => {
    const tier = tiers.get(candidate)
    return tier === undefined ? [] : [{ domain: candidate, tier }]
  })
}

/** A homograph is another domain, so no list has it; until it is proven it is taken for the trick that it looks like. */
function judgeSpelling(book: RuleBook, domain: string): Refusal | null {
  const spelled = book.tools.toUnicode(domain)
  if (spelled === domain) return null
  const mend = `verify ${domain} for this connection by DNS if it is your organisation's`
  if (spelled.split('.').some(mixesScripts)) {
    return refused('mixed_script_unverified', domain, `${domain} mixes alphabets in one name; ${mend}`)
  }
  const [imitated] = findListed(book, readAsAscii(spelled))
  if (imitated === undefined) return null
  return refused('look_alike_unverified', domain, `${domain} reads like ${imitated.domain}; ${mend}`)
}

const LISTED_AS: Readonly<Record<Tier, { readonly rule: RefusalRule; readonly what: string }>> = {
  personal: { rule: 'personal_domain', what: 'a personal mail provider' },
  disposable: { rule: 'disposable_domain', what: 'a provider of throw-away addresses' },
  relay: { rule: 'relay_domain', what: 'a relay that hides the address behind it' },
  soft: { rule: 'soft_tier_unverified', what: 'a domain that private customers share with staff' },
}

function refusedListed(domain: string, listed: Listed): Refusal {
  const { rule, what } = LISTED_AS[listed.tier]
  const subject = domain === listed.domain ? `${domain} is` : `${domain} lies under ${listed.domain},`
  const proof = listed.tier === 'soft' ? `verify ${domain} for this connection by DNS, or ` : ''
  return refused(rule, domain, `${subject} ${what}; ${proof}use the person's work address`)
}

function refusedSuffix(domain: string): Refusal {
  const what = 'a suffix under which others register their domains'
  return refused('public_suffix', domain, `${domain} is ${what}; use the person's work address`)
}

function malformed(fault: string): Refusal {
  return refused('malformed_address', '', `${fault}; write it as name@company.example, nothing around it`)
}

function refused(rule: RefusalRule, domain: string, detail: string): Refusal {
  return { kind: 'refused', rule, domain, detail }
}
