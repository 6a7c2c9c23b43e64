import { describe, expect, it } from 'vitest'
import type { ConnectionKind } from '../../../src/domain/connection.ts'
import { enterpriseUrn } from '../../support/idp.ts'
import { after, jo, patched, refusal, type Op, type Resource } from '../../support/patched.ts'

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
