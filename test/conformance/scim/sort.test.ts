import { beforeAll, expect, it } from 'vitest'
import { createClock } from '../../support/clock.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, userUrn } from '../../support/idp.ts'

describeOnBoth('sorting', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock })
  const sorted = async (sortBy: string, sortOrder?: string, more = ''): Promise<string[]> => {
    const order = sortOrder === undefined ? '' : `&sortOrder=${sortOrder}`
    const list = await door.ok('GET', `/Users?sortBy=${encodeURIComponent(sortBy)}${order}${more}`)
    return list.Resources.map(({ userName }: any) => String(userName).split('@')[0])
  }

  beforeAll(async () => {
    const people: [string, object][] = [
      [
        'c',
        {
          displayName: 'beta',
          externalId: 'a',
          title: 'Émir',
          name: { familyName: 'Zorn' },
          emails: [{ value: 'z@corp.example' }, { value: 'b@corp.example', primary: true }],
        },
      ],
      [
        'a',
        {
          displayName: 'Alpha',
          externalId: 'B',
          title: 'zebra',
          name: { familyName: 'adams' },
          emails: [
            { value: 'c@corp.example', type: 'home' },
            { value: 'a@corp.example', type: 'work' },
          ],
        },
      ],
      ['d', { displayName: 'gamma', externalId: 'b', [enterpriseUrn]: { department: 'x' } }],
      [
        'b',
        { displayName: 'Delta', externalId: 'A', title: 'Apple', active: false, emails: [{ value: 'a@corp.example' }] },
      ],
    ]
    for (const [name, more] of people) {
      await door.user(name, more)
      clock.advance(1000)
    }
  })

  it('[230] is announced', async () => {
    expect((await door.ok('GET', '/ServiceProviderConfig')).sort.supported).toBe(true)
  })

  it('[231] is by what sortBy names, in standard notation, and over all that was found, not over a page', async () => {
    expect(await sorted('displayName')).toEqual(['a', 'c', 'b', 'd'])
    expect(await sorted('DISPLAYNAME')).toEqual(['a', 'c', 'b', 'd'])
    expect(await sorted(`${userUrn}:displayName`)).toEqual(['a', 'c', 'b', 'd'])
    expect((await sorted(`${enterpriseUrn}:department`))[0]).toBe('d')
    expect(await sorted('name.familyName', undefined, '&filter=name pr')).toEqual(['a', 'c'])
    expect(await sorted('meta.created')).toEqual(['c', 'a', 'd', 'b'])
    expect([
      ...(await sorted('displayName', undefined, '&count=2')),
      ...(await sorted('displayName', undefined, '&startIndex=3&count=2')),
    ]).toEqual(['a', 'c', 'b', 'd'])
  })

  it('[232] is ascending unless told otherwise', async () => {
    const ascending = await sorted('displayName')
    expect(await sorted('displayName', 'ascending')).toEqual(ascending)
    expect(await sorted('displayName', '')).toEqual(ascending)
    expect(await sorted('displayName', 'descending')).toEqual(ascending.toReversed())
    expectError(await door.scim('GET', '/Users?sortBy=displayName&sortOrder=sideways'), 400, 'invalidValue')
  })

  it('[233] follows the attribute’s type: without letter case unless it is exact, by Unicode, by instant', async () => {
    expect(await sorted('userName')).toEqual(['a', 'b', 'c', 'd'])
    expect(await sorted('title')).toEqual(['b', 'a', 'c', 'd'])
    expect(await sorted('externalId')).toEqual(['b', 'a', 'c', 'd'])
    expect(await sorted('meta.lastModified', 'descending')).toEqual(['b', 'd', 'a', 'c'])
    expect((await sorted('active')).length).toBe(4)
  })

  it('[234] of a list goes by its primary value, else by its first', async () => {
    expect(await sorted('emails', undefined, '&filter=emails pr')).toEqual(['b', 'c', 'a'])
    expect(await sorted('emails.value', undefined, '&filter=emails pr')).toEqual(['b', 'c', 'a'])
  })

  it('[234] names a sub-attribute of what is complex', async () => {
    expect((await door.scim('GET', '/Users?sortBy=name')).status).toBe(400)
    expect((await door.scim('GET', '/Users?sortBy=noSuchThing')).status).toBe(400)
  })

  it('[234] puts those without a value last, and descending first', async () => {
    expect(await sorted('title')).toEqual(['b', 'a', 'c', 'd'])
    expect(await sorted('title', 'descending')).toEqual(['d', 'c', 'a', 'b'])
    expect((await sorted('emails.value')).at(-1)).toBe('d')
    expect((await sorted('emails.value', 'descending'))[0]).toBe('d')
  })

  it('[231][233] of groups is by their attributes', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await door.group(name)
    const { Resources } = await door.ok('GET', '/Groups?sortBy=displayName&sortOrder=descending')
    expect(Resources.map(({ displayName }: any) => displayName)).toEqual(['gamma', 'beta', 'Alpha'])
  })
})
