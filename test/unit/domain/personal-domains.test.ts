import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadPersonalDomains } from '../../../src/adapters/domains/personal-domains.ts'
import { domainsOf, type RefusalRule, TIERS } from '../../../src/domain/work-email.ts'
import { isIntact, sortIntoTiers } from '../../tools/generate-personal-domains.ts'
import inputs from '../../tools/personal-domains.inputs.json' with { type: 'json' }
import { fixture, judgeDomain, outcome, tools, verified } from '../../support/work-email.ts'

describe('known domains', () => {
  it.each(fixture('core'))('%s is refused as a personal domain, verified or not', (domain) => {
    expect(outcome(judgeDomain(domain))).toBe('personal_domain')
    expect(outcome(judgeDomain(domain, verified(domain)))).toBe('personal_domain')
  })

  it('knows all of the core, every further provider and every domain that we added', () => {
    expect(fixture('core')).toHaveLength(62)
    const passed = (domains: string[]) => domains.filter((domain) => judgeDomain(domain).kind === 'work')
    expect(passed([...fixture('extended'), ...fixture('supplement')])).toEqual([])
  })

  it('lets every company pass, but for the three that share their domain with customers', () => {
    const refused = fixture('corporate').filter((domain) => judgeDomain(domain).kind === 'refused')
    expect(refused).toEqual(['telstra.com.au', '1und1.de', 'cox.com'])
    for (const domain of refused) {
      expect(outcome(judgeDomain(domain))).toBe('soft_tier_unverified')
      expect(judgeDomain(domain, verified(domain))).toEqual({ kind: 'work', domain })
    }
  })

  it('never refuses for good what other lists block wrongly', () => {
    for (const domain of [...fixture('never-block'), ...inputs.neverBlock]) {
      expect(['work', 'soft_tier_unverified']).toContain(outcome(judgeDomain(domain)))
      expect(judgeDomain(domain, verified(domain)).kind).toBe('work')
    }
  })

  it.each<[string, RefusalRule]>([
    ['mailinator.com', 'disposable_domain'],
    ['privaterelay.appleid.com', 'relay_domain'],
    ['mozmail.com', 'relay_domain'],
    ['vodafone.de', 'soft_tier_unverified'],
  ])('%s is refused: %s', (domain, wanted) => {
    expect(outcome(judgeDomain(domain))).toBe(wanted)
  })
})

describe('the vendored list', () => {
  it('is what its hash says', () => {
    expect(isIntact(loadPersonalDomains())).toBe(true)
    const more = { ...loadPersonalDomains().tiers, soft: `${loadPersonalDomains().tiers.soft} corp.example` }
    expect(isIntact({ ...loadPersonalDomains(), tiers: more })).toBe(false)
  })

  it('holds registrable domains in one spelling, each in one tier', () => {
    const all = TIERS.flatMap((tier) => domainsOf(loadPersonalDomains(), tier))
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((domain) => tools.toAscii(domain) !== domain)).toEqual([])
    expect(all.filter((domain) => tools.registrableDomain(domain) === null)).toEqual([])
  })

  it('is counted in the reference', () => {
    const page = readFileSync(new URL('../../../docs/reference/work-email.md', import.meta.url), 'utf8')
    for (const tier of TIERS) {
      expect(page).toMatch(new RegExp(`\\| \`${tier}\` \\|.*\\| ${domainsOf(loadPersonalDomains(), tier).length} \\|`))
    }
  })

  it('leaves no soft domain under a hard one, where no proof would help', () => {
    for (const domain of domainsOf(loadPersonalDomains(), 'soft')) {
      expect(judgeDomain(domain, verified(domain)).kind).toBe('work')
    }
  })

  it('is sorted by the recipe', () => {
    const upstream = {
      personal: [
        'mail.example',
        'com.ar',
        'köln.example',
        'a b.example',
        'x.edu',
        'x.ac.uk',
        'staff.example',
        'tmp.example',
      ],
      disposable: ['tmp.example', 'fake.edu'],
    }
    const ours = {
      webmail: ['post.example'],
      relay: ['alias.example'],
      isp: ['isp.example'],
      mixed: ['both.example'],
      neverBlock: ['staff.example', 'both.example'],
    }
    expect(sortIntoTiers(upstream, ours, tools)).toEqual({
      personal: ['mail.example', 'post.example', 'xn--kln-sna.example'],
      disposable: ['fake.edu', 'tmp.example'],
      relay: ['alias.example'],
      soft: ['both.example', 'isp.example'],
    })
  })
})
