import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { REFUSAL_RULES, type RefusalRule } from '../../../src/domain/work-email.ts'
import { judge, judgeDomain, outcome, rule, verified } from '../../support/work-email.ts'

describe('the soft tier', () => {
  it('passes where the connection verified exactly that domain', () => {
    expect(judgeDomain('bt.com', verified('bt.com'))).toEqual({ kind: 'work', domain: 'bt.com' })
    expect(outcome(judgeDomain('bt.com', verified('bt.co.uk')))).toBe('soft_tier_unverified')
    expect(outcome(judgeDomain('mail.bt.com', verified('bt.com')))).toBe('soft_tier_unverified')
    expect(judgeDomain('mail.bt.com', verified('mail.bt.com')).kind).toBe('work')
  })

  it('alone yields to a proof', () => {
    const proven = verified('gmail.com', 'mailinator.com', 'duck.com', 'mail.gmail.com')
    for (const domain of proven.verifiedDomains) expect(judgeDomain(domain, proven).kind).toBe('refused')
  })
})

describe('what a refusal says', () => {
  it.each<[string, string]>([
    ['gmail.com', "gmail.com is a personal mail provider; use the person's work address"],
    ['x.gmail.com', "x.gmail.com lies under gmail.com, a personal mail provider; use the person's work address"],
    [
      'bt.com',
      'bt.com is a domain that private customers share with staff; ' +
        "verify bt.com for this connection by DNS, or use the person's work address",
    ],
    ['co.uk', "co.uk is a suffix under which others register their domains; use the person's work address"],
    [
      'gm\u0430il.com',
      'xn--gmil-63d.com mixes alphabets in one name; ' +
        "verify xn--gmil-63d.com for this connection by DNS if it is your organisation's",
    ],
    [
      'ɢmail.com',
      'xn--mail-47b.com reads like gmail.com; ' +
        "verify xn--mail-47b.com for this connection by DNS if it is your organisation's",
    ],
  ])('names the domain and the way out: %s', (host, detail) => {
    expect(judgeDomain(host)).toMatchObject({ kind: 'refused', detail })
  })

  it('never repeats what it could not read', () => {
    const verdict = judge('<script>@gmail.com\u0000')
    expect(verdict).toMatchObject({ rule: 'malformed_address', domain: '' })
    expect(JSON.stringify(verdict)).not.toContain('script')
  })

  it('carries the version of the list', () => {
    expect(rule.listVersion).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has a rule that the reference explains', () => {
    const page = readFileSync(new URL('../../../docs/reference/work-email.md', import.meta.url), 'utf8')
    for (const name of REFUSAL_RULES) expect(page).toContain(`\`${name}\``)
  })
})

describe('39 ways around a list', () => {
  const spellings = [
    'Gmail.com',
    'gmail.com.',
    'gmail\u3002com',
    'gmail.com',
    'gmail\uff0ecom',
    'gmaiL.com',
    'gm\u00adail.com',
    'gm\u200bail.com',
    '\uff27mail.com',
    '\u{1d420}mail.com',
    'mail.gmail.com',
    'hotmail.com.mx',
  ]
  const malformed = [
    'gmail.com\u0000',
    'gmail.com ',
    ' gmail.com',
    'gmail.com\n',
    'gmail.com/evil',
    'gmail.com:25',
    'gmail.com#x',
    'gmail%2ecom',
    '[127.0.0.1]',
    '[IPv6:::1]',
    'gmail.com@corp.com',
    'corp.com@gmail.com',
    'gmail..com',
    '.gmail.com',
    'gmail.com..',
    '127.1',
    '0x7f.1',
    'com',
    `${'a'.repeat(64)}.com`,
  ]
  const suffixes = ['co.uk']
  const others: [host: string, domain: string, wanted: RefusalRule | 'work'][] = [
    ['contoso.onmicrosoft.com', 'contoso.onmicrosoft.com', 'work'],
    ['ɢmail.com', 'xn--mail-47b.com', 'look_alike_unverified'], // U+0262, a Latin letter like its neighbours
    ['gm\u0430il.com', 'xn--gmil-63d.com', 'mixed_script_unverified'], // Cyrillic а
    ['xn--gmil-6cd.com', 'xn--gmil-6cd.com', 'mixed_script_unverified'], // U+0373, Greek
    ['gmail.ﬀom', 'gmail.ffom', 'work'], // the ligature is ff, and so the whole is plain ASCII
    ['ßmail.com', 'xn--mail-una.com', 'work'], // a letter of German that reads like no g
    ['faß.de', 'xn--fa-hia.de', 'work'],
  ]

  it('are 39: 32 refused whatever a connection verified, 7 other domains', () => {
    expect(spellings.length + malformed.length + suffixes.length).toBe(32)
    expect(others).toHaveLength(7)
  })

  it.each(spellings)('%j is a personal domain', (host) => {
    expect(outcome(judgeDomain(host, verified('gmail.com', 'mail.gmail.com', 'hotmail.com.mx')))).toBe(
      'personal_domain',
    )
  })

  it.each(malformed)('%j is no mail domain', (host) => {
    expect(outcome(judgeDomain(host, verified('gmail.com', 'com', '127.0.0.1')))).toBe('malformed_address')
  })

  it.each(suffixes)('%j is a suffix, no domain', (host) => {
    expect(outcome(judgeDomain(host, verified('gmail.com')))).toBe('public_suffix')
  })

  it.each(others)('%j is another domain, %s: %s', (host, domain, wanted) => {
    expect(judgeDomain(host)).toMatchObject({ domain })
    expect(outcome(judgeDomain(host))).toBe(wanted)
    expect(judgeDomain(host, verified(domain))).toEqual({ kind: 'work', domain })
  })
})

