import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseSchema } from '../../../src/application/schemas/parse-schema.ts'
import { SCHEMA_RULES, type SchemaRule } from '../../../src/application/schemas/schema-problem.ts'

const page = readFileSync(new URL('../../../docs/reference/extension-schemas.md', import.meta.url), 'utf8')

const of = (attribute: object, more: object = {}): object => ({
  id: 'urn:acme:scim:schemas:2.0:User',
  name: 'Acme',
  attributes: [attribute],
  ...more,
})

/** A document that breaks a rule, and where. */
const broken: readonly [SchemaRule, string, object][] = [
  ['unsafe-key', 'attributes.0.constructor', of({ name: 'a', constructor: 1 })],
  ['unknown-key', 'attributes.0.lenght', of({ name: 'a', lenght: 1 })],
  ['missing-key', 'name', { ...of({ name: 'a' }), name: undefined }],
  ['wrong-type', 'attributes.0.required', of({ name: 'a', required: 'yes' })],
  ['not-one-of', 'attributes.0.type', of({ name: 'a', type: 'text' })],
  ['not-one-of', 'attributes.0.uniqueness', of({ name: 'a', uniqueness: 'global' })],
  ['out-of-bounds', 'attributes', of({}, { attributes: [] })],
  ['bad-urn', 'id', of({ name: 'a' }, { id: 'acme' })],
  ['bad-urn', 'id', of({ name: 'a' }, { id: 'urn:acme:a b' })],
  ['bad-urn', 'id', of({ name: 'a' }, { id: 'urn:acme:a:' })],
  ['bad-urn', 'id', of({ name: 'a' }, { id: 'URN:acme:a' })],
  ['bad-name', 'attributes.0.name', of({ name: '1a' })],
  ['bad-name', 'attributes.0.name', of({ name: 'a.b' })],
  ['bad-name', 'attributes.0.name', of({ name: 'constructor' })],
  ['bad-text', 'description', of({ name: 'a' }, { description: 'two\nlines' })],
  ['repeated', 'attributes.0.canonicalValues', of({ name: 'a', canonicalValues: ['x', 'x'] })],
  ['reserved-urn', 'id', of({ name: 'a' }, { id: 'urn:ietf:params:scim:schemas:core:2.0:User' })],
  ['reserved-urn', 'id', of({ name: 'a' }, { id: 'urn:ietf:params:scim:schemas:extension:Enterprise:2.0:user' })],
  ['reserved-urn', 'id', of({ name: 'a' }, { id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:more' })],
  ['reserved-urn', 'id', of({ name: 'a' }, { id: 'urn:ietf:params:scim' })],
  ['duplicate-name', 'attributes.1.name', of({}, { attributes: [{ name: 'a' }, { name: 'A' }] })],
  ['missing-sub-attributes', 'attributes.0.type', of({ name: 'a', type: 'complex' })],
  ['misplaced-characteristic', 'attributes.0.subAttributes', of({ name: 'a', subAttributes: [{ name: 'b' }] })],
  [
    'misplaced-characteristic',
    'attributes.0.canonicalValues',
    of({ name: 'a', type: 'integer', canonicalValues: ['1'] }),
  ],
  ['misplaced-characteristic', 'attributes.0.referenceTypes', of({ name: 'a', referenceTypes: ['uri'] })],
  ['misplaced-characteristic', 'attributes.0.caseExact', of({ name: 'a', type: 'binary', caseExact: false })],
  [
    'misplaced-characteristic',
    'attributes.0.subAttributes.0.multiValued',
    of({ name: 'a', type: 'complex', subAttributes: [{ name: 'b', multiValued: true }] }),
  ],
  ['nobody-could-set', 'attributes.0.required', of({ name: 'a', required: true, mutability: 'readOnly' })],
  ['write-only-shown', 'attributes.0.mutability', of({ name: 'a', mutability: 'writeOnly' })],
  ['unique-unfit', 'attributes.0.uniqueness', of({ name: 'a', multiValued: true, uniqueness: 'server' })],
  ['unique-unfit', 'attributes.0.uniqueness', of({ name: 'a', type: 'boolean', uniqueness: 'server' })],
  [
    'unique-unfit',
    'attributes.0.subAttributes.0.uniqueness',
    of({ name: 'a', type: 'complex', subAttributes: [{ name: 'b', uniqueness: 'server' }] }),
  ],
  ['caseless-repeat', 'attributes.0.canonicalValues.1', of({ name: 'a', canonicalValues: ['x', 'X'] })],
]

describe('an extension schema', () => {
  test.each(broken)('breaks %s at %s', (rule, place, document) => {
    const parsed = parseSchema(document)
    const problems = 'problems' in parsed ? parsed.problems : []
    expect(problems.map(({ rule: broke, path }) => `${broke} ${path.join('.')}`)).toEqual([`${rule} ${place}`])
    expect(problems[0]?.message).toMatch(/\S/)
  })

  test('has a case here, and a line in the reference, for every rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(SCHEMA_RULES))
    const [, told = ''] = page.split('## When something is wrong')
    expect([...told.matchAll(/^\| `([\w-]+)`/gm)].map(([, rule]) => rule)).toEqual([...SCHEMA_RULES])
  })

  test('is told all that is wrong with it at once', () => {
    const parsed = parseSchema({ id: 'x', attributes: [{ name: '1' }, { type: 'text' }] })
    expect('problems' in parsed ? parsed.problems.map(({ path }) => path.join('.')) : []).toEqual([
      'id',
      'name',
      'attributes.0.name',
      'attributes.1.name',
      'attributes.1.type',
    ])
  })

  test('of the reference is sound, and has the defaults of RFC 7643', () => {
    const [, yaml = ''] = /```yaml\n([^`]*)```/.exec(page) ?? []
    const parsed = parseSchema(parse(yaml))
    expect(parsed).not.toHaveProperty('problems')
    const { attributes } = 'schema' in parsed ? parsed.schema : { attributes: [] }
    expect(attributes.find(({ name }) => name === 'grade')).toEqual({
      ...{ name: 'grade', type: 'integer', multiValued: false, description: 'grade', required: false },
      ...{ caseExact: false, mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
    })
  })

  test('is put again as it is given back', () => {
    const parsed = parseSchema(of({ name: 'a', type: 'reference' }))
    const schema = 'schema' in parsed ? parsed.schema : null
    expect(parseSchema(JSON.parse(JSON.stringify(schema)))).toEqual({ schema })
  })
})
