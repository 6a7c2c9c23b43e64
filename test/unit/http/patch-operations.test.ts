import { describe, expect, it } from 'vitest'
import type { ConnectionKind } from '../../../src/domain/connection.ts'
import { dialects } from '../../../src/http/scim/dialects.ts'
import { parsePatch, type PatchStep } from '../../../src/http/scim/patch-operations.ts'
import type { ScimError } from '../../../src/http/scim/scim-error.ts'
import { groupSchema, userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, patch, userUrn } from '../../support/idp.ts'

const read = (body: unknown, kind: ConnectionKind = 'generic', notes: string[] = []): PatchStep[] =>
  parsePatch({ schema: userSchema, resourceId: 'u1', dialect: dialects[kind], notes }, body)
const operation = (told: object, kind?: ConnectionKind): PatchStep[] => read(patch(told), kind)

/** A step in short: `op attribute.sub=value`. */
const short = ({ op, extension, attribute, sub, filter, value }: PatchStep): string =>
  `${op} ${extension === null ? '' : 'ext:'}${attribute.name}${filter === null ? '' : '[]'}${sub === null ? '' : `.${sub.name}`}` +
  (value === undefined ? '' : `=${JSON.stringify(value)}`)

function refusal(body: unknown, kind?: ConnectionKind): [string | undefined, string] {
  try {
    read(body, kind)
  } catch (error) {
    const { status, scimType, message } = error as ScimError
    expect(status).toBe(400)
    return [scimType, message]
  }
  throw new Error('taken')
}

describe('a PatchOp message', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

  it.each<[string, unknown]>([
    ['a list', []],
    ['null', null],
    ['a text', 'x'],
    ['without schemas', { Operations: [] }],
    ['with other schemas', { schemas: [userUrn], Operations: [{ op: 'remove', path: 'title' }] }],
    ['with a text for schemas', { schemas: schemas[0], Operations: [] }],
    ['without operations', { schemas }],
    ['with an object for operations', { schemas, Operations: {} }],
    ['with a text for an operation', { schemas, Operations: ['x'] }],
    ['with an unknown op', { schemas, Operations: [{ op: 'move', path: 'title', value: 'x' }] }],
    ['without op', { schemas, Operations: [{ path: 'title', value: 'x' }] }],
  ])('%s is invalidSyntax', (_, body) => {
    expect(refusal(body)[0]).toBe('invalidSyntax')
  })

  it('takes operations, schemas, op, path and value in any letter case, as Entra and others write them', () => {
    const told = { SCHEMAS: [schemas[0]?.toUpperCase()], operations: [{ OP: 'Replace', Path: 'TITLE', Value: 'x' }] }
    expect(read(told).map(short)).toEqual(['replace title="x"'])
  })

  it('without operations is a probe of Entra’s, and an error of others', () => {
    expect(read(patch(), 'entra')).toEqual([])
    for (const kind of ['okta', 'jumpcloud', 'generic'] as const) expect(refusal(patch(), kind)[0]).toBe('invalidValue')
  })

  it('has at most 100 operations', () => {
    const many = (count: number): object =>
      patch(...Array<object>(count).fill({ op: 'add', path: 'title', value: 'x' }))
    expect(read(many(100))).toHaveLength(100)
    expect(refusal(many(101))).toEqual(['invalidValue', expect.stringContaining('at most 100 at once')])
  })

  it('names the operation that is wrong', () => {
    const [, message] = refusal(patch({ op: 'remove', path: 'title' }, { op: 'add', path: 'titel', value: 'x' }))
    expect(message).toBe('Operations[1]: User has no attribute "titel"')
  })

  it.each(['add', 'replace'])('%s needs a value, of which null is one', (op) => {
    expect(refusal(patch({ op, path: 'title' }))[0]).toBe('invalidValue')
    expect(operation({ op, path: 'title', value: null })).toHaveLength(1)
  })

  it('remove needs a path', () => {
    for (const path of [undefined, null, '']) expect(refusal(patch({ op: 'remove', path }))[0]).toBe('noTarget')
  })
})

