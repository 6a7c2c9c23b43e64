import { describe, expect, it } from 'vitest'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, okta } from '../../support/idp.ts'

const door = useDoor()

describe('a PUT', () => {
  it('[253] is answered 200 with the resource, for users and groups', async () => {
    const user = await door.user('put')
    const answer = await door.scim('PUT', `/Users/${user.id}`, aUser('put', { title: 'Dr' }))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ id: user.id, title: 'Dr' })
    expect(await door.ok('GET', `/Users/${user.id}`)).toEqual(answer.body)
    const group = await door.group('Put')
    const renamed = await door.scim('PUT', `/Groups/${group.id}`, { schemas: [groupUrn], displayName: 'Put 2' })
    expect(renamed.status).toBe(200)
    expect(renamed.body).toMatchObject({ id: group.id, displayName: 'Put 2' })
  })

  it('[254] never creates: an unknown id is 404, and nobody is there afterwards', async () => {
    expectError(await door.scim('PUT', '/Users/0b3b2c1a-1111-4222-8333-444455556666', aUser('made')), 404)
    expectError(await door.scim('PUT', '/Groups/nobody', { schemas: [groupUrn], displayName: 'Made' }), 404)
    expect(await door.found('userName sw "made"')).toEqual([])
    expect((await door.scim('PUT', '/Users', aUser('made'))).status).toBe(405)
  })

  it('[255] replaces what it tells of', async () => {
    const { id } = await door.user(
      'replaced',
      okta.createUser('replaced', { [enterpriseUrn]: { department: 'A', division: 'B' } }),
    )
    const next = {
      displayName: 'New',
      name: { formatted: 'New Name' },
      emails: [{ value: 'new@corp.example', type: 'home' }],
      [enterpriseUrn]: { department: 'C' },
    }
    const user = await door.ok('PUT', `/Users/${id}`, aUser('renamed', next))
    expect(user).toMatchObject({ userName: 'renamed@corp.example', ...next })
    expect(user.name).toEqual(next.name)
    expect(user[enterpriseUrn]).toEqual({ department: 'C' })
  })

  it('[256] clears what it leaves out, sends as null or as an empty list, but not active', async () => {
    const { id } = await door.user('left', {
      title: 'Dr',
      nickName: 'L',
      emails: [{ value: 'l@corp.example' }],
      externalId: 'E',
      active: false,
    })
    const user = await door.ok('PUT', `/Users/${id}`, aUser('left', { nickName: null, emails: [] }))
    for (const name of ['title', 'nickName', 'emails', 'externalId']) expect(user).not.toHaveProperty(name)
    expect(user.active).toBe(false)
    const member = await door.user('left-member')
    const group = await door.group('Left', { members: [{ value: member.id }] })
    expect(
      await door.ok('PUT', `/Groups/${group.id}`, { schemas: [groupUrn], displayName: 'Left' }),
    ).not.toHaveProperty('members')
  })

  it('[257] takes an immutable value that matches: a member with his value, and nothing has changed', async () => {
    const member = await door.user('immutable')
    const group = await door.group('Immutable', { members: [{ value: member.id }] })
    const same = { schemas: [groupUrn], displayName: 'Immutable', members: group.members }
    expect(await door.ok('PUT', `/Groups/${group.id}`, same)).toEqual(group)
    const { attributes } = await door.ok('GET', `/Schemas/${groupUrn}`)
    const { subAttributes } = attributes.find(({ name }: any) => name === 'members')
    for (const { name, mutability } of subAttributes) expect(['immutable', 'readOnly'], name).toContain(mutability)
  })

  it('[258] gives an attribute its first value', async () => {
    const { id } = await door.user('first')
    expect(
      await door.ok('PUT', `/Users/${id}`, aUser('first', { externalId: 'E', preferredLanguage: 'sv' })),
    ).toMatchObject({
      externalId: 'E',
      preferredLanguage: 'sv',
    })
  })

  it('[259] ignores what only the server sets', async () => {
    const user = await door.user('server')
    const lies = { id: 'other', groups: [{ value: 'g' }], meta: { created: '1999-01-01T00:00:00Z', version: 'W/"77"' } }
    expect(await door.ok('PUT', `/Users/${user.id}`, aUser('server', lies))).toEqual(user)
  })

  it('[260] needs what is required', async () => {
    const user = await door.user('required')
    expectError(await door.scim('PUT', `/Users/${user.id}`, { title: 'Dr' }), 400, 'invalidValue')
    expect(await door.ok('GET', `/Users/${user.id}`)).toEqual(user)
    const group = await door.group('Required')
    expectError(await door.scim('PUT', `/Groups/${group.id}`, { members: [] }), 400, 'invalidValue')
  })
})
