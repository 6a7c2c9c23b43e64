import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createDomainTools } from '../../../src/adapters/domains/domain-tools.ts'
import { personalDomains } from '../../../src/domain/personal-domains.ts'
import {
  createWorkEmailRule,
  domainsOf,
  type Email,
  identifyingAddresses,
  judgePerson,
  REFUSAL_RULES,
  type RefusalRule,
  TIERS,
  type Verdict,
  workAddressOf,
} from '../../../src/domain/work-email.ts'
import { isIntact, sortIntoTiers } from '../../tools/generate-personal-domains.ts'
import inputs from '../../tools/personal-domains.inputs.json' with { type: 'json' }

const tools = createDomainTools()
const rule = createWorkEmailRule(tools, personalDomains)

const verified = (...domains: string[]) => ({ verifiedDomains: new Set(domains) })
const nothingVerified = verified()
const standard = { ...nothingVerified, strictness: 'standard' } as const
const strict = { ...nothingVerified, strictness: 'strict' } as const

const judge = (address: string, policy = nothingVerified) => rule.judgeAddress(address, policy)
const judgeDomain = (host: string, policy = nothingVerified) => judge(`alice@${host}`, policy)
const outcome = (verdict: Verdict) => (verdict.kind === 'work' ? 'work' : verdict.rule)
const person = (userName: string, ...emails: Email[]) => ({ userName, emails })

