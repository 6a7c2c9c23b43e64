import type { DomainTools, Refusal, Verdict, WorkEmailRule } from './work-email.ts'

/** Which domains an account may prove: those of an organisation, in whatever spelling. */
export type DomainRule = { judge(text: string): Verdict }

/** Microsoft's own names for its tenants: nobody else sets records there. */
const VENDOR_OWNED = /(^|\.)onmicrosoft\.(com|us|de|cn)$/

/**
 * The work-email rule as it would be were the domain proved: personal, disposable and relay domains stay refused, and what
 * is only doubtful, such as a soft domain or a look-alike, passes. Suffixes of registries never do.
 */
export function createDomainRule(rule: WorkEmailRule, tools: Pick<DomainTools, 'isRegistrySuffix'>): DomainRule {
  return {
    judge(text) {
      const at = (domain: string, verified: readonly string[]): Verdict =>
        rule.judgeAddress(`postmaster@${domain}`, { verifiedDomains: new Set(verified) })
      const { domain, ...told } = at(text.trim(), [])
      if (domain === '') return { ...told, domain }
      const verdict = at(domain, [domain])
      if (verdict.kind === 'refused') return refused(verdict.rule, domain, plain(verdict.detail))
      if (tools.isRegistrySuffix(domain))
        return refused('public_suffix', domain, `${domain} is a suffix of a registry; give the domain under it`)
      if (VENDOR_OWNED.test(domain))
        return refused('personal_domain', domain, `${domain} is Microsoft’s; give the domain that its mail comes from`)
      return verdict
    },
  }
}

/** What is said of an address ends with how to mend the address. */
function plain(detail: string): string {
  return `${detail.replace(/; .*$/s, '')}; give a domain of the organisation’s own`
}

function refused(rule: Refusal['rule'], domain: string, detail: string): Refusal {
  return { kind: 'refused', rule, domain, detail }
}
