import { describe, expect, it } from 'vitest'
import type { ConnectionKind } from '../../../src/domain/connection.ts'
import { dialects } from '../../../src/http/scim/dialects.ts'
import { applyPatch } from '../../../src/http/scim/patch.ts'
import { parsePatch } from '../../../src/http/scim/patch-operations.ts'
import type { ScimError } from '../../../src/http/scim/scim-error.ts'
import { userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, patch } from '../../support/idp.ts'

type Resource = Record<string, any>
type Op = { op: string; path?: string; value?: unknown }

const work = { value: 'jo@corp.example', type: 'work', primary: true }
const home = { value: 'jo@home.example', type: 'home' }
const jo: Resource = {
  userName: 'jo@corp.example',
  name: { givenName: 'Jo', familyName: 'Doe' },
  title: 'Dr',
  active: true,
  emails: [work, home],
  [enterpriseUrn]: { department: 'R&D', manager: { value: 'u2', $ref: 'x' } },
}

function patched(before: Resource, operations: readonly Op[], kind: ConnectionKind = 'generic'): Resource {
  const context = { dialect: dialects[kind], notes: [] as string[] }
  const steps = parsePatch({ schema: userSchema, resourceId: 'u1', ...context }, patch(...operations))
  return applyPatch(before, steps, context)
}

const after = (operation: Op, kind?: ConnectionKind): Resource => patched(jo, [operation], kind)

function refusal(before: Resource, operations: readonly Op[], kind?: ConnectionKind): [string | undefined, string] {
  try {
    patched(before, operations, kind)
  } catch (error) {
    const { status, scimType, message } = error as ScimError
    expect(status).toBe(400)
    return [scimType, message]
  }
  throw new Error('taken')
}