/** The domains of a fixture, one a line; a line may begin with a tier, and comments with #. */
function fixture(name: string): string[] {
  const text = readFileSync(new URL(`../../fixtures/email/${name}.txt`, import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.split(' ').at(-1) ?? '')
}

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

describe('an Entra guest', () => {
  it.each<[string, RefusalRule | 'work']>([
    ['alice_gmail.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_b_gmail.com#ext#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_mail.gmail.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'work'],
    ['alice_gmail.com#EXT#_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_corp.example#EXT#@gmail.com', 'personal_domain'],
    ['alice_corp.example#EXT#@', 'malformed_address'],
    ['alice#EXT#@contoso.onmicrosoft.com', 'malformed_address'],
    ['alice@gmail.com_corp.example#EXT#@contoso.onmicrosoft.com', 'malformed_address'],
  ])('is judged by the address within: %s is %s', (address, wanted) => {
    expect(outcome(judge(address))).toBe(wanted)
  })

  it('goes on by the address within', () => {
    const guest = person('alice_b_Fabrikam.com#EXT#@contoso.onmicrosoft.com')
    expect(workAddressOf(guest, rule, nothingVerified)).toBe('alice_b@fabrikam.com')
  })
})

describe('identifying addresses', () => {
  const attributes = (...emails: Email[]) =>
    identifyingAddresses(person('alice', ...emails), 'standard').map(({ attribute }) => attribute)

  it('are userName with an @, the primary e-mail, and those of type work or of no type', () => {
    const alice = person(
      'alice@corp.example',
      { value: 'h@gmail.com', type: 'home' },
      { value: 'p@corp.example', type: 'other', primary: true },
      { value: 'w@corp.example', type: 'Work' },
      { value: 'n@corp.example' },
    )
    expect(identifyingAddresses(alice, 'standard')).toEqual([
      { attribute: 'userName', value: 'alice@corp.example' },
      { attribute: 'emails[type eq "other"].value', value: 'p@corp.example' },
      { attribute: 'emails[type eq "work"].value', value: 'w@corp.example' },
      { attribute: 'emails[3].value', value: 'n@corp.example' },
    ])
    expect(identifyingAddresses(alice, 'strict').map(({ value }) => value)).toContain('h@gmail.com')
  })

  it('leave out a userName without an @, however wide the @', () => {
    expect(identifyingAddresses(person('alice'), 'strict')).toEqual([])
    for (const userName of ['alice＠gmail.com', 'alice﹫gmail.com']) {
      expect(judgePerson(rule, person(userName), standard)).toMatchObject({ attribute: 'userName' })
    }
  })

  it('go by type alone where no e-mail is primary, even a single one', () => {
    expect(attributes({ value: 'a@gmail.com', type: 'home' })).toEqual([])
    expect(attributes({ value: 'a@gmail.com' })).toEqual(['emails[0].value'])
  })

  it('are named by position where the type does not find them', () => {
    const twice = [
      { value: 'a@corp.example', type: 'work' },
      { value: 'b@corp.example', type: 'WORK' },
    ]
    expect(attributes(...twice)).toEqual(['emails[0].value', 'emails[1].value'])
    expect(attributes({ value: 'a@corp.example', type: 'a" or "b', primary: true })).toEqual(['emails[0].value'])
  })

  it('leave out an e-mail that was emptied', () => {
    expect(attributes({ value: '', type: 'work', primary: true })).toEqual([])
  })
})

describe('a person', () => {
  const gmail = 'alice@gmail.com'
  const work = 'alice@corp.example'

  it('is refused at the first address that is not for work, by the name of the attribute', () => {
    const refusal = judgePerson(rule, person(work, { value: gmail, type: 'work' }), standard)
    expect(refusal).toMatchObject({
      attribute: 'emails[type eq "work"].value',
      verdict: { rule: 'personal_domain', domain: 'gmail.com' },
    })
    expect(judgePerson(rule, person(gmail), standard)).toMatchObject({ attribute: 'userName' })
    expect(judgePerson(rule, person(work), standard)).toBeNull()
  })

  it('keeps a personal address at home, which a strict connection refuses too', () => {
    const recovery = person(work, { value: work, primary: true }, { value: gmail, type: 'home' })
    expect(judgePerson(rule, recovery, standard)).toBeNull()
    expect(judgePerson(rule, recovery, strict)).toMatchObject({ attribute: 'emails[type eq "home"].value' })
  })

  it('is judged by what becomes of an entry: made primary or of type work, a home address is refused', () => {
    const home = { value: gmail, type: 'home' }
    expect(judgePerson(rule, person('alice', home), standard)).toBeNull()
    expect(judgePerson(rule, person('alice', { ...home, primary: true }), standard)).not.toBeNull()
    expect(judgePerson(rule, person('alice', { ...home, type: 'work' }), standard)).not.toBeNull()
  })

  it.each<[string, ReturnType<typeof person>, string | null]>([
    [
      'primary first',
      person(work, { value: 'w@corp.example', type: 'work' }, { value: 'p@corp.example', primary: true }),
      'p@corp.example',
    ],
    [
      'then work',
      person(work, { value: 'n@corp.example' }, { value: 'w@corp.example', type: 'work' }),
      'w@corp.example',
    ],
    ['then untyped', person(work, { value: 'n@corp.example' }), 'n@corp.example'],
    ['then userName', person(work, { value: 'h@corp.example', type: 'home' }), work],
    ['none of a userName without an @', person('alice'), null],
    ['the next where one is personal', person(work, { value: gmail, primary: true }), work],
    ['never a personal one', person(gmail, { value: gmail, primary: true }, { value: gmail, type: 'home' }), null],
    ['in one spelling', person('Alice@Ｃorp.example.'), 'Alice@corp.example'],
  ])('goes on by one address: %s', (_, user, wanted) => {
    expect(workAddressOf(user, rule, nothingVerified)).toBe(wanted)
  })
})

describe('the vendored list', () => {
  it('is what its hash says', () => {
    expect(isIntact(personalDomains)).toBe(true)
    const more = { ...personalDomains.tiers, soft: `${personalDomains.tiers.soft} corp.example` }
    expect(isIntact({ ...personalDomains, tiers: more })).toBe(false)
  })

  it('holds registrable domains in one spelling, each in one tier', () => {
    const all = TIERS.flatMap((tier) => domainsOf(personalDomains, tier))
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((domain) => tools.toAscii(domain) !== domain)).toEqual([])
    expect(all.filter((domain) => tools.registrableDomain(domain) === null)).toEqual([])
  })

  it('is counted in the reference', () => {
    const page = readFileSync(new URL('../../../docs/reference/work-email.md', import.meta.url), 'utf8')
    for (const tier of TIERS) {
      expect(page).toMatch(new RegExp(`\\| \`${tier}\` \\|.*\\| ${domainsOf(personalDomains, tier).length} \\|`))
    }
  })

  it('leaves no soft domain under a hard one, where no proof would help', () => {
    for (const domain of domainsOf(personalDomains, 'soft')) {
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
