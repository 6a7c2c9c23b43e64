import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScim, createTenant, type Answer, type Scim, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch, userUrn } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

/** The domains of a fixture, one a line; a line may begin with a tier, and comments with #. */
function fixture(name: string): string[] {
  const text = readFileSync(new URL(`../fixtures/email/${name}.txt`, import.meta.url), 'utf8')
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.split(' ').at(-1) ?? '')
}

const core = fixture('core')

/** The 39 evasions of test/unit/domain/work-email.test.ts: 32 refused whatever a connection verified, 7 other domains. */
const spellings = [
  ...['Gmail.com', 'gmail.com.', 'gmail\u3002com', 'gmail.com', 'gmail\uff0ecom', 'gmaiL.com', 'gm\u00adail.com'],
  ...['gm\u200bail.com', '\uff27mail.com', '\u{1d420}mail.com', 'mail.gmail.com', 'hotmail.com.mx'],
]
const malformed = [
  ...['gmail.com\u0000', 'gmail.com ', ' gmail.com', 'gmail.com\n', 'gmail.com/evil', 'gmail.com:25', 'gmail.com#x'],
  ...['gmail%2ecom', '[127.0.0.1]', '[IPv6:::1]', 'gmail.com@corp.com', 'corp.com@gmail.com', 'gmail..com'],
  ...['.gmail.com', 'gmail.com..', '127.1', '0x7f.1', 'com', `${'a'.repeat(64)}.com`],
]
const suffixes = ['co.uk']
const others: [host: string, rule: string | null][] = [
  ['contoso.onmicrosoft.com', null],
  ['ɢmail.com', 'look_alike_unverified'],
  ['gm\u0430il.com', 'mixed_script_unverified'],
  ['xn--gmil-6cd.com', 'mixed_script_unverified'],
  ['gmail.ﬀom', null],
  ['ßmail.com', null],
  ['faß.de', null],
]

const work = { value: 'jo@corp.example', type: 'work', primary: true }
const gmailAtHome = { value: 'jo@gmail.com', type: 'home' }

function isRefused({ status, body }: Answer, attribute: string, domain: string, rule: string): void {
  expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidValue' })
  expect(body.detail).toMatch(new RegExp(`^${attribute.replaceAll(/[[\]"().]/g, '\\$&')}: `))
  expect(body.detail).toContain(domain)
  expect(body.detail).toContain(`(rule ${rule})`)
}

