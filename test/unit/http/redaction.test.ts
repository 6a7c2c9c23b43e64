import { describe, expect, it } from 'vitest'
import { largestBody, redactBody } from '../../../src/http/scim/request-log/redact-body.ts'
import { redactFilter, redactPath } from '../../../src/http/scim/request-log/redact-filter.ts'
import { redactQuery, redactUrlPath } from '../../../src/http/scim/request-log/redact-url.ts'
import { mask, redactDetail } from '../../../src/http/scim/request-log/redact-value.ts'
import { entra, groupUrn, okta, patch } from '../../support/idp.ts'

const id = '019a20d9-8e14-7000-8000-1234567890ab'
const none: ReadonlySet<string> = new Set()
const ofUser = { isGroup: false, hidden: none }
const ofGroup = { isGroup: true, hidden: none }
const kept = (body: unknown, isGroup = false): any => JSON.parse(redactBody(body, isGroup ? ofGroup : ofUser) ?? 'null')

describe('a masked value', () => {
  it.each([
    ['jane.doe@corp.example', 'j***@corp.example'],
    ['Jane', 'J***'],
    ['Ångström', 'Å***'],
    ['+1 555 0100', '***'],
    ['1 Main Street', '***'],
    ['@corp.example', '***'],
    ['a@b@corp.example', 'a***@corp.example'],
    ['x', 'x***'],
    ['jane@corp.example and more', 'j***'],
  ])('of %j is %j', (text, masked) => {
    expect(mask(text)).toBe(masked)
  })
})

describe('a body', () => {
  it('keeps names, types, booleans and made-up ids, and masks whatever is said of a person', () => {
    expect(
      kept(
        okta.createUser('jane', {
          externalId: '00u1a2b3c4d5e6f7g8h9',
          phoneNumbers: [{ value: '+15550100', type: 'work' }],
        }),
      ),
    ).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'j***@corp.example',
      name: { givenName: 'j***', familyName: 'D***' },
      emails: [{ primary: true, value: 'j***@corp.example', type: 'work' }],
      displayName: 'j***',
      locale: 'en-US',
      externalId: '00u1a2b3c4d5e6f7g8h9',
      groups: [],
      password: '[secret]',
      active: true,
      phoneNumbers: [{ value: '***', type: 'work' }],
    })
    expect(
      kept(entra.createUser('jane', { externalId: 'jane.doe', active: 'False', employeeNumber: 4711 })),
    ).toMatchObject({
      externalId: 'j***',
      active: 'False',
      employeeNumber: '***',
      roles: [],
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R***' },
    })
  })

  it('keeps of a PATCH its operations and paths, and masks the values by what the path names', () => {
    const body = patch(
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'jane@corp.example' },
      { op: 'add', path: 'emails[value eq "jane@corp.example"].primary', value: true },
      { op: 'replace', path: 'userName', value: '' },
      { op: 'replace', value: { 'name.givenName': 'Jane', title: null } },
      { op: 'replace', path: 'password', value: 'hush-hush' },
      { OP: 'replace', Path: 'password', Value: ['hush-hush'] },
      { op: 'replace', value: { password: { value: 'hush-hush' } } },
      { op: 'add', path: 'roles', value: [{ value: 'Admin', display: 'Jane' }] },
    )
    expect(kept(body).Operations).toEqual([
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'j***@corp.example' },
      { op: 'add', path: 'emails[value eq "j***@corp.example"].primary', value: true },
      { op: 'replace', path: 'userName', value: '' },
      { op: 'replace', value: { 'name.givenName': 'J***', title: null } },
      { op: 'replace', path: 'password', value: '[secret]' },
      { OP: 'replace', Path: 'password', Value: '[secret]' },
      { op: 'replace', value: { password: '[secret]' } },
      { op: 'add', path: 'roles', value: [{ value: 'Admin', display: 'J***' }] },
    ])
  })

  it('keeps a group’s name and the ids of its members, and of many members their number', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => ({
      value: id.replace('019a', String(1000 + (index % 9000))),
      display: 'Jane',
    }))
    const group = kept({ schemas: [groupUrn], displayName: 'Engineers', members }, true)
    expect(group.displayName).toBe('Engineers')
    expect(group.members).toHaveLength(6)
    expect(group.members[0]).toEqual({ value: '100020d9-8e14-7000-8000-1234567890ab', display: 'J***' })
    expect(group.members[5]).toBe('… 49995 more, 50000 in all')
    expect(kept(okta.addMembers(id), true).Operations).toEqual([
      { op: 'add', path: 'members', value: [{ value: id, display: 'x***' }] },
    ])
    expect(kept({ Resources: [{ schemas: [groupUrn], displayName: 'Engineers' }, { displayName: 'Jane' }] })).toEqual({
      Resources: [{ schemas: [groupUrn], displayName: 'Engineers' }, { displayName: 'J***' }],
    })
  })

  it('keeps of a bulk request methods, paths and bulkIds', () => {
    const Operations = [
      { method: 'POST', path: '/Users', bulkId: 'q1', data: { userName: 'jane', password: 'hush' } },
      { method: 'PATCH', path: `/Groups/${id}`, data: { displayName: 'Team' } },
      { method: 'DELETE', path: '/Users/jane@corp.example' },
    ]
    expect(kept({ Operations }).Operations).toEqual([
      { method: 'POST', path: '/Users', bulkId: 'q1', data: { userName: 'j***', password: '[secret]' } },
      { method: 'PATCH', path: `/Groups/${id}`, data: { displayName: 'Team' } },
      { method: 'DELETE', path: '/Users/j***@corp.example' },
    ])
  })

  it.each(['password', 'Password', 'clientSecret', 'apiKey', 'api_key', 'accessToken', 'urn:x:2.0:User:passphrase'])(
    'never holds %s',
    (name) => {
      for (const value of ['hush-hush', 4711, ['hush-hush'], { a: { b: 'hush-hush' } }])
        expect(redactBody({ outer: { [name]: value } }, ofUser)).not.toMatch(/hush|4711|"h\*/)
      expect(redactBody(patch({ op: 'add', path: name, value: 'hush-hush' }), ofUser)).not.toContain('hush')
    },
  )

  it('has at most 8 KiB, and says where it was cut; depth and number are bounded', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 99 }, (_, index) => [`attribute${'x'.repeat(90)}${index}`, `é${index}`]),
    )
    const text = redactBody({ a: wide, b: wide }, ofUser) ?? ''
    expect(Buffer.byteLength(text)).toBeLessThan(largestBody + 40)
    expect(text).toMatch(/… \[cut: \d+ bytes\]$/)
    const deep = JSON.parse(`${'[{"a":'.repeat(5000)}1${'}]'.repeat(5000)}`) as object
    expect((redactBody(deep, ofUser) ?? '').length).toBeLessThan(300)
    const many = Array.from({ length: 10 }, () =>
      Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => wide)),
    )
    expect(Buffer.byteLength(redactBody({ many }, ofUser) ?? '')).toBeLessThan(largestBody + 40)
  })

  it('that is no JSON is told by its length, an absent one is null', () => {
    expect(redactBody('{"userName": "jane', ofUser)).toBe('"no JSON, 18 characters"')
    expect(kept({ schemas: [{ toString: 1 }, null, 4] })).toEqual({ schemas: [expect.anything(), null, 4] })
    expect(redactBody(undefined, ofUser)).toBeNull()
  })
})

