import { describe, expect, it } from 'vitest'
import type { Filter } from '../../../src/domain/filter.ts'
import { parseElementFilter, parseResourceFilter } from '../../../src/http/scim/filters.ts'
import { tokenize } from '../../../src/http/scim/filter-tokens.ts'
import type { ScimError } from '../../../src/http/scim/scim-error.ts'
import { groupSchema, userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, userUrn } from '../../support/idp.ts'

/** A filter with the paths of its attributes alone. */
function plain(filter: Filter): object {
  if ('nodes' in filter) return { ...filter, nodes: filter.nodes.map(plain) }
  if (filter.kind === 'not') return { ...filter, node: plain(filter.node) }
  if (filter.kind === 'constant') return filter
  const attribute = filter.attribute.path
  return filter.kind === 'element' ? { ...filter, attribute, node: plain(filter.node) } : { ...filter, attribute }
}

const parse = (text: string): object => plain(parseResourceFilter(userSchema, text))
const eq = (attribute: string, value: string | number | boolean | null): object => ({
  kind: 'compare',
  attribute,
  operator: 'eq',
  value,
})
const [a, b, c] = [eq('title', 'a'), eq('title', 'b'), eq('title', 'c')]

/** What a filter that is refused says. */
function refusal(text: string, schema = userSchema): string {
  try {
    parseResourceFilter(schema, text)
  } catch (error) {
    const { status, scimType, message } = error as ScimError
    expect({ status, scimType }).toEqual({ status: 400, scimType: 'invalidFilter' })
    return message
  }
  throw new Error(`taken: ${text}`)
}

describe('a filter is split into tokens', () => {
  it('words, quoted values and brackets, with or without blanks between them', () => {
    expect(tokenize('emails[type eq "work"](a)').map(({ kind, text }) => [kind, text])).toEqual([
      ['word', 'emails'],
      ['[', '['],
      ['word', 'type'],
      ['word', 'eq'],
      ['string', 'work'],
      [']', ']'],
      ['(', '('],
      ['word', 'a'],
      [')', ')'],
    ])
  })

  it.each([
    ['"a\\"b"', 'a"b'],
    ['"a\\\\"', 'a\\'],
    ['"\\u00e9"', 'é'],
    ['"x" ', 'x'],
    ['"(a) and [b]"', '(a) and [b]'],
    ['""', ''],
  ])('reads %s as the JSON string it is', (text, value) => {
    expect(tokenize(text)).toEqual([{ kind: 'string', text: value, position: 0 }])
  })

  it.each(['userName eq "a', 'userName eq "a\\"', '"'])('refuses a quote that is never closed: %s', (text) => {
    expect(refusal(text)).toMatch(/is never closed/)
  })

  it('refuses what is no JSON string, and says where', () => {
    expect(refusal('title eq "\\x"')).toBe('filter: the value at position 9 is not a JSON string')
  })

  it('takes 2048 characters and not one more', () => {
    const filter = (length: number): string => `title eq "${'a'.repeat(length - 11)}"`
    expect(filter(2048)).toHaveLength(2048)
    expect(parse(filter(2048))).toMatchObject({ kind: 'compare' })
    expect(refusal(filter(2049))).toMatch(/longer than 2048/)
  })
})