describe('a PATCH of one value', () => {
  it.each<[Op, string]>([
    [{ op: 'add', path: 'title', value: 'Prof' }, 'Prof'],
    [{ op: 'Replace', path: 'Title', value: 'Prof' }, 'Prof'],
    [{ op: 'replace', value: { title: 'Prof' } }, 'Prof'],
    [{ op: 'ADD', value: { TITLE: 'Prof' } }, 'Prof'],
    [{ op: 'replace', path: 'title', value: ['Prof'] }, 'Prof'],
    [{ op: 'replace', path: 'title', value: 7 }, '7'],
  ])('%j sets it', (operation, title) => {
    expect(after(operation)).toEqual({ ...jo, title })
  })

  it.each<[Op, ConnectionKind]>([
    [{ op: 'remove', path: 'title' }, 'generic'],
    [{ op: 'Remove', path: 'title', value: 'whatever' }, 'entra'],
    [{ op: 'replace', path: 'title', value: null }, 'okta'],
    [{ op: 'add', path: 'title', value: null }, 'generic'],
    [{ op: 'replace', value: { title: null } }, 'generic'],
    [{ op: 'Replace', path: 'title', value: '' }, 'entra'],
    [{ op: 'replace', value: { title: '' } }, 'entra'],
  ])('%j on %s clears it', (operation, kind) => {
    const { title, ...rest } = jo
    expect(title).toBe('Dr')
    expect(after(operation, kind)).toEqual(rest)
  })

  it('the empty text is a value for everybody but Entra', () => {
    for (const kind of ['okta', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic'] as const)
      expect(after({ op: 'replace', path: 'title', value: '' }, kind).title).toBe('')
  })

  it.each(['False', 'false', 'FALSE', false])('active %j suspends', (value) => {
    expect(after({ op: 'Replace', path: 'active', value }, 'entra').active).toBe(false)
    expect(after({ op: 'replace', value: { active: value } }, 'okta').active).toBe(false)
  })

  it.each<Op>([
    { op: 'remove', path: 'active' },
    { op: 'replace', path: 'active', value: null },
    { op: 'replace', value: { active: null } },
    { op: 'Replace', path: 'active', value: '' },
  ])('%j does not clear the flag: nobody is let in again by saying nothing', (operation) => {
    expect(refusal({ ...jo, active: false }, [operation], 'entra')).toEqual([
      'invalidValue',
      expect.stringContaining('"active"'),
    ])
  })

  it.each<Op>([
    { op: 'remove', path: 'userName' },
    { op: 'replace', path: 'userName', value: null },
    { op: 'replace', value: { userName: null } },
    { op: 'Replace', path: 'userName', value: '' },
  ])('%j does not take away what is required: mutability', (operation) => {
    expect(refusal(jo, [operation], 'entra')[0]).toBe('mutability')
  })

  it.each<Op>([
    { op: 'remove', path: 'nickName' },
    { op: 'remove', path: 'name.middleName' },
    { op: 'remove', path: 'phoneNumbers' },
    { op: 'remove', path: 'phoneNumbers[type eq "work"]' },
    { op: 'remove', path: 'emails[type eq "other"]' },
    { op: 'remove', path: 'emails[type eq "other"].value' },
    { op: 'Remove', path: 'emails', value: [{ value: 'not@there.example' }] },
    { op: 'remove', path: `${enterpriseUrn}:costCenter` },
    { op: 'add', path: 'emails', value: [] },
    { op: 'replace', value: {} },
  ])('%j has nothing to do, and that is no error', (operation) => {
    expect(after(operation)).toEqual(jo)
  })
})

describe('a PATCH of a complex value', () => {
  it.each<[Op, object | undefined]>([
    [
      { op: 'replace', path: 'name.givenName', value: 'Josephine' },
      { givenName: 'Josephine', familyName: 'Doe' },
    ],
    [
      { op: 'replace', path: 'name', value: { givenName: 'Z' } },
      { givenName: 'Z', familyName: 'Doe' },
    ],
    [
      { op: 'add', path: 'name', value: { middleName: 'M' } },
      { givenName: 'Jo', familyName: 'Doe', middleName: 'M' },
    ],
    [
      { op: 'replace', value: { name: { givenName: 'Z' } } },
      { givenName: 'Z', familyName: 'Doe' },
    ],
    [
      { op: 'replace', value: { 'name.givenName': 'Z' } },
      { givenName: 'Z', familyName: 'Doe' },
    ],
    [
      { op: 'replace', path: 'name', value: { GivenName: 'Z', shoeSize: 46 } },
      { givenName: 'Z', familyName: 'Doe' },
    ],
    [{ op: 'replace', path: 'name', value: { familyName: null } }, { givenName: 'Jo' }],
    [
      { op: 'replace', path: 'name', value: [{ familyName: 'X' }] },
      { givenName: 'Jo', familyName: 'X' },
    ],
    [{ op: 'remove', path: 'name.familyName' }, { givenName: 'Jo' }],
    [{ op: 'replace', path: 'name', value: { givenName: null, familyName: null } }, undefined],
    [{ op: 'remove', path: 'name' }, undefined],
    [{ op: 'replace', path: 'name', value: null }, undefined],
  ])('%j changes what it names and leaves the rest', (operation, name) => {
    expect(after(operation).name).toEqual(name)
  })

  it('the empty text in it clears for Entra alone', () => {
    const operation = { op: 'replace', path: 'name', value: { familyName: '' } }
    expect(after(operation, 'entra').name).toEqual({ givenName: 'Jo' })
    expect(after(operation, 'okta').name).toEqual({ givenName: 'Jo', familyName: '' })
  })

  it('a text is no object', () => {
    expect(refusal(jo, [{ op: 'replace', path: 'name', value: 'Jo' }])[0]).toBe('invalidValue')
  })

  it('unassigned before, is made', () => {
    expect(patched({ userName: 'x' }, [{ op: 'Add', path: 'name.givenName', value: 'Jo' }])).toEqual({
      userName: 'x',
      name: { givenName: 'Jo' },
    })
  })
})

describe('a PATCH of the enterprise extension', () => {
  const extension = (operation: Op, kind?: ConnectionKind): object | undefined =>
    after(operation, kind)[enterpriseUrn] as object
  const { manager } = jo[enterpriseUrn]

  it.each<[Op, object]>([
    [
      { op: 'Add', path: `${enterpriseUrn}:department`, value: 'Sales' },
      { department: 'Sales', manager },
    ],
    [
      { op: 'add', path: 'department', value: 'Sales' },
      { department: 'Sales', manager },
    ],
    [
      { op: 'replace', value: { [`${enterpriseUrn}:department`]: 'Sales' } },
      { department: 'Sales', manager },
    ],
    [
      { op: 'replace', value: { [enterpriseUrn]: { department: 'Sales' } } },
      { department: 'Sales', manager },
    ],
    [{ op: 'remove', path: `${enterpriseUrn}:department` }, { manager }],
  ])('%j is understood', (operation, wanted) => {
    expect(extension(operation)).toEqual(wanted)
  })

  it.each<Op>([
    { op: 'Add', path: `${enterpriseUrn}:manager`, value: 'u9' },
    { op: 'Replace', path: `${enterpriseUrn}:manager`, value: { value: 'u9' } },
    { op: 'Add', path: 'manager', value: [{ value: 'u9' }] },
    { op: 'replace', path: `${enterpriseUrn}:manager`, value: { managerId: 'u9' } },
    { op: 'replace', value: { [enterpriseUrn]: { manager: 'u9' } } },
  ])('the manager comes in many forms: %j', (operation) => {
    expect(extension(operation, 'entra')).toEqual({ department: 'R&D', manager: { value: 'u9' } })
  })

  it('manager.value keeps what else is known of him', () => {
    expect(extension({ op: 'add', path: `${enterpriseUrn}:manager.value`, value: 'u9' })).toEqual({
      department: 'R&D',
      manager: { value: 'u9', $ref: 'x' },
    })
  })

  it.each<Op>([
    { op: 'Replace', path: `${enterpriseUrn}:manager`, value: { value: '' } },
    { op: 'Replace', path: `${enterpriseUrn}:manager`, value: '' },
    { op: 'Replace', path: 'manager', value: [{ value: '' }] },
    { op: 'replace', path: 'manager', value: null },
    { op: 'replace', path: 'manager.value', value: '' },
    { op: 'replace', path: 'manager.value', value: null },
    { op: 'remove', path: 'manager' },
    { op: 'remove', path: `${enterpriseUrn}:manager.value` },
  ])('the manager is cleared by %j, whoever sends it', (operation) => {
    for (const kind of ['entra', 'onelogin', 'generic'] as const)
      expect(extension(operation, kind)).toEqual({ department: 'R&D' })
  })

  it('goes with its last attribute', () => {
    const operations = [
      { op: 'remove', path: 'manager' },
      { op: 'remove', path: 'department' },
    ]
    expect(patched(jo, operations)).not.toHaveProperty([enterpriseUrn])
    expect(after({ op: 'remove', path: enterpriseUrn })).not.toHaveProperty([enterpriseUrn])
    expect(after({ op: 'replace', value: { [enterpriseUrn]: null } })).not.toHaveProperty([enterpriseUrn])
  })
})

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

describe('a whole PATCH', () => {
  it('applies in order, each operation to the result of the one before', () => {
    const operations = [
      { op: 'add', path: 'title', value: 'A' },
      { op: 'replace', path: 'title', value: 'B' },
      { op: 'remove', path: 'title' },
      { op: 'Add', path: 'title', value: 'C' },
    ]
    expect(patched(jo, operations).title).toBe('C')
  })

  it('is atomic: one operation that fails leaves the resource as it was', () => {
    const before = structuredClone(jo)
    const operations = [
      { op: 'replace', path: 'title', value: 'B' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' },
      { op: 'replace', path: 'emails[type eq "none"].value', value: 'x' },
    ]
    expect(refusal(before, operations)[0]).toBe('noTarget')
    expect(before).toEqual(jo)
  })

  it('never touches what it was given', () => {
    const before = structuredClone(jo)
    patched(before, [
      { op: 'remove', path: 'emails' },
      { op: 'replace', path: 'name.givenName', value: 'Z' },
      { op: 'remove', path: `${enterpriseUrn}:manager` },
    ])
    expect(before).toEqual(jo)
  })

  it.each<Op>([
    { op: 'add', path: 'name', value: JSON.parse('{"__proto__":{"polluted":1}}') as object },
    { op: 'add', path: 'emails', value: [JSON.parse('{"__proto__":{"polluted":1},"value":"a"}')] },
    { op: 'add', value: { name: JSON.parse('{"constructor":{"prototype":{"polluted":1}}}') as object } },
    { op: 'add', path: 'emails[type eq "__proto__"].value', value: 'polluted' },
    { op: 'add', path: 'manager', value: JSON.parse('{"__proto__":{"polluted":1},"value":"u"}') as object },
  ])('leaves every prototype as it was: %j', (operation) => {
    const result = after(operation)
    expect(({} as Resource).polluted).toBeUndefined()
    expect(([] as unknown as Resource).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(result.name)).toBe(Object.prototype)
  })

  it('takes a thousand values into a list, and refuses one more', () => {
    const many = (prefix: string, length: number): object[] =>
      Array.from({ length }, (_, index) => ({ value: `${prefix}${index}@corp.example`, type: 'other' }))
    const add = (length: number) => [{ op: 'add', path: 'emails', value: many('b', length) }]
    expect(patched({ emails: many('a', 500) }, add(500)).emails).toHaveLength(1000)
    expect(() => patched({ emails: many('a', 500) }, add(501))).toThrow('at most 1000 values')
  })
})
