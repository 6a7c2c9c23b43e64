import { describe, expect, it } from 'vitest'
import type { ConnectionKind } from '../../../src/domain/connection.ts'
import { dialects } from '../../../src/http/scim/dialects.ts'
import { after, home, jo, patched, refusal, work, type Op } from '../../support/patched.ts'

describe('a PATCH of a list', () => {
  const emails = (operation: Op, kind?: ConnectionKind): unknown => after(operation, kind).emails
  const other = { value: 'o@corp.example', type: 'other' }

  it.each<[string, Op, unknown]>([
    ['add appends', { op: 'add', path: 'emails', value: [other] }, [work, home, other]],
    ['add takes one object', { op: 'add', path: 'emails', value: other }, [work, home, other]],
    ['add without a path appends', { op: 'add', value: { emails: [other] } }, [work, home, other]],
    ['add of what is there doubles nothing', { op: 'add', path: 'emails', value: [home] }, [work, home]],
    [
      'add of what is there brings it up to date',
      { op: 'add', path: 'emails', value: [{ ...home, display: 'H' }] },
      [work, { ...home, display: 'H' }],
    ],
    ['replace replaces', { op: 'replace', path: 'emails', value: [other] }, [other]],
    ['replace without a path replaces', { op: 'replace', value: { emails: [other] } }, [other]],
    ['replace by none clears', { op: 'replace', path: 'emails', value: [] }, undefined],
    ['replace by null clears', { op: 'replace', path: 'emails', value: null }, undefined],
    ['remove clears', { op: 'remove', path: 'emails' }, undefined],
    ['remove with a list takes those named', { op: 'Remove', path: 'emails', value: [{ value: home.value }] }, [work]],
    ['remove with one object takes that one', { op: 'remove', path: 'emails', value: { value: home.value } }, [work]],
    [
      'remove goes by value alone, whatever else is said',
      { op: 'remove', path: 'emails', value: [{ value: home.value, type: 'old', display: 'stale' }] },
      [work],
    ],
    ['remove of none takes none', { op: 'remove', path: 'emails', value: [] }, [work, home]],
    ['remove by brackets', { op: 'remove', path: 'emails[type eq "home"]' }, [work]],
    ['remove by the value in brackets', { op: 'remove', path: 'emails[value eq "JO@HOME.EXAMPLE"]' }, [work]],
    ['remove of all that match', { op: 'remove', path: 'emails[value co "@"]' }, undefined],
    [
      'remove of a sub-attribute by brackets',
      { op: 'remove', path: 'emails[type eq "work"].primary' },
      [{ value: work.value, type: 'work' }, home],
    ],
    ['remove of the value takes the element', { op: 'remove', path: 'emails[type eq "home"].value' }, [work]],
    [
      'replace by brackets',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@corp.example' },
      [{ ...work, value: 'x@corp.example' }, home],
    ],
    [
      'replace of the very sub-attribute that the brackets test',
      { op: 'replace', path: 'emails[type eq "home"].type', value: 'other' },
      [work, { ...home, type: 'other' }],
    ],
    [
      'replace of an element forgets the old one, but for what the path says',
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'x@corp.example' } },
      [{ type: 'work', value: 'x@corp.example' }, home],
    ],
    [
      'add to an element keeps the rest of it',
      { op: 'add', path: 'emails[type eq "work"]', value: { display: 'W' } },
      [{ ...work, display: 'W' }, home],
    ],
    [
      'a sub-attribute without brackets is that of each element',
      { op: 'replace', path: 'emails.display', value: 'D' },
      [
        { ...work, display: 'D' },
        { ...home, display: 'D' },
      ],
    ],
  ])('%s', (_, operation, wanted) => {
    expect(emails(operation)).toEqual(wanted)
  })

  it('null inside a list is an error', () => {
    expect(refusal(jo, [{ op: 'add', path: 'emails', value: [null] }])[0]).toBe('invalidValue')
  })

  it('elements without a value are removed by all they say, and no other goes with them', () => {
    const addresses = [
      { type: 'work', country: 'DE' },
      { type: 'home', country: 'FR' },
    ]
    const operation = { op: 'remove', path: 'addresses', value: [{ country: 'FR', type: 'home' }] }
    expect(patched({ ...jo, addresses }, [operation]).addresses).toEqual([addresses[0]])
  })

  it('the empty text in an element clears it for Entra', () => {
    const phones = {
      phoneNumbers: [
        { value: '1', type: 'mobile' },
        { value: '2', type: 'work' },
      ],
    }
    const operation = { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '' }
    expect(patched(phones, [operation], 'entra')).toEqual({ phoneNumbers: [{ value: '2', type: 'work' }] })
  })
})

