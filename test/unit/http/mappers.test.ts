import { describe, expect, it } from 'vitest'
import type { DirectoryGroup, MembershipStep } from '../../../src/domain/directory-group.ts'
import type { DirectoryUser } from '../../../src/domain/directory-user.ts'
import { dialects } from '../../../src/http/scim/dialects.ts'
import { fromScimGroup, memberValues, splitGroupPatch, toScimGroup } from '../../../src/http/scim/group-mapper.ts'
import { parsePatch } from '../../../src/http/scim/patch-operations.ts'
import type { ScimError } from '../../../src/http/scim/scim-error.ts'
import { coreSchemas, groupSchema } from '../../../src/http/scim/schemas.ts'
import { fromScimUser, toScimUser } from '../../../src/http/scim/user-mapper.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'

const base = 'https://join.example/scim/v2/c1'
const place = { baseUrl: base, schemas: coreSchemas }
const row = { accountId: 'a1', connectionId: 'c1', version: 3, createdAt: 0, updatedAt: 1000, removedAt: null }
const group: DirectoryGroup = { ...row, id: 'g1', displayName: 'Team', externalId: 'x1', attributes: {} }
const user: DirectoryUser = {
  ...row,
  id: 'u1',
  memberId: 'm1',
  userName: 'jo',
  displayName: null,
  externalId: '00u1',
  active: true,
  emails: [],
  attributes: { userName: 'jo', externalId: '00u1', active: true, [enterpriseUrn]: { department: 'R&D' } },
}
const scimType = async (work: () => unknown): Promise<string | undefined> => {
  try {
    await work()
  } catch (error) {
    return (error as ScimError).scimType
  }
  throw new Error('taken')
}

describe('a user from SCIM', () => {
  it('is active unless told otherwise', () => {
    expect(fromScimUser({ userName: 'jo' }).active).toBe(true)
    expect(fromScimUser({ userName: 'jo', active: false })).toMatchObject({
      active: false,
      attributes: { active: false },
    })
  })

  it.each([{}, { userName: '' }, { userName: '  ' }])('needs a userName: %j', async (resource) => {
    expect(await scimType(() => fromScimUser(resource))).toBe('invalidValue')
  })

  it('an empty externalId names nobody', () => {
    expect(fromScimUser({ userName: 'jo', externalId: '' }).externalId).toBeNull()
  })

  it('is known by at most 500 characters, as texts without end have no index', async () => {
    const long = 'a'.repeat(501)
    expect(fromScimUser({ userName: long.slice(1), externalId: long.slice(1) }).userName).toHaveLength(500)
    expect(await scimType(() => fromScimUser({ userName: long }))).toBe('invalidValue')
    expect(await scimType(() => fromScimUser({ userName: 'jo', externalId: long }))).toBe('invalidValue')
    expect(() => fromScimUser({ userName: 'jo', emails: [{ value: 'a' }, { value: long }] })).toThrow('emails[1].value')
    expect(fromScimUser({ userName: 'jo', title: 'a'.repeat(10_000) }).attributes.title).toHaveLength(10_000)
  })
})

describe('a user in SCIM', () => {
  it('has our schemas, id and meta, and lives under its own connection', () => {
    const groups = [
      { id: 'g1', displayName: 'Team', direct: true },
      { id: 'g2', displayName: 'All teams', direct: false },
    ]
    expect(toScimUser(user, groups, place)).toEqual({
      schemas: [userUrn, enterpriseUrn],
      id: 'u1',
      externalId: '00u1',
      userName: 'jo',
      active: true,
      [enterpriseUrn]: { department: 'R&D' },
      groups: [
        { value: 'g1', $ref: `${base}/Groups/g1`, display: 'Team', type: 'direct' },
        { value: 'g2', $ref: `${base}/Groups/g2`, display: 'All teams', type: 'indirect' },
      ],
      meta: {
        resourceType: 'User',
        created: '1970-01-01T00:00:00.000Z',
        lastModified: '1970-01-01T00:00:01.000Z',
        location: `${base}/Users/u1`,
        version: expect.stringMatching(/^W\/"3\.[0-9a-z]+"$/),
      },
    })
  })

  it('names the enterprise schema only where something of it is there', () => {
    expect(toScimUser({ ...user, attributes: { userName: 'jo' } }, null, place)).toMatchObject({ schemas: [userUrn] })
  })
})

