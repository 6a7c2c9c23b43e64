import { describe, expect, it } from 'vitest'
import { parseProjection, project, wants } from '../../../src/http/scim/projection.ts'
import { groupSchema, userSchema } from '../../../src/http/scim/schemas.ts'
import { enterpriseUrn, userUrn } from '../../support/idp.ts'

const user = {
  schemas: [userUrn, enterpriseUrn],
  id: 'u1',
  userName: 'jo',
  name: { givenName: 'Jo', familyName: 'Doe' },
  emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
  groups: [{ value: 'g1', display: 'G' }],
  [enterpriseUrn]: { department: 'R&D', manager: { value: 'u2', $ref: 'x' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
}
const fixed = { schemas: user.schemas, id: 'u1' }
const only = (attributes: string) => project(user, parseProjection(userSchema, { attributes, excludedAttributes: '' }))
const without = (excludedAttributes: string) =>
  project(user, parseProjection(userSchema, { attributes: '', excludedAttributes }))
const left = (...names: (keyof typeof user)[]) =>
  Object.fromEntries(Object.entries(user).filter(([name]) => !names.includes(name as keyof typeof user)))

describe('attributes', () => {
  it.each<[string, object]>([
    ['userName', { userName: 'jo' }],
    ['USERNAME', { userName: 'jo' }],
    [`${userUrn}:userName`, { userName: 'jo' }],
    [' userName , name.givenName ', { userName: 'jo', name: { givenName: 'Jo' } }],
    ['name.givenName,name.familyName', { name: user.name }],
    ['emails.value', { emails: [{ value: 'a' }, { value: 'b' }] }],
    ['emails.value,emails.type', { emails: user.emails }],
    [`${enterpriseUrn}:department`, { [enterpriseUrn]: { department: 'R&D' } }],
    ['manager.value', { [enterpriseUrn]: { manager: { value: 'u2' } } }],
    [enterpriseUrn, { [enterpriseUrn]: user[enterpriseUrn] }],
    [enterpriseUrn.toUpperCase(), { [enterpriseUrn]: user[enterpriseUrn] }],
    ['id', {}],
    ['schemas', {}],
    ['meta', { meta: user.meta }],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    ['title', {}],
    ['foo', {}],
    ['foo,userName', { userName: 'jo' }],
    ['__proto__,constructor,toString.x', {}],
    [',,', {}],
  ])('%s selects that, and id and schemas always', (attributes, wanted) => {
    expect(only(attributes)).toEqual({ ...fixed, ...wanted })
  })

  it('empty or blank is as if absent', () => {
    expect(only('')).toEqual(user)
    expect(only('  ')).toEqual(user)
  })

  it('a core URN selects all of the core', () => {
    expect(only(userUrn)).toEqual(left(enterpriseUrn as keyof typeof user))
  })
})

describe('excludedAttributes', () => {
  it.each<[string, object]>([
    ['userName', left('userName')],
    ['NAME', left('name')],
    ['name.givenName', { ...user, name: { familyName: 'Doe' } }],
    ['emails.type', { ...user, emails: [{ value: 'a' }, { value: 'b' }] }],
    ['emails.type,emails.value', { ...user, emails: [{}, {}] }],
    [`${enterpriseUrn}:manager`, { ...user, [enterpriseUrn]: { department: 'R&D' } }],
    ['manager.value', { ...user, [enterpriseUrn]: { department: 'R&D', manager: { $ref: 'x' } } }],
    [enterpriseUrn, left(enterpriseUrn)],
    ['department,manager', left(enterpriseUrn)],
    ['meta', left('meta')],
    ['id,schemas', user],
    ['foo', user],
    ['title', user],
  ])('%s leaves that out, and never id and schemas', (excluded, wanted) => {
    expect(without(excluded)).toEqual(wanted)
  })

  it('never touches the resource itself', () => {
    const before = structuredClone(user)
    without('emails.value,name')
    expect(user).toEqual(before)
  })
})

describe('what need not even be loaded', () => {
  const group = (attributes: string, excludedAttributes: string): boolean =>
    wants(parseProjection(groupSchema, { attributes, excludedAttributes }), 'members')

  it.each<[string, string, boolean]>([
    ['', '', true],
    ['', 'members', false],
    ['', 'MEMBERS', false],
    ['', 'members.display', true],
    ['displayName', '', false],
    ['members.value', '', true],
    ['id', '', false],
    ['members', 'members', false],
  ])('attributes=%s excludedAttributes=%s: members are wanted is %s', (attributes, excluded, wanted) => {
    expect(group(attributes, excluded)).toBe(wanted)
  })
})