describe('the address', () => {
  it.each([
    'alice@corp.example',
    "o'brien+scim@corp.example",
    'ゆうき@corp.example',
    'alice@münchen-technik.de',
    'alice@日本ネット.jp', // Han and Katakana go together
    'alice@gov.uk', // a suffix that a state keeps for itself
  ])('%s passes', (address) => {
    expect(judge(address).kind).toBe('work')
  })

  it.each([
    '',
    '@',
    'alice',
    'alice@',
    '@corp.example',
    'alice@corp',
    'alice@localhost',
    'alice@1.2.3.4',
    'alice@corp_1.example',
    'alice@-corp.example',
    'alice@xn--gmail-.com', // written out, it would be gmail.com
    'alice@gmail.com＠corp.example',
    'alice＠gmail.com@corp.example',
    '"alice@gmail.com"@corp.example',
    'alice(gmail.com)@corp.example',
    'alice%gmail.com@corp.example',
    'Alice <alice@corp.example>',
    'al\u200bice@corp.example',
    `${'a'.repeat(65)}@corp.example`,
  ])('%j is malformed', (address) => {
    expect(outcome(judge(address))).toBe('malformed_address')
  })

  it('in one alphabet is refused where it reads like a listed one', () => {
    expect(outcome(judge('alice@уаһоо.com'))).toBe('look_alike_unverified')
    expect(outcome(judge('alice@gṃail.com'))).toBe('look_alike_unverified')
    expect(outcome(judge('alice@почта.рф'))).toBe('work')
  })

  it('at a public suffix is its owner alone, and says nothing of the domains below', () => {
    expect(outcome(judge('alice@dyndns.org'))).toBe('public_suffix')
    expect(outcome(judge('alice@corp.dyndns.org'))).toBe('work')
    expect(outcome(judge('alice@mercadolibre.com.ar'))).toBe('work')
    expect(judge('alice@freedesktop.org', verified('freedesktop.org')).kind).toBe('work')
  })

  it('is measured before anything else looks at it', () => {
    const junk = 100_000
    const tooLong = expect.stringContaining('longer than 254') as string
    for (const address of [
      'a'.repeat(junk),
      '@'.repeat(junk),
      `alice@${'a.'.repeat(junk)}com`,
      `alice@${'.'.repeat(junk)}`,
      `${'_'.repeat(junk)}#EXT#@corp.example`,
      '_#EXT#@'.repeat(junk),
      `alice@${'\u00ad'.repeat(junk)}gmail.com`,
    ]) {
      expect(judge(address)).toMatchObject({ rule: 'malformed_address', domain: '', detail: tooLong })
    }
    const { length } = '_#EXT#@'
    expect(outcome(judge('_#EXT#@'.repeat(Math.floor(254 / length))))).toBe('malformed_address')
    expect(outcome(judge(`a@${'a.'.repeat(124)}com`))).toBe('work')
  })
})
