import { readFileSync } from 'node:fs'
import { createDomainTools } from '../../src/adapters/domains/domain-tools.ts'
import { loadPersonalDomains } from '../../src/adapters/domains/personal-domains.ts'
import { createWorkEmailRule, type Verdict } from '../../src/domain/work-email.ts'
import type { Email } from '../../src/domain/work-person.ts'

export const tools = createDomainTools()
export const rule = createWorkEmailRule(tools, loadPersonalDomains())

export const verified = (...domains: string[]) => ({ verifiedDomains: new Set(domains) })
export const nothingVerified = verified()
export const standard = { ...nothingVerified, strictness: 'standard' } as const
export const strict = { ...nothingVerified, strictness: 'strict' } as const

export const judge = (address: string, policy = nothingVerified) => rule.judgeAddress(address, policy)
export const judgeDomain = (host: string, policy = nothingVerified) => judge(`alice@${host}`, policy)
export const outcome = (verdict: Verdict) => (verdict.kind === 'work' ? 'work' : verdict.rule)
export const person = (userName: string, ...emails: Email[]) => ({ userName, emails })

/** The domains of a fixture, one a line; a line may begin with a tier, and comments with #. */
export function fixture(name: string): string[] {
  const text = readFileSync(new URL(`../fixtures/email/${name}.txt`, import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.split(' ').at(-1) ?? '')
}