describe('a group from SCIM', () => {
  it('takes displayName, externalId and members, in any letter case', async () => {
    expect(
      await fromScimGroup(groupSchema, { DISPLAYNAME: 'Team', externalid: 'x', Members: [{ Value: 'u1' }] }, []),
    ).toEqual({
      facts: { displayName: 'Team', externalId: 'x', attributes: {} },
      members: ['u1'],
    })
  })

  it('without members says nothing of them', async () => {
    expect((await fromScimGroup(groupSchema, { displayName: 'Team' }, [])).members).toBeUndefined()
    expect((await fromScimGroup(groupSchema, { displayName: 'Team', members: [] }, [])).members).toEqual([])
    expect((await fromScimGroup(groupSchema, { displayName: 'Team', members: null }, [])).members).toEqual([])
  })

  it.each([{}, { displayName: '' }, { displayName: ' ' }, { displayName: 'a'.repeat(501) }])(
    'needs a name of 1 to 500: %#',
    async (body) => {
      expect(await scimType(() => fromScimGroup(groupSchema, body, []))).toBe('invalidValue')
    },
  )

  it.each<[unknown, string[]]>([
    [[{ value: 'u1', display: 'x', $ref: null }], ['u1']],
    [
      ['u1', 'u2'],
      ['u1', 'u2'],
    ],
    ['u1', ['u1']],
    [{ value: 'u1' }, ['u1']],
    [[{ VALUE: 'u1' }], ['u1']],
    [[], []],
    [null, []],
  ])('members %j name %j', async (value, ids) => {
    expect(await memberValues(value, 'members')).toEqual(ids)
  })

  it.each([
    [[null]],
    [['']],
    [[{}]],
    [[{ value: 7 }]],
    [[{ value: '' }]],
    [['a'.repeat(256)]],
    [[['u1']]],
    [['a\u0000']],
    [['\ud800']],
    7,
  ])('members %j name nobody that could be', async (value) => {
    expect(await scimType(() => memberValues(value, 'members'))).toBe('invalidValue')
  })
})

