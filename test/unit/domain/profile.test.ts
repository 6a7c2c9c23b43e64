import { expect, it } from 'vitest'
import { createDomainTools } from '../../../src/adapters/domains/domain-tools.ts'
import { loadPersonalDomains } from '../../../src/adapters/domains/personal-domains.ts'
import { profileOf, stepsOf } from '../../../src/domain/profile.ts'
import { createWorkEmailRule } from '../../../src/domain/work-email.ts'

const { judgeAddress } = createWorkEmailRule(createDomainTools(), loadPersonalDomains())
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const of = (mapping: object, attributes: Record<string, unknown>) => profileOf([{ mapping, attributes }], judgeAddress)

it('a path has its URN before the last colon, dots and all', () => {
  expect(stepsOf(`${enterprise}:manager.value`)).toEqual([enterprise, 'manager', 'value'])
  expect(stepsOf('title')).toEqual(['title'])
})

it('comes from the usual attributes, unless the mapping names another or none', () => {
  const told = {
    title: 'Dr',
    [enterprise]: { employeeNumber: '7', manager: { value: 'u1' } },
    'urn:a:b': { badge: 42 },
  }
  expect(of({}, told)).toEqual({ title: 'Dr', employeeNumber: '7', manager: 'u1' })
  expect(of({ employeeNumber: 'urn:a:b:badge', title: null }, told)).toEqual({ employeeNumber: '42', manager: 'u1' })
})

it('has nothing from lists, objects, empty and endless texts, or names that only a prototype has', () => {
  expect(of({ title: 'constructor' }, {})).toEqual({})
  for (const title of [['a'], { a: 1 }, '', '  ', 'x'.repeat(501), null]) expect(of({}, { title })).toEqual({})
})

it.each([
  'jane@gmail.com',
  'Engineer <jane@GMAIL.com>',
  'call jane@gmail.com, please',
  'jane＠gmail.com',
  'mailto:jane@gmail.com',
  'a@corp.example;jane@mail.gmail.com',
])('a personal address never gets in: %s', (title) => {
  expect(of({}, { title })).toEqual({})
})

it('a work address does', () => {
  expect(of({}, { title: 'Desk of jane@corp.example' })).toEqual({ title: 'Desk of jane@corp.example' })
})

it('of several directory users each field is of the first that has it', () => {
  const sources = [{ title: 'A' }, { title: 'B', [enterprise]: { division: 'D' } }]
  expect(
    profileOf(
      sources.map((attributes) => ({ mapping: {}, attributes })),
      judgeAddress,
    ),
  ).toEqual({ title: 'A', division: 'D' })
})