describe('a filter', () => {
  it.each([
    ['userName eq "jane@corp.example"', 'userName eq "j***@corp.example"'],
    ['userName Eq jane', 'userName eq j***'],
    [`externalId eq "${id}" and active eq true`, `externalId eq "${id}" and active eq true`],
    ['emails[type eq "work" and value co "jane"].display pr', 'emails[type eq "work" and value co "j***"].display pr'],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified gt "2011-05-13T04:42:34Z"'],
    ['(name.familyName sw "O\\"Hara") or not (title pr)', '(name.familyName sw "O***") or not (title pr)'],
    ['password eq "hush"', 'password eq "[secret]"'],
    ['userName equals jane doe', 'u*** e*** j*** d***'],
    ['userName eq "jane', 'userName eq "j***'],
    ['jane@corp.example', 'j***@corp.example'],
  ])('%s is kept as %s', (text, redacted) => {
    expect(redactFilter(text, ofUser)).toBe(redacted)
  })

  it('on groups keeps their names', () => {
    expect(redactFilter('displayName eq "Engineers"', ofGroup)).toBe('displayName eq "Engineers"')
    expect(redactFilter('displayName eq "Jane Doe"', ofUser)).toBe('displayName eq "J***"')
  })

  it('in a path is redacted too', () => {
    expect(redactPath(`members[value eq "${id}"]`, ofGroup)).toBe(`members[value eq "${id}"]`)
    expect(redactPath('emails[value eq "jane@corp.example"].type', ofUser)).toBe(
      'emails[value eq "j***@corp.example"].type',
    )
  })
})

describe('a URL', () => {
  it.each([
    [`/Users/${id}`, `/Users/${id}`],
    ['/Users/jane@corp.example', '/Users/j***@corp.example'],
    ['/Users/jane%40corp.example', '/Users/j***@corp.example'],
    ['/Users/jane.doe', '/Users/j***'],
    ['/v2/Users', '/v2/Users'],
    ['/Users/.search', '/Users/.search'],
    ['/Schemas/urn:ietf:params:scim:schemas:core:2.0:User', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User'],
    ['/Roles/finance-analyst', '/Roles/finance-analyst'],
    ['/Entitlements/voice.payments', '/Entitlements/voice.payments'],
    ['/%E0%A4%A', '/%***'.replace('%', '')],
    ['/', '/'],
  ])('path %s is kept as %s', (path, redacted) => {
    expect(redactUrlPath(path)).toBe(redacted)
  })

  it.each([
    ['filter=userName+eq+%22jane%22&count=10', 'filter=userName eq "j***"&count=10'],
    ['attributes=userName,emails.value&cursor=secretcursor', 'attributes=userName,emails.value&cursor=…'],
    ['aadOptscim062020&note=Jane', 'aadOptscim062020=&note=J***'],
    ['jane%40corp.example=1', 'j***@corp.example=1'],
  ])('query %s is kept as %s', (query, redacted) => {
    expect(redactQuery(query, ofUser)).toBe(redacted)
  })
})

describe('what an error says', () => {
  it.each([
    [
      'userName: a user named "jane@corp.example" already exists',
      'userName: a user named "j***@corp.example" already exists',
    ],
    ['there is no user "jane.doe" on this connection', 'there is no user "j***" on this connection'],
    [`there is no user "${id}" on this connection`, `there is no user "${id}" on this connection`],
    [
      'Operations[0]: User has no attribute "favouriteColour"',
      'Operations[0]: User has no attribute "favouriteColour"',
    ],
    [
      'emails[type eq "work"].value: gmail.com is personal (rule personal_domain)',
      'emails[type eq "work"].value: gmail.com is personal (rule personal_domain)',
    ],
    ['filter: "Doe" at position 14 is one too many', 'filter: "D***" at position 14 is one too many'],
  ])('%s', (detail, redacted) => {
    expect(redactDetail(detail)).toBe(redacted)
  })
})
