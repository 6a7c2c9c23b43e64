import { beforeAll, describe, expect, it } from 'vitest'
import { aUser, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'

const door = useDoor()
const minimum = ['id', 'schemas']
const keys = (resource: object): string[] => Object.keys(resource).sort()
const full = {
  externalId: 'E',
  displayName: 'Ada L',
  name: { familyName: 'Lovelace', givenName: 'Ada' },
  emails: [{ value: 'ada@corp.example', type: 'work', primary: true }],
  [enterpriseUrn]: { department: 'R&D', employeeNumber: '7' },
}

describe('attributes and excludedAttributes', () => {
  let path = ''
  beforeAll(async () => {
    path = `/Users/${(await door.user('ada', full)).id}`
  })
  const shown = (query: string): Promise<any> => door.ok('GET', `${path}?${query}`)

  it('[235][236] decide what is returned, of one resource and of a list', async () => {
    expect(keys(await shown('attributes=userName,displayName'))).toEqual(['displayName', ...minimum, 'userName'])
    expect(await shown('excludedAttributes=userName,displayName')).not.toHaveProperty('userName')
    const [listed] = (await door.ok('GET', '/Users?attributes=userName')).Resources
    expect(keys(listed as object)).toEqual([...minimum, 'userName'])
    const [other] = (await door.ok('GET', '/Users?excludedAttributes=userName')).Resources
    expect(other).toMatchObject({ displayName: 'Ada L' })
    expect(other).not.toHaveProperty('userName')
  })

  it.each([
    ['name.givenName', { name: { givenName: 'Ada' } }],
    ['NAME.GIVENNAME', { name: { givenName: 'Ada' } }],
    [`${userUrn}:userName`, { userName: 'ada@corp.example' }],
    [`${userUrn}:name.givenName`, { name: { givenName: 'Ada' } }],
    ['emails.value', { emails: [{ value: 'ada@corp.example' }] }],
    ['emails.value, emails.type', { emails: [{ value: 'ada@corp.example', type: 'work' }] }],
    [`${enterpriseUrn}:department`, { [enterpriseUrn]: { department: 'R&D' } }],
    [enterpriseUrn, { [enterpriseUrn]: full[enterpriseUrn] }],
  ])(
    '[237][240] attributes=%s: the minimum set and what is named, in standard notation, and nothing else',
    async (names, rest) => {
      const resource = await shown(`attributes=${encodeURIComponent(names)}`)
      const { schemas, id, ...others } = resource
      expect(id).toMatch(/./)
      expect(schemas).toContain(userUrn)
      expect(others).toEqual(rest)
    },
  )

  it('[238][241] excludedAttributes cannot take away what is always returned', async () => {
    const whole = await shown('')
    const { userName: _name, ...rest } = whole
    expect(await shown('excludedAttributes=id,schemas,userName')).toEqual(rest)
    expect(await shown(`excludedAttributes=${userUrn}:id`)).toEqual(whole)
  })

  it.each([
    ['name.givenName', (user: any) => user.name, { familyName: 'Lovelace' }],
    ['NAME.givenname', (user: any) => user.name, { familyName: 'Lovelace' }],
    [`${userUrn}:name.givenName`, (user: any) => user.name, { familyName: 'Lovelace' }],
    ['emails.type,emails.primary', (user: any) => user.emails, [{ value: 'ada@corp.example' }]],
    [`${enterpriseUrn}:department`, (user: any) => user[enterpriseUrn], { employeeNumber: '7' }],
    [enterpriseUrn, (user: any) => user[enterpriseUrn], undefined],
  ])('[239][241] excludedAttributes=%s: all but what is named, in standard notation', async (names, part, left) => {
    const resource = await shown(`excludedAttributes=${encodeURIComponent(names)}`)
    expect(part(resource)).toEqual(left)
    expect(resource).toMatchObject({ userName: 'ada@corp.example', displayName: 'Ada L', externalId: 'E' })
  })

  it('[242] go with every answer that shows a resource, and change nothing that is stored', async () => {
    const query = '?attributes=displayName'
    const created = await door.scim('POST', `/Users${query}`, aUser('short', full))
    expect(keys(created.body as object)).toEqual(['displayName', ...minimum])
    const one = `/Users/${created.body.id}`
    expect(keys(await door.ok('PUT', `${one}${query}`, aUser('short', { ...full, title: 'Dr' })))).toEqual([
      'displayName',
      ...minimum,
    ])
    const body = patch({ op: 'replace', path: 'title', value: 'Prof' })
    expect(keys(await door.ok('PATCH', `${one}${query}`, body))).toEqual(['displayName', ...minimum])
    expect(await door.ok('PATCH', `${one}?excludedAttributes=emails`, body)).not.toHaveProperty('emails')
    expect(await door.ok('GET', one)).toMatchObject({ ...full, title: 'Prof' })
  })

  it('[242] of a group leave its members as they are, shown or not', async () => {
    const member = await door.user('member')
    const group = await door.group('Kept', { members: [{ value: member.id }] })
    const one = `/Groups/${group.id}`
    expect(keys(await door.ok('GET', `${one}?excludedAttributes=members`))).toEqual([
      'displayName',
      'id',
      'meta',
      'schemas',
    ])
    await door.ok(
      'PATCH',
      `${one}?excludedAttributes=members`,
      patch({ op: 'replace', path: 'displayName', value: 'Kept 2' }),
    )
    expect(await door.ok('GET', `${one}?attributes=members`)).toEqual({
      schemas: [groupUrn],
      id: group.id,
      members: group.members,
    })
  })

  it('[435] of groups are what Entra reads them with: without their members', async () => {
    const list = await door.ok('GET', '/Groups?excludedAttributes=members&filter=displayName eq "Kept 2"')
    expect(list.totalResults).toBe(1)
    expect(list.Resources[0]).not.toHaveProperty('members')
  })
})
