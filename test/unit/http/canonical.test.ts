import { describe, expect, it } from 'vitest'
import { canonicalResource, distinct, isEmpty } from '../../../src/http/scim/canonical.ts'
import { userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, userUrn } from '../../support/idp.ts'

function canonical(body: unknown): { resource: Record<string, unknown>; notes: string[] } {
  const notes: string[] = []
  return { resource: canonicalResource(userSchema, body, notes), notes }
}

/** Each case: what an IdP sends, and what is kept of it. */
const kept = (body: object): Record<string, unknown> => canonical(body).resource

describe('a resource as an IdP sent it', () => {
  it('is spelt as the schema spells it, whatever the letter case of its keys', () => {
    expect(
      kept({
        USERNAME: 'jo',
        Name: { GIVENNAME: 'Jo' },
        Emails: [{ Value: 'jo@corp.example', Primary: true, TYPE: 'work' }],
        [enterpriseUrn.toUpperCase()]: { Department: 'R&D' },
      }),
    ).toEqual({
      userName: 'jo',
      name: { givenName: 'Jo' },
      emails: [{ value: 'jo@corp.example', primary: true, type: 'work' }],
      [enterpriseUrn]: { department: 'R&D' },
    })
  })

  it.each<[unknown, boolean]>([
    ['True', true],
    ['False', false],
    ['fALSE', false],
    [true, true],
    [false, false],
  ])('takes %j for a boolean', (told, active) => {
    expect(kept({ active: told })).toEqual({ active })
  })

  it.each(['yes', '', 1, 0, 'true ', {}, [true, false]])('does not take %j for a boolean', (active) => {
    expect(() => canonical({ active })).toThrow(/active: (true or false is due|one value is due)/)
  })

  it.each<[string, object, object]>([
    ['one object for a list', { emails: { value: 'a@b.example' } }, { emails: [{ value: 'a@b.example' }] }],
    ['bare texts in a list', { emails: ['a@b.example'] }, { emails: [{ value: 'a@b.example' }] }],
    ['one bare text for a list', { emails: 'a@b.example' }, { emails: [{ value: 'a@b.example' }] }],
    ['null for a list', { emails: null, title: 'x' }, { title: 'x' }],
    ['an empty list', { addresses: [], title: 'x' }, { title: 'x' }],
    ['null for a text', { title: null, nickName: 'x' }, { nickName: 'x' }],
    ['null for an object', { name: null, title: 'x' }, { title: 'x' }],
    ['an object of nulls', { name: { givenName: null }, title: 'x' }, { title: 'x' }],
    ['an empty element', { emails: [{}, { value: 'a' }] }, { emails: [{ value: 'a' }] }],
    ['an element with an empty value', { phoneNumbers: [{ value: '', type: 'work' }] }, {}],
    ['an empty text', { title: '' }, { title: '' }],
    ['a number for a text', { externalId: 7 }, { externalId: '7' }],
    [
      'true as text inside a list',
      { emails: [{ value: 'a', primary: 'True' }] },
      { emails: [{ value: 'a', primary: true }] },
    ],
    ['null inside an element', { emails: [{ value: 'a', display: null }] }, { emails: [{ value: 'a' }] }],
    [
      'the same value of the same type twice',
      {
        emails: [
          { value: 'a', type: 'work' },
          { value: 'a', type: 'work', display: 'x' },
          { value: 'a', type: 'home' },
        ],
      },
      {
        emails: [
          { value: 'a', type: 'work' },
          { value: 'a', type: 'home' },
        ],
      },
    ],
    [
      'two primaries: the first stays',
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: true },
        ],
      },
      {
        emails: [
          { value: 'a', primary: true },
          { value: 'b', primary: false },
        ],
      },
    ],
    ['displayName in a role', { roles: [{ value: 'r', displayName: 'R' }] }, { roles: [{ display: 'R', value: 'r' }] }],
    [
      'any type of a role, and JSON as its value',
      { roles: [{ value: '{"id":"1"}', type: 'zqxj' }] },
      { roles: [{ value: '{"id":"1"}', type: 'zqxj' }] },
    ],
    ['a profileUrl that is none', { profileUrl: 'zqxj' }, { profileUrl: 'zqxj' }],
    ['a country in full', { addresses: [{ country: 'Germany' }] }, { addresses: [{ country: 'Germany' }] }],
  ])('%s', (_, told, wanted) => {
    expect(kept(told)).toEqual(wanted)
  })

  it.each<[string, unknown, object | undefined]>([
    ['a bare text', 'u2', { value: 'u2' }],
    ['an object', { value: 'u2' }, { value: 'u2' }],
    ['a list of one', [{ value: 'u2', $ref: 'x' }], { value: 'u2', $ref: 'x' }],
    ['managerId', { managerId: 'u2', displayName: 'Bo' }, { value: 'u2' }],
    ['an object without its reference', { value: 'u2', $ref: null }, { value: 'u2' }],
    ['the empty text', '', undefined],
    ['an empty value', { value: '' }, undefined],
    ['null', null, undefined],
  ])('a manager as %s', (_, manager, wanted) => {
    expect(kept({ [enterpriseUrn]: { manager } })).toEqual(
      wanted === undefined ? {} : { [enterpriseUrn]: { manager: wanted } },
    )
  })

  it('a manager as a list of two is an error that says where', () => {
    expect(() => canonical({ [enterpriseUrn]: { manager: ['a', 'b'] } })).toThrow(
      'manager: one value is due, not a list of 2',
    )
  })

  it('drops what the server alone says, and the password, without a word', () => {
    const told = {
      schemas: [userUrn],
      id: 'x',
      meta: { resourceType: 'User' },
      groups: [{ value: 'g' }],
      password: 's3cret',
    }
    expect(canonical(told)).toEqual({ resource: {}, notes: [] })
  })

  it.each([
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0User',
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:corp:custom:1.0',
    'favouriteColour',
  ])('drops the unknown %s and notes it', (key) => {
    const { resource, notes } = canonical({ userName: 'jo', [key]: { department: 'x' } })
    expect(resource).toEqual({ userName: 'jo' })
    expect(notes).toEqual([`dropped ${key}: not in the schema`])
  })

  it('drops unknown sub-attributes and notes them', () => {
    const { resource, notes } = canonical({ name: { givenName: 'Jo', shoeSize: 46 } })
    expect(resource).toEqual({ name: { givenName: 'Jo' } })
    expect(notes).toEqual(['dropped name.shoeSize: not in the schema'])
  })

  it.each<[string, object, string]>([
    ['a list for a text', { title: ['a', 'b'] }, 'title: one value is due'],
    ['an object for a text', { title: {} }, 'title: a string is due, not object'],
    ['a boolean for a text', { title: true }, 'title: a string is due, not boolean'],
    ['null in a list', { emails: [null] }, 'emails[0]: null is no value of a list'],
    ['a text for an object', { name: 'Jo' }, 'name: an object is due'],
    ['a list in a list', { emails: [['a']] }, 'emails[0]: an object is due'],
    ['a list for an extension', { [enterpriseUrn]: [] }, `${enterpriseUrn}: an object is due`],
    ['a NUL', { title: 'a\u0000b' }, 'title: holds a NUL'],
    ['half of a surrogate pair', { emails: [{ value: 'a\ud800' }] }, 'emails[0].value: holds a NUL or half'],
  ])('refuses %s and says where', (_, told, message) => {
    expect(() => canonical(told)).toThrow(message)
  })

  it.each([null, [], 'text', 7])('is an object, not %j', (body) => {
    expect(() => canonical(body)).toThrow('the body is not a JSON object')
  })

  it.each([
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"name":{"__proto__":{"polluted":1},"givenName":"Jo"}}',
    '{"emails":[{"__proto__":{"polluted":1},"value":"a"}]}',
    `{"${enterpriseUrn}":{"__proto__":{"polluted":1}}}`,
    '{"toString":"x"}',
  ])('%s leaves every prototype as it was', (text) => {
    const { resource } = canonical(JSON.parse(text))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(JSON.stringify(resource)).not.toContain('polluted')
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype)
  })
})

describe('elements of a list', () => {
  it('without a value are the same where all they say is the same, in whatever order', () => {
    expect(distinct([{ type: 'work', country: 'DE' }, { country: 'DE', type: 'work' }, { type: 'home' }])).toHaveLength(
      2,
    )
  })

  it.each<[unknown, boolean]>([
    [undefined, true],
    [null, true],
    [[], true],
    [{}, true],
    ['', false],
    [0, false],
    [false, false],
    [[0], false],
  ])('%j is unassigned: %s', (value, empty) => {
    expect(isEmpty(value)).toBe(empty)
  })
})