describe('a bracket that matches nothing', () => {
  const path = 'phoneNumbers[type eq "mobile"].value'

  it('is created by add, for everybody', () => {
    for (const kind of Object.keys(dialects) as ConnectionKind[])
      expect(after({ op: 'Add', path, value: '+1' }, kind).phoneNumbers).toEqual([{ type: 'mobile', value: '+1' }])
  })

  it.each<[ConnectionKind, boolean]>([
    ['entra', true],
    ['jumpcloud', true],
    ['okta', false],
    ['onelogin', false],
    ['google', false],
    ['ping', false],
    ['generic', false],
  ])('is created by replace for Entra and JumpCloud, and noTarget for others: %s', (kind, creates) => {
    const operation = { op: 'replace', path, value: '+1' }
    if (creates) expect(after(operation, kind).phoneNumbers).toEqual([{ type: 'mobile', value: '+1' }])
    else expect(refusal(jo, [operation], kind)[0]).toBe('noTarget')
  })

  it('is created with what its and-ed equalities say, as the types of the schema have it', () => {
    expect(after({ op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' }, 'entra').roles).toEqual([
      { primary: true, value: 'Admin' },
    ])
    expect(
      after({ op: 'add', path: 'addresses[type eq "work" and primary eq true].country', value: 'DE' }).addresses,
    ).toEqual([{ type: 'work', primary: true, country: 'DE' }])
    expect(after({ op: 'add', path: 'phoneNumbers[type eq "fax"]', value: { value: '9' } }).phoneNumbers).toEqual([
      { type: 'fax', value: '9' },
    ])
  })

  it.each([
    'type ne "x"',
    'type eq "a" or type eq "b"',
    'type pr',
    'not (type eq "x")',
    'type eq "a" and value co "1"',
  ])('is not created from anything but equalities: %s', (filter) => {
    const operation = { op: 'add', path: `phoneNumbers[${filter}].display`, value: 'x' }
    expect(refusal(jo, [operation], 'entra')[0]).toBe('noTarget')
  })

  it('36 Add operations on a nearly empty user all find their place', () => {
    const types = ['work', 'mobile', 'fax', 'pager', 'home', 'other']
    const operations = ['phoneNumbers', 'ims', 'photos'].flatMap((list) =>
      types.flatMap((type) => [
        { op: 'Add', path: `${list}[type eq "${type}"].value`, value: `${list} ${type}` },
        { op: 'Add', path: `${list}[type eq "${type}"].display`, value: type },
      ]),
    )
    const result = patched({ userName: 'x' }, operations, 'entra')
    expect(operations).toHaveLength(36)
    expect(result.ims).toEqual(types.map((type) => ({ type, value: `ims ${type}`, display: type })))
  })

  it('a role put together display first keeps all its parts', () => {
    const role = (sub: string, value: string): Op => ({ op: 'Add', path: `roles[primary eq "True"].${sub}`, value })
    expect(patched({}, [role('display', 'D'), role('type', 'zqxj'), role('value', 'v')], 'entra').roles).toEqual([
      { primary: true, display: 'D', type: 'zqxj', value: 'v' },
    ])
  })
})

describe('of a list one element is primary', () => {
  const second = { ...home, primary: true }

  it.each<Op>([
    { op: 'add', path: 'emails[type eq "home"].primary', value: true },
    { op: 'replace', path: 'emails[type eq "home"].primary', value: 'True' },
    { op: 'add', path: 'emails', value: [second] },
    { op: 'add', value: { emails: [second] } },
    { op: 'replace', path: 'emails[type eq "home"]', value: second },
  ])('the one made so last: %j', (operation) => {
    expect(after(operation).emails).toEqual([{ ...work, primary: false }, second])
  })

  it('of two told at once the first stays', () => {
    const value = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ]
    expect(after({ op: 'replace', path: 'emails', value }).emails).toEqual([value[0], { value: 'b', primary: false }])
  })

  it('a new one that comes with a bracket takes it over', () => {
    const operation = { op: 'add', path: 'emails[type eq "other"]', value: { value: 'o@corp.example', primary: true } }
    expect(after(operation).emails).toEqual([
      { ...work, primary: false },
      home,
      { type: 'other', value: 'o@corp.example', primary: true },
    ])
  })
})