describe('a comparison', () => {
  it.each(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'])(
    'knows the operator %s in any letter case',
    (operator) => {
      expect(parse(`title ${operator.toUpperCase()} "x"`)).toEqual({
        kind: 'compare',
        attribute: 'title',
        operator,
        value: 'x',
      })
    },
  )

  it('pr needs no value', () => {
    expect(parse('title pr')).toEqual({ kind: 'present', attribute: 'title' })
  })

  it.each<[string, unknown]>([
    ['true', 'true'],
    ['null', null],
    ['42', '42'],
    ['-1.5', '-1.5'],
    ['"42"', '42'],
    ['jyoung', 'jyoung'],
    ['jo@corp.example', 'jo@corp.example'],
    ['a:b', 'a:b'],
    ['007', '007'],
    ['12345678901234567890', '12345678901234567890'],
    ['1e5', '1e5'],
  ])('takes the value %s for what the attribute is', (text, value) => {
    expect(parse(`externalId eq ${text}`)).toEqual({ kind: 'compare', attribute: 'externalId', operator: 'eq', value })
  })

  it.each([
    ['USERNAME', 'userName'],
    ['Name.FamilyName', 'name.familyName'],
    [`${userUrn}:userName`, 'userName'],
    [`${userUrn.toUpperCase()}:USERNAME`, 'userName'],
    [`${enterpriseUrn}:department`, `${enterpriseUrn}:department`],
    ['department', `${enterpriseUrn}:department`],
    ['manager', `${enterpriseUrn}:manager.value`],
    ['manager.value', `${enterpriseUrn}:manager.value`],
  ])('finds %s by its name or URN in any letter case', (told, attribute) => {
    expect(parse(`${told} eq "x"`)).toMatchObject({ attribute })
  })

  it.each([
    ['active eq "True"', { attribute: 'active', value: true }],
    ['active ne False', { attribute: 'active', value: false }],
    ['meta.lastModified gt "2026-01-31T08:00:00+01:00"', { value: '2026-01-31T07:00:00.000Z' }],
    ['meta.created lt "2020-02-28T24:00:00Z"', { value: '2020-02-29T00:00:00.000Z' }],
    ['userName pr', { kind: 'present', attribute: 'userName' }],
    ['id pr', { kind: 'constant', holds: true }],
  ])('%s has a value of the attribute’s type', (text, filter) => {
    expect(parse(text)).toMatchObject(filter)
  })

  it.each([
    ['active gt true', 'gt does not fit active'],
    ['active co "t"', 'co does not fit active'],
    ['x509Certificates.value ge "a"', 'ge does not fit value'],
    ['active eq "maybe"', 'active is true or false'],
    ['meta.created gt "yesterday"', 'is compared with a date-time'],
    ['meta.created gt "2020-02-30T00:00:00Z"', 'is compared with a date-time'],
    ['title gt null', 'gt does not fit title'],
    ['name eq "x"', '"name" has no value of its own; name one of name.formatted, name.familyName'],
    ['password eq "x"', 'nobody may search by "password"'],
    ['schemas gt "x"', 'gt does not fit schemas'],
  ])('refuses %s: %s', (text, why) => {
    expect(refusal(text)).toContain(why)
  })

  it.each([
    'foo',
    'userName.value',
    'name.foo',
    'urn:x:y',
    '__proto__',
    'constructor',
    'toString.x',
    'emails.value.x',
    '.value',
  ])('refuses the attribute %s, which no schema has', (told) => {
    expect(refusal(`${told} eq "x"`)).toContain(`User has no attribute "${told}"`)
  })

  it.each([
    ['userName', 'ends where'],
    ['userName eq', 'a value is missing'],
    ['userName eq (', 'a value is missing'],
    ['userName is "x"', '"is" at position 9 is no operator'],
    ['userName eq "a" and', 'ends where'],
    ['userName eq "a" "b"', '"b" at position 16 is one too many'],
    ['and', 'User has no attribute "and"'],
    ['"x" eq userName', 'should be an attribute'],
    ['(userName eq "a"', 'ends where ")" should follow'],
    ['userName eq "a")', 'one too many'],
    ['emails[type eq "work"', 'ends where "]" should follow'],
    ['[type eq "work"]', 'should be an attribute'],
    ['emails[phoneNumbers[type eq "x"]]', 'brackets inside brackets'],
    ['emails[foo eq "x"]', 'emails has no sub-attribute "foo"'],
    ['not title pr', 'User has no attribute "not"'],
    ['()', 'should be an attribute'],
    ['title eq "\\u0000"', 'holds a NUL'],
    ['title eq "\\ud800"', 'half of a surrogate pair'],
  ])('refuses %s and says why: %s', (text, why) => {
    expect(refusal(text)).toContain(why)
  })

  it('refuses an unknown attribute of a group by its own schema', () => {
    expect(refusal('userName eq "x"', groupSchema)).toBe('filter: Group has no attribute "userName"')
  })
})

