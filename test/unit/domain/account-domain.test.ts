import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDomainTools } from '../../../src/adapters/domains/domain-tools.ts'
import { checked, isProved, newDomain, proofRecord, proved } from '../../../src/domain/account-domain.ts'
import { createDomainRule } from '../../../src/domain/domain-rule.ts'
import { loadPersonalDomains } from '../../../src/adapters/domains/personal-domains.ts'
import { createWorkEmailRule, domainsOf } from '../../../src/domain/work-email.ts'

const tools = createDomainTools()
const rule = createDomainRule(createWorkEmailRule(tools, loadPersonalDomains()), tools)
const day = 86_400_000
const start = 1_800_000_000_000
const pending = newDomain({ id: 'd1', accountId: 'a1', domain: 'acme.example', challenge: 'c'.repeat(43) }, start)
const { value } = proofRecord(pending)

describe('a proof', () => {
  it('is the one text of this account and domain, among whatever else stands there', () => {
    expect(proofRecord(pending).name).toBe('_joinery-challenge.acme.example')
    expect(isProved(pending, ['v=spf1 -all', ` ${value} `])).toBe(true)
    for (const answer of [null, [], [value.toUpperCase()], [`${value}x`], [value.slice(1)], ['c'.repeat(43)]])
      expect(isProved(pending, answer)).toBe(false)
  })

  it('lapses with the third daily check in a row that does not find it, and comes back with it', () => {
    const verified = proved(pending, start)
    const first = checked(verified, [], start + day)
    const second = checked(first, ['other'], start + 2 * day)
    expect([first.state, second.state, second.failures]).toEqual(['verified', 'verified', 2])
    const third = checked(second, [], start + 3 * day)
    expect([third.state, third.failures]).toEqual(['lapsed', 3])
    expect(third.problem).toContain('there is no TXT record at _joinery-challenge.acme.example; set one to joinery-')
    expect(checked(second, [value], start + 3 * day)).toMatchObject({ state: 'verified', failures: 0, problem: null })
    expect(checked(third, [value], start + 9 * day)).toMatchObject({ state: 'verified', verifiedAt: start })
  })

  it('is asked for again in an hour where no server answers, and counts as missing once that goes on for three days', () => {
    const verified = proved(pending, start)
    const unheard = checked(verified, null, start + day)
    expect(unheard).toMatchObject({ state: 'verified', failures: 0, nextCheckAt: start + day + 3_600_000 })
    let domain = unheard
    for (const at of [3, 4, 5]) domain = checked(domain, null, start + at * day)
    expect(domain).toMatchObject({ state: 'lapsed', failures: 3 })
  })

  it('never lets fewer than three checks without it lapse a domain, whatever comes in what order', () => {
    const answers = fc.array(fc.constantFrom<string[] | null>(null, [], [value]), { maxLength: 12 })
    fc.assert(
      fc.property(answers, (list) => {
        let domain = proved(pending, start)
        list.forEach((answer, index) => {
          domain = checked(domain, answer, start + (index + 1) * day)
          const bad = list.slice(0, index + 1).reverse().findIndex((each) => each?.includes(value) ?? false) // prettier-ignore
          const inRow = bad === -1 ? index + 1 : bad
          if (domain.state === 'lapsed') expect(inRow).toBeGreaterThanOrEqual(3)
          if (inRow === 0) expect(domain.state).toBe('verified')
        })
      }),
    )
  })
})

describe('a domain that an account may prove', () => {
  it.each([
    ['acme.example', 'acme.example'],
    ['  ACME.Example. ', 'acme.example'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['faß.de', 'xn--fa-hia.de'],
    ['sub.acme.co.uk', 'sub.acme.co.uk'],
    ['cox.com', 'cox.com'],
    ['github.io', 'github.io'],
    ['ɢmail.com', 'xn--mail-47b.com'],
    ['gm\u0430il.com', 'xn--gmil-63d.com'],
  ])('%s is %s', (text, domain) => {
    expect(rule.judge(text)).toEqual({ kind: 'work', domain })
  })

  it.each([
    ['gmail.com', 'personal_domain'],
    ['mail.gmail.com', 'personal_domain'],
    ['Ｇmail。com', 'personal_domain'],
    ['mailinator.com', 'disposable_domain'],
    ['mozmail.com', 'relay_domain'],
    ['com', 'malformed_address'],
    ['co.uk', 'public_suffix'],
    ['gov.uk', 'public_suffix'],
    ['contoso.onmicrosoft.com', 'personal_domain'],
    ['', 'malformed_address'],
    ['acme', 'malformed_address'],
    ['https://acme.example', 'malformed_address'],
    ['jo@acme.example', 'malformed_address'],
    ['eve_acme.example#EXT#@gmail.com', 'malformed_address'],
    ['acme.example/x', 'malformed_address'],
    ['acme..example', 'malformed_address'],
    ['127.0.0.1', 'malformed_address'],
    ['*.acme.example', 'malformed_address'],
    [`${'a'.repeat(64)}.example`, 'malformed_address'],
    [`${'a.'.repeat(200)}example`, 'malformed_address'],
  ])('%s is none: %s', (text, refusal) => {
    expect(rule.judge(text)).toMatchObject({ kind: 'refused', rule: refusal })
  })

  it('is none of the lists that no proof helps, and any of the soft ones that is a domain', () => {
    for (const tier of ['personal', 'disposable', 'relay'] as const) {
      const passed = domainsOf(loadPersonalDomains(), tier).filter((domain) => rule.judge(domain).kind === 'work')
      expect(passed, tier).toEqual([])
    }
    const soft = domainsOf(loadPersonalDomains(), 'soft')
    expect(soft.filter((domain) => rule.judge(domain).kind !== 'work')).toEqual([])
  })
})