describe('a path', () => {
  it.each<[string, string]>([
    ['title', 'replace title'],
    ['TITLE', 'replace title'],
    ['name.givenName', 'replace name.givenName'],
    [`${userUrn}:name.givenName`, 'replace name.givenName'],
    [`${enterpriseUrn}:department`, 'replace ext:department'],
    [`${enterpriseUrn.toUpperCase()}:DEPARTMENT`, 'replace ext:department'],
    [`${enterpriseUrn}:manager.value`, 'replace ext:manager.value'],
    ['manager', 'replace ext:manager'],
    ['department', 'replace ext:department'],
    ['emails', 'replace emails'],
    ['emails.value', 'replace emails.value'],
    ['emails[type eq "work"]', 'replace emails[]'],
    ['emails[type eq "work"].value', 'replace emails[].value'],
    ['Emails[Type EQ "work"].Value', 'replace emails[].value'],
    ['emails[value eq "a]b"].type', 'replace emails[].type'],
    ['roles[primary eq "True"].value', 'replace roles[].value'],
    [`${userUrn}:emails[type eq "work"].value`, 'replace emails[].value'],
    ['addresses[type eq "work" and primary eq true].country', 'replace addresses[].country'],
  ])('%s names what it should', (path, wanted) => {
    expect(operation({ op: 'replace', path, value: 'x' }).map(short)).toEqual([`${wanted}="x"`])
  })

  it.each<[string, string]>([
    ['foo', 'invalidPath'],
    ['title.x', 'invalidPath'],
    ['name.foo', 'invalidPath'],
    ['emails[0]', 'invalidFilter'],
    ['emails[0].value', 'invalidFilter'],
    ['emails[]', 'invalidFilter'],
    ['emails[type eq "work"', 'invalidPath'],
    ['emails[type eq "work"].value.x', 'invalidPath'],
    ['emails[type eq "work"].foo', 'invalidPath'],
    ['emails[userName eq "x"].value', 'invalidFilter'],
    ['emails[type eq "work"][primary eq true]', 'invalidFilter'],
    ['name[givenName eq "x"].familyName', 'invalidPath'],
    ['title[value eq "x"]', 'invalidPath'],
    ['urn:corp:custom:1.0:colour', 'invalidPath'],
    [`${enterpriseUrn}:`, 'invalidPath'],
    [`${enterpriseUrn}:foo`, 'invalidPath'],
    ['__proto__', 'invalidPath'],
    ['__proto__.x', 'invalidPath'],
    ['constructor.prototype.x', 'invalidPath'],
    ['toString.x', 'invalidPath'],
    ['emails[__proto__ eq "x"].value', 'invalidFilter'],
    ['name.__proto__', 'invalidPath'],
    [`a${'.a'.repeat(200_000)}`, 'invalidPath'],
    [`emails[${'('.repeat(2000)}].value`, 'invalidFilter'],
  ])('%s is refused', (path, scimType) => {
    const started = performance.now()
    for (const op of ['add', 'replace', 'remove']) expect(refusal(patch({ op, path, value: 'x' }))[0]).toBe(scimType)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('that is no text is refused', () => {
    for (const path of [7, {}, ['title'], true])
      expect(refusal(patch({ op: 'add', path, value: 'x' }))[0]).toBe('invalidPath')
  })

  it.each([
    'id',
    'meta',
    'meta.created',
    'groups',
    'schemas',
    'groups[value eq "g"]',
    `${userUrn}:id`,
    'manager.displayName',
  ])('%s is the server’s alone: mutability', (path) => {
    for (const op of ['add', 'replace', 'remove'])
      expect(refusal(patch({ op, path, value: 'x' }))[0]).toBe('mutability')
  })

  it('that names an extension whole stands for its attributes', () => {
    expect(
      operation({ op: 'replace', path: enterpriseUrn, value: { Department: 'x', manager: 'u2' } }).map(short),
    ).toEqual(['replace ext:department="x"', 'replace ext:manager="u2"'])
    const removed = operation({ op: 'remove', path: enterpriseUrn.toUpperCase() }).map(short)
    expect(removed).toContain('remove ext:department')
    expect(removed).toHaveLength(6)
    expect(operation({ op: 'replace', path: enterpriseUrn, value: null }).map(short)).toEqual(removed)
    expect(refusal(patch({ op: 'add', path: enterpriseUrn, value: 'x' }))[0]).toBe('invalidValue')
  })
})

describe('a value without a path', () => {
  it('becomes one step for each of its leaves: dotted keys, URN keys and bracketed keys', () => {
    const value = {
      displayName: 'B',
      'name.givenName': 'Barbara',
      [`${enterpriseUrn}:employeeNumber`]: '7',
      [enterpriseUrn]: { department: 'R&D' },
      [`${userUrn}:title`]: 'Dr',
      'emails[type eq "work"].value': 'b@corp.example',
      active: true,
    }
    expect(operation({ op: 'replace', value }).map(short)).toEqual([
      'replace displayName="B"',
      'replace name.givenName="Barbara"',
      'replace ext:employeeNumber="7"',
      'replace ext:department="R&D"',
      'replace title="Dr"',
      'replace emails[].value="b@corp.example"',
      'replace active=true',
    ])
  })

  it('replaces a list that it names, as Okta’s push of a whole group wants', () => {
    const steps = parsePatch(
      { schema: groupSchema, resourceId: 'g1', dialect: dialects.okta, notes: [] },
      patch({ op: 'replace', value: { id: 'g1', displayName: 'New', members: [{ value: 'u1' }] } }),
    )
    expect(steps.map(short)).toEqual(['replace displayName="New"', 'replace members=[{"value":"u1"}]'])
  })

  it('may bring along what only the server says, and that changes nothing', () => {
    const notes: string[] = []
    const value = {
      id: 'u1',
      schemas: [userUrn],
      meta: {},
      groups: [],
      [`${userUrn}:groups`]: [],
      'meta.created': 'x',
      title: 'x',
    }
    expect(read(patch({ op: 'replace', value }), 'okta', notes).map(short)).toEqual(['replace title="x"'])
    expect(notes).toContain('Operations[0]: dropped groups')
  })

  it.each([{ id: 'u2' }, { ID: 'u2' }, { [`${userUrn}:id`]: 'u2' }, { id: null }])(
    'with another id is refused: %j',
    (value) => {
      expect(refusal(patch({ op: 'replace', value }))).toEqual([
        'mutability',
        'Operations[0].value.id: the id of a resource never changes',
      ])
    },
  )

  it.each(['urn:corp:custom:1.0', 'urn:corp:custom:1.0:colour', `${enterpriseUrn.replace(':User', 'User')}`])(
    'drops the unknown extension %s, and notes it',
    (key) => {
      const notes: string[] = []
      expect(read(patch({ op: 'add', value: { [key]: { x: 1 }, title: 'x' } }), 'entra', notes)).toHaveLength(1)
      expect(notes).toEqual([`Operations[0]: dropped ${key}`])
    },
  )

  it.each([
    'titel',
    'name.foo',
    `${userUrn}:titel`,
    `${enterpriseUrn}:departement`,
    '__proto__.x',
    'toString.x',
    'constructor.prototype.x',
  ])('does not take the misspelt %s', (key) => {
    expect(refusal(patch({ op: 'add', value: { [key]: 'x' } }))[0]).toBe('invalidPath')
  })

  it('does not take a __proto__ of its own', () => {
    const body = JSON.parse(
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":1}}}]}',
    ) as object
    expect(refusal(body)[0]).toBe('invalidPath')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each<unknown>(['x', 7, true, null, [{ title: 'x' }]])('is an object, not %j', (value) => {
    expect(refusal(patch({ op: 'add', value }))[0]).toBe('invalidValue')
  })
})

describe('a password', () => {
  it.each([
    { op: 'replace', path: 'password', value: 's3cret' },
    { op: 'add', path: 'PASSWORD', value: 's3cret' },
    { op: 'replace', path: `${userUrn}:password`, value: 's3cret' },
    { op: 'replace', value: { password: 's3cret' } },
    { op: 'replace', value: { [`${userUrn}:password`]: 's3cret' } },
    { op: 'remove', path: 'password' },
  ])('is taken without a word and goes nowhere: %j', (told) => {
    expect(operation(told)).toEqual([])
  })
})