describe('precedence', () => {
  it.each<[string, object]>([
    ['title eq "a" or title eq "b" and title eq "c"', { kind: 'or', nodes: [a, { kind: 'and', nodes: [b, c] }] }],
    ['title eq "a" and title eq "b" or title eq "c"', { kind: 'or', nodes: [{ kind: 'and', nodes: [a, b] }, c] }],
    ['(title eq "a" or title eq "b") and title eq "c"', { kind: 'and', nodes: [{ kind: 'or', nodes: [a, b] }, c] }],
    ['not (title eq "a") and title eq "b"', { kind: 'and', nodes: [{ kind: 'not', node: a }, b] }],
    ['not (title eq "a" or title eq "b")', { kind: 'not', node: { kind: 'or', nodes: [a, b] } }],
    ['NOT(title eq "a")', { kind: 'not', node: a }],
    ['not (not (title eq "a"))', { kind: 'not', node: { kind: 'not', node: a } }],
    ['((title eq "a"))', a],
    ['title eq "a" AND title eq "b" and title eq "c"', { kind: 'and', nodes: [a, b, c] }],
  ])('%s: not binds before and, and before or', (text, filter) => {
    expect(parse(text)).toEqual(filter)
  })
})

describe('brackets', () => {
  it('ask all conditions of one and the same element', () => {
    expect(parse('emails[type eq "work" and value co "@corp"]')).toEqual({
      kind: 'element',
      attribute: 'emails',
      node: {
        kind: 'and',
        nodes: [eq('type', 'work'), { kind: 'compare', attribute: 'value', operator: 'co', value: '@corp' }],
      },
    })
  })

  it('take what Entra writes behind them into them: emails[type eq "work"].value eq "x"', () => {
    expect(parse('emails[type eq "work"].value eq "x"')).toEqual(parse('emails[type eq "work" and value eq "x"]'))
    expect(parse('emails[type eq "work"].value pr')).toMatchObject({
      node: { kind: 'and', nodes: [eq('type', 'work'), { kind: 'present', attribute: 'value' }] },
    })
    expect(parse('emails[type eq "a" or type eq "b"].value eq "x"')).toMatchObject({
      node: { kind: 'and', nodes: [{ kind: 'or' }, eq('value', 'x')] },
    })
  })

  it('go together with other terms', () => {
    expect(parse('emails[type eq "work"] and active eq true')).toMatchObject({
      kind: 'and',
      nodes: [{ kind: 'element' }, eq('active', true)],
    })
  })

  it('of a PATCH path know the sub-attributes of their list alone', () => {
    const emails = userSchema.attributes.get('emails')!
    expect(plain(parseElementFilter(emails, 'TYPE eq "work"'))).toEqual(eq('type', 'work'))
    expect(() => parseElementFilter(emails, 'userName eq "x"')).toThrow('emails has no sub-attribute "userName"')
    expect(() => parseElementFilter(emails, '0')).toThrow('emails has no sub-attribute "0"')
    expect(() => parseElementFilter(emails, '__proto__ eq "x"')).toThrow('no sub-attribute')
  })
})

describe('bounds hold before anything is built', () => {
  const chain = (terms: number, word: string): string => Array(terms).fill('title eq "a"').join(` ${word} `)

  it('50 terms and connectives at most: 25 comparisons pass, 26 do not', () => {
    for (const word of ['and', 'or']) {
      expect(parse(chain(25, word))).toMatchObject({ kind: word })
      expect(refusal(chain(26, word))).toMatch(/more than 50 terms/)
    }
  })

  it('20 levels deep and no deeper', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`
    expect(parse(nested(20))).toEqual({ kind: 'present', attribute: 'title' })
    expect(refusal(nested(21))).toMatch(/deeper than 20 levels/)
    expect(refusal(`${'not ('.repeat(30)}title pr${')'.repeat(30)}`)).toMatch(/deeper than 20 levels/)
    expect(refusal('('.repeat(2000))).toMatch(/deeper than 20 levels/)
  })

  it('24 and-ed pairs, which kill a parser that makes a normal form, are refused at once', () => {
    const bomb = Array(24).fill('(title eq "a" or title eq "b")').join(' and ')
    const started = performance.now()
    expect(bomb.length).toBeLessThan(2048)
    expect(refusal(bomb)).toMatch(/more than 50 terms/)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('the same in the brackets of a PATCH path', () => {
    const bomb = Array(24).fill('(type eq "a" or type eq "b")').join(' and ')
    expect(() => parseElementFilter(userSchema.attributes.get('emails')!, bomb)).toThrow(/more than 50 terms/)
  })
})