describe('a PATCH of a group', () => {
  const split = (...operations: object[]) => {
    const context = { dialect: dialects.okta, notes: [] as string[] }
    return splitGroupPatch(
      parsePatch({ schema: groupSchema, resourceId: 'g1', ...context }, patch(...operations)),
      context,
    )
  }
  const steps = async (...operations: object[]): Promise<MembershipStep[]> => (await split(...operations)).steps

  it.each<[object, MembershipStep]>([
    [
      { op: 'add', path: 'members', value: [{ value: 'u1', display: 'x' }] },
      { kind: 'add', values: ['u1'] },
    ],
    [
      { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u1' }] },
      { kind: 'add', values: ['u1'] },
    ],
    [
      { op: 'add', value: { members: ['u1'] } },
      { kind: 'add', values: ['u1'] },
    ],
    [
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
      { kind: 'remove', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members', value: { value: 'u1', display: 'old' } },
      { kind: 'remove', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members[value eq "u1"]' },
      { kind: 'remove', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members[value eq "u1"].value' },
      { kind: 'remove', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members[value eq "u1" or value eq "u2"]' },
      { kind: 'remove', values: ['u1', 'u2'] },
    ],
    [
      { op: 'remove', path: 'members[value eq u1]' },
      { kind: 'remove', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members', value: [] },
      { kind: 'remove', values: [] },
    ],
    [
      { op: 'remove', path: 'members' },
      { kind: 'replace', values: [] },
    ],
    [
      { op: 'replace', path: 'members', value: [{ value: 'u1' }] },
      { kind: 'replace', values: ['u1'] },
    ],
    [
      { op: 'replace', path: 'members', value: null },
      { kind: 'replace', values: [] },
    ],
    [
      { op: 'replace', value: { members: [{ value: 'u1' }] } },
      { kind: 'replace', values: ['u1'] },
    ],
    [
      { op: 'remove', path: 'members', value: [{ value: 'x" or value pr or id eq "x' }] },
      { kind: 'remove', values: ['x" or value pr or id eq "x'] },
    ],
  ])('%j is a delta of rows', async (operation, step) => {
    expect(await steps(operation)).toEqual([step])
  })

  it.each([
    { op: 'add', path: 'members[value eq "u1"]', value: { value: 'u1' } },
    { op: 'replace', path: 'members[value eq "u1"].display', value: 'x' },
    { op: 'remove', path: 'members[value eq "u1"].display' },
    { op: 'remove', path: 'members[value eq "u1" and display eq "x"]' },
    { op: 'remove', path: 'members[display eq "x"]' },
    { op: 'remove', path: 'members[value ne "u1"]' },
    { op: 'remove', path: 'members[not (value eq "u1")]' },
    { op: 'remove', path: 'members[value pr]' },
    { op: 'add', path: 'members.display', value: 'x' },
  ])('%j names no member: noTarget, and nobody is removed', async (operation) => {
    expect(await scimType(() => steps(operation))).toBe('noTarget')
  })

  it('keeps the order of its steps, and tells what the group is apart from whom it holds', async () => {
    const { change, steps: told } = await split(
      { op: 'replace', value: { id: 'g1', displayName: 'New' } },
      { op: 'add', path: 'members', value: ['u1'] },
      { op: 'remove', path: 'members', value: ['u1'] },
      { op: 'Replace', path: 'externalId', value: 'x2' },
    )
    expect(told.map(({ kind }) => kind)).toEqual(['add', 'remove'])
    expect(change(group)).toEqual({ displayName: 'New', externalId: 'x2', attributes: {} })
  })

  it('cannot take its name away', async () => {
    expect(await scimType(async () => (await split({ op: 'remove', path: 'displayName' })).change(group))).toBe(
      'mutability',
    )
    expect(
      await scimType(async () => (await split({ op: 'replace', path: 'displayName', value: '' })).change(group)),
    ).toBe('invalidValue')
    expect((await split({ op: 'remove', path: 'externalId' })).change(group).externalId).toBeNull()
  })
})

describe('a group in SCIM', () => {
  it('shows a member that is nobody yet by his value alone', () => {
    const members = [
      { value: 'u1', display: 'Jo', kind: 'user' },
      { value: 'u2', display: null, kind: 'user' },
      { value: 'g2', display: 'Inner', kind: 'group' },
      { value: 'ghost', display: null, kind: null },
    ] as const
    expect(toScimGroup(group, members, place)).toMatchObject({
      schemas: [groupUrn],
      id: 'g1',
      externalId: 'x1',
      displayName: 'Team',
      members: [
        { value: 'u1', $ref: `${base}/Users/u1`, type: 'User', display: 'Jo' },
        { value: 'u2', $ref: `${base}/Users/u2`, type: 'User' },
        { value: 'g2', $ref: `${base}/Groups/g2`, type: 'Group', display: 'Inner' },
        { value: 'ghost' },
      ],
      meta: { resourceType: 'Group', location: `${base}/Groups/g1`, version: 'W/"3"' },
    })
  })

  it('shows no list of members where it has none', () => {
    expect(toScimGroup({ ...group, externalId: null }, [], place)).not.toHaveProperty('members')
    expect(toScimGroup({ ...group, externalId: null }, null, place)).not.toHaveProperty('externalId')
  })
})