describeOnBoth('work e-mail through SCIM', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let jo: string
  const scim: Scim = (...args) => tenant.scim(...args)
  const fresh = (more: object): object => ({ schemas: [userUrn], userName: 'new.person', ...more })
  const read = async (): Promise<unknown> => (await scim('GET', `/Users/${jo}`)).body
  const total = async (): Promise<number> => (await scim('GET', '/Users?count=0')).body.totalResults as number
  const member = async (userName: string): Promise<any> =>
    (await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=${userName}`)).items[0]
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    tenant = await createTenant(joinery.api, 'entra')
    jo = (await scim('POST', '/Users', okta.createUser('jo', { emails: [work, gmailAtHome] }))).body.id as string
  })
  afterAll(() => joinery.close())

  it('knows 62 core domains and 39 evasions', () => {
    expect(core).toHaveLength(62)
    expect(spellings.length + malformed.length + suffixes.length).toBe(32)
    expect(others).toHaveLength(7)
  })

  it.each(core)(
    '%s is refused as userName, primary and work address, by POST, PUT and PATCH; nothing is stored',
    async (domain) => {
      const before = await read()
      const value = `jo.person@${domain}`
      const places: [string, object][] = [
        ['userName', { userName: value }],
        ['emails[type eq "other"].value', { emails: [{ value, type: 'other', primary: true }] }],
        ['emails[type eq "work"].value', { emails: [{ value, type: 'work' }] }],
        ['emails[0].value', { emails: [{ value }] }],
      ]
      for (const [attribute, more] of places) {
        isRefused(await scim('POST', '/Users', fresh(more)), attribute, domain, 'personal_domain')
        isRefused(await scim('PUT', `/Users/${jo}`, fresh(more)), attribute, domain, 'personal_domain')
        isRefused(
          await scim('PATCH', `/Users/${jo}`, patch({ op: 'replace', value: more })),
          attribute,
          domain,
          'personal_domain',
        )
      }
      const operations: [string, object][] = [
        ['userName', { op: 'Replace', path: 'userName', value }],
        ['emails[type eq "work"].value', { op: 'Replace', path: 'emails[type eq "work"].value', value }],
        ['emails[0].value', { op: 'replace', path: 'emails[primary eq true].value', value }],
        [
          'emails[type eq "other"].value',
          { op: 'add', path: 'emails', value: [{ value, type: 'other', primary: true }] },
        ],
      ]
      for (const [attribute, operation] of operations) {
        const told = attribute === 'emails[0].value' ? 'emails[type eq "work"].value' : attribute
        isRefused(await scim('PATCH', `/Users/${jo}`, patch(operation)), told, domain, 'personal_domain')
      }
      expect(await read()).toEqual(before)
      expect(await total()).toBe(1)
      expect((await member('jo@corp.example')).email).toBe('jo@corp.example')
    },
  )

  it.each<[string, object[]]>([
    ['made primary', [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }]],
    ['made primary, as Entra says it', [{ op: 'Add', path: 'emails[type eq "home"].primary', value: 'True' }]],
    ['made primary with all that it is', [{ op: 'add', path: 'emails', value: [{ ...gmailAtHome, primary: true }] }]],
    ['made a work address', [{ op: 'replace', path: 'emails[type eq "home"].type', value: 'work' }]],
    ['left without a type', [{ op: 'remove', path: 'emails[type eq "home"].type' }]],
    ['left without a type by Entra', [{ op: 'Replace', path: 'emails[type eq "home"].type', value: '' }]],
    ['made the userName', [{ op: 'replace', value: { userName: gmailAtHome.value } }]],
    [
      'made primary by the second of two operations',
      [
        { op: 'replace', path: 'title', value: 'Dr' },
        { op: 'replace', path: 'emails[value eq "jo@gmail.com"].primary', value: true },
      ],
    ],
  ])('a home entry is refused when it is %s', async (_, operations) => {
    const before = await read()
    const { status, body } = await scim('PATCH', `/Users/${jo}`, patch(...operations))
    expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidValue' })
    expect(body.detail).toMatch(
      /^(emails\[.*\]\.value|userName): gmail\.com is a personal mail provider.*\(rule personal_domain\)$/,
    )
    expect(await read()).toEqual(before)
  })

  it('a home entry that is not primary stays in the directory and never becomes the member’s address', async () => {
    expect(await read()).toMatchObject({ emails: [work, gmailAtHome] })
    expect((await member('jo@corp.example')).email).toBe('jo@corp.example')
    expect((await scim('GET', '/Users?filter=emails.value eq "jo@gmail.com"')).body.totalResults).toBe(1)
    const { body } = await scim('POST', '/Users', fresh({ userName: 'loginonly', emails: [gmailAtHome] }))
    expect(body.emails).toEqual([gmailAtHome])
    expect((await member('loginonly')).email).toBeNull()
    await scim(
      'PATCH',
      `/Users/${body.id}`,
      patch({ op: 'add', path: 'emails', value: [{ value: 'l@yahoo.com', type: 'other' }] }),
    )
    expect((await member('loginonly')).email).toBeNull()
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
    expect(JSON.stringify(items)).not.toMatch(/gmail|yahoo/)
    await scim('DELETE', `/Users/${body.id}`)
  })

  it('a member whose work address goes is left without one, not with the personal one', async () => {
    const userName = 'fallback'
    const { body } = await scim('POST', '/Users', fresh({ userName, emails: [work, gmailAtHome] }))
    expect((await member(userName)).email).toBe('jo@corp.example')
    const answer = await scim('PATCH', `/Users/${body.id}`, patch({ op: 'remove', path: 'emails[type eq "work"]' }))
    expect(answer.body.emails).toEqual([gmailAtHome])
    expect((await member(userName)).email).toBeNull()
    await scim('DELETE', `/Users/${body.id}`)
  })

  describe('the 39 evasions', () => {
    const ask = (host: string, place: 'userName' | 'primary'): Promise<Answer> => {
      const value = `alice@${host}`
      return scim(
        'POST',
        '/Users',
        fresh(place === 'userName' ? { userName: value } : { emails: [{ value, primary: true }] }),
      )
    }

    it.each(spellings)('%j is refused as a personal domain', async (host) => {
      const domain = host === 'hotmail.com.mx' ? host : 'gmail.com'
      isRefused(await ask(host, 'userName'), 'userName', domain, 'personal_domain')
      isRefused(await ask(host, 'primary'), 'emails[0].value', domain, 'personal_domain')
    })

    it.each([...malformed, ...suffixes])('%j is refused as no mail domain', async (host) => {
      for (const place of ['userName', 'primary'] as const) {
        const { status, body } = await ask(host, place)
        expect({ status, scimType: body.scimType }).toEqual({ status: 400, scimType: 'invalidValue' })
        expect(body.detail).toMatch(/^(userName|emails\[0\]\.value): /)
        if (!host.includes('\u0000')) expect(body.detail).toMatch(/\(rule (malformed_address|public_suffix)\)$/)
      }
    })

    it.each(others)('%j is another domain: %s', async (host, rule) => {
      const answer = await ask(host, 'userName')
      if (rule === null) {
        expect(answer.status).toBe(201)
        await scim('DELETE', `/Users/${answer.body.id}`)
      } else {
        isRefused(answer, 'userName', 'xn--', rule)
      }
    })

    it('leave nobody behind', async () => {
      expect(await total()).toBe(1)
    })
  })

  describe('whole lists', () => {
    const refused = async (domains: string[]): Promise<string[]> => {
      const found: string[] = []
      for (let start = 0; start < domains.length; start += 16) {
        const part = domains.slice(start, start + 16)
        const answers = await Promise.all(
          part.map((domain) => scim('POST', '/Users', fresh({ userName: `bob@${domain}` }))),
        )
        await Promise.all(
          answers.map(async ({ status, body }, index) => {
            if (status === 400) found.push(part[index]!)
            else await scim('DELETE', `/Users/${body.id}`)
          }),
        )
      }
      return found.sort()
    }

    it('further providers are refused, but for two at most', async () => {
      const extended = fixture('extended')
      expect(extended.length - (await refused(extended)).length).toBeLessThanOrEqual(2)
    })

    it('companies pass, but for those that share their domain with customers', async () => {
      expect(await refused(fixture('corporate'))).toEqual(['1und1.de', 'cox.com', 'telstra.com.au'])
      isRefused(
        await scim('POST', '/Users', fresh({ userName: 'bob@cox.com' })),
        'userName',
        'cox.com',
        'soft_tier_unverified',
      )
    })

    it('a throw-away address and a relay are refused by their own rules', async () => {
      isRefused(
        await scim('POST', '/Users', fresh({ userName: 'b@mailinator.com' })),
        'userName',
        'mailinator.com',
        'disposable_domain',
      )
      isRefused(
        await scim('POST', '/Users', fresh({ userName: 'b@mozmail.com' })),
        'userName',
        'mozmail.com',
        'relay_domain',
      )
    })

    it('an Entra guest is judged by the address that he comes from', async () => {
      const guest = (name: string): object => fresh({ userName: `${name}#EXT#@contoso.onmicrosoft.com` })
      isRefused(await scim('POST', '/Users', guest('eve_gmail.com')), 'userName', 'gmail.com', 'personal_domain')
      const { status, body } = await scim('POST', '/Users', guest('eve_fabrikam.com'))
      expect(status).toBe(201)
      const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?status=active`)
      expect(items.map(({ email }: any) => email)).toContain('eve@fabrikam.com')
      await scim('DELETE', `/Users/${body.id}`)
    })
  })

  describe('a strict connection', () => {
    let strict: Scim
    beforeAll(async () => {
      const connections = `/accounts/${tenant.accountId}/connections`
      const body = { name: 'Strict', kind: 'okta', emailPolicy: 'strict' }
      const { id, scimUrl, emailPolicy } = await joinery.api.ok('POST', connections, body)
      expect(emailPolicy).toBe('strict')
      const { token } = await joinery.api.ok('POST', `${connections}/${id}/tokens`, {})
      strict = createScim(new URL(new URL(scimUrl as string).pathname, joinery.url).href, token as string)
    })

    it('refuses a personal address at home too, by POST, PUT and PATCH', async () => {
      const attribute = 'emails[type eq "home"].value'
      isRefused(
        await strict('POST', '/Users', okta.createUser('strict', { emails: [work, gmailAtHome] })),
        attribute,
        'gmail.com',
        'personal_domain',
      )
      const { body } = await strict('POST', '/Users', okta.createUser('strict'))
      const replaced = okta.createUser('strict', { emails: [work, gmailAtHome] })
      isRefused(await strict('PUT', `/Users/${body.id}`, replaced), attribute, 'gmail.com', 'personal_domain')
      const added = patch({ op: 'add', path: 'emails', value: [gmailAtHome] })
      isRefused(await strict('PATCH', `/Users/${body.id}`, added), attribute, 'gmail.com', 'personal_domain')
      expect((await strict('GET', `/Users/${body.id}`)).body).toEqual(body)
    })

    it('lets a work address at home pass', async () => {
      const emails = [{ value: 'jo@fabrikam.com', type: 'home' }]
      expect((await strict('POST', '/Users', okta.createUser('strict.home', { emails }))).status).toBe(201)
    })
  })
})
