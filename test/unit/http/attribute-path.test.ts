import { describe, expect, it } from 'vitest'
import { findTarget, pathOf } from '../../../src/http/scim/attribute-path.ts'
import { groupSchema, userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, groupUrn, userUrn } from '../../support/idp.ts'

const path = (text: string, schema = userSchema): string | null => {
  const target = findTarget(schema, text)
  return target === null ? null : pathOf(target)
}

describe('an attribute path', () => {
  it.each([
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    [`${userUrn}:UserName`, 'userName'],
    [`${userUrn.toUpperCase()}:name.givenName`, 'name.givenName'],
    ['externalId', 'externalId'],
    ['meta.location', 'meta.location'],
    [`${enterpriseUrn}:manager.displayName`, `${enterpriseUrn}:manager.displayName`],
    ['MANAGER.VALUE', `${enterpriseUrn}:manager.value`],
    ['costcenter', `${enterpriseUrn}:costCenter`],
    ['emails.$ref', null],
    ['groups.$REF', 'groups.$ref'],
  ])('%s is %s: the dots of a URN are told apart from those of a sub-attribute', (text, wanted) => {
    expect(path(text)).toBe(wanted)
  })

  it.each([
    '',
    '.',
    'userName.',
    '.userName',
    'name..givenName',
    'name.givenName.x',
    'userName ',
    `${userUrn}:`,
    userUrn,
    enterpriseUrn,
    `${groupUrn}:displayName`,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department',
    'password.x',
    '__proto__',
    'constructor.prototype',
    'toString',
    'emails[type eq "work"]',
    `name.${'a'.repeat(600)}`,
  ])('%j names nothing', (text) => {
    expect(path(text)).toBeNull()
  })

  it('is looked up in its own schema alone', () => {
    expect(path('members.value', groupSchema)).toBe('members.value')
    expect(path('members.value')).toBeNull()
    expect(path('manager', groupSchema)).toBeNull()
  })

  it('of 50000 segments is refused at once', () => {
    const started = performance.now()
    expect(path('a.'.repeat(50_000))).toBeNull()
    expect(performance.now() - started).toBeLessThan(500)
  })
})
