import { describe, expect, it } from 'vitest'
import { createTenant } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, patch, userUrn } from '../../support/idp.ts'

const clock = createClock()
const door = useDoor({ clock })
const work = { value: 'a@corp.example', type: 'work' }
const home = { value: 'b@corp.example', type: 'home' }

let made = 0
const fresh = async (more: object = {}): Promise<any> => {
  made += 1
  return door.user(`patched${made}`, more)
}
/** The user after the operations. */
const after = (user: any, ...operations: object[]): Promise<any> =>
  door.ok('PATCH', `/Users/${user.id}`, patch(...operations))
/** The operations are refused so, and the user is as before. */
const refused = async (user: any, [status, scimType]: [number, string?], ...operations: object[]): Promise<void> => {
  expectError(await door.scim('PATCH', `/Users/${user.id}`, patch(...operations)), status, scimType)
  expect(await door.ok('GET', `/Users/${user.id}`)).toEqual(user)
}

describe('the message', () => {
  it('[261] is taken, and announced', async () => {
    expect((await door.ok('GET', '/ServiceProviderConfig')).patch.supported).toBe(true)
    expect((await after(await fresh(), { op: 'add', path: 'title', value: 'Dr' })).title).toBe('Dr')
  })

  it('[262] names the PatchOp URN, and nothing else will do', async () => {
    const { id } = await fresh()
    const Operations = [{ op: 'add', path: 'title', value: 'Dr' }]
    for (const schemas of [undefined, [], [userUrn], [`${messages}:BulkRequest`], 'x'])
      expectError(await door.scim('PATCH', `/Users/${id}`, { schemas, Operations }), 400, 'invalidSyntax')
  })

  it('[263] holds one operation or more', async () => {
    const { id } = await fresh()
    for (const Operations of [undefined, {}, 'x', [], [null]])
      expect((await door.scim('PATCH', `/Users/${id}`, { schemas: [`${messages}:PatchOp`], Operations })).status).toBe(
        400,
      )
  })

  it('[264] has in each operation add, remove or replace, in any letter case', async () => {
    const user = await fresh()
    for (const op of [undefined, '', 'delete', 'move', 'test', 7])
      await refused(user, [400, 'invalidSyntax'], { op, path: 'title', value: 'x' })
    expect((await after(user, { op: 'Add', path: 'title', value: 'Dr' })).title).toBe('Dr')
    expect((await after(user, { op: 'REPLACE', path: 'title', value: 'Prof' })).title).toBe('Prof')
    expect(await after(user, { op: 'Remove', path: 'title' })).not.toHaveProperty('title')
  })

  it('[265] needs a path to remove, and none to add or replace', async () => {
    const user = await fresh({ title: 'Dr' })
    await refused(user, [400, 'noTarget'], { op: 'remove' })
    await refused(user, [400, 'noTarget'], { op: 'remove', value: { title: 'Dr' } })
    expect((await after(user, { op: 'add', value: { nickName: 'N' } })).nickName).toBe('N')
    expect((await after(user, { op: 'replace', value: { nickName: 'M' } })).nickName).toBe('M')
  })

  it.each([
    'emails[0].value',
    'emails[type eq "work"',
    'emails[type eq "work"]x',
    'noSuchThing',
    'name.noSuchThing',
    'emails.',
    '.title',
    'urn:none:title',
    'title[x eq "y"]',
  ])('[266][337] with the path %s is refused as invalidPath or, in its brackets, as invalidFilter', async (path) => {
    const answer = await door.scim(
      'PATCH',
      `/Users/${(await fresh({ emails: [work] })).id}`,
      patch({ op: 'replace', path, value: 'x' }),
    )
    expectError(answer, 400, path === 'emails[0].value' ? 'invalidFilter' : 'invalidPath')
  })

  it.each<[string, (user: any) => unknown]>([
    ['title', ({ title }) => title],
    ['TITLE', ({ title }) => title],
    ['name.familyName', ({ name }) => name.familyName],
    [`${userUrn}:title`, ({ title }) => title],
    [`${userUrn}:name.familyName`, ({ name }) => name.familyName],
    [`${enterpriseUrn}:department`, (user) => user[enterpriseUrn].department],
    ['emails[type eq "work"].display', ({ emails }) => emails[0].display],
    ['emails[type eq "work" and value co "corp"].display', ({ emails }) => emails[0].display],
    [`${userUrn}:emails[type eq "work"].display`, ({ emails }) => emails[0].display],
  ])('[266] with the path %s changes what it names', async (path, part) => {
    const user = await fresh({ emails: [work], name: { familyName: 'F' } })
    expect(part(await after(user, { op: 'replace', path, value: 'told' }))).toBe('told')
  })
})

describe('an operation', () => {
  it('[267][268][269][335] against mutability or the schema is refused', async () => {
    const user = await fresh({ title: 'Dr', emails: [work] })
    await refused(user, [400, 'mutability'], { op: 'replace', path: 'id', value: 'x' })
    await refused(user, [400, 'mutability'], { op: 'replace', path: 'meta.created', value: '1999-01-01T00:00:00Z' })
    await refused(user, [400, 'mutability'], { op: 'add', path: 'groups', value: [{ value: 'g' }] })
    await refused(user, [400, 'invalidValue'], { op: 'replace', path: 'active', value: 'perhaps' })
    await refused(user, [400, 'invalidValue'], { op: 'replace', path: 'title', value: { en: 'Dr' } })
    await refused(user, [400, 'invalidValue'], { op: 'replace', path: 'name', value: 'Ada' })
    await refused(user, [400, 'invalidPath'], { op: 'replace', value: { noSuchThing: 1 } })
  })

  it('[270][271] on an extension’s attribute adds its URN to schemas, and its last removal takes it away', async () => {
    const user = await fresh()
    const path = `${enterpriseUrn}:department`
    expect((await after(user, { op: 'add', path, value: 'R&D' })).schemas).toEqual([userUrn, enterpriseUrn])
    expect((await after(user, { op: 'remove', path })).schemas).toEqual([userUrn])
    const schemas = { op: 'add', path: 'schemas', value: [enterpriseUrn] }
    const both = await door.scim('PATCH', `/Users/${user.id}`, patch(schemas, { op: 'add', path, value: 'IT' }))
    if (both.status === 200) expect(both.body.schemas).toEqual([userUrn, enterpriseUrn])
    else expectError(both, 400, 'mutability')
  })

  it('[272] applies to what the one before has left', async () => {
    const user = await after(
      await fresh({ title: 'one' }),
      { op: 'replace', path: 'title', value: 'two' },
      { op: 'add', path: 'emails', value: [work] },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'c@corp.example' },
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: 'three' },
    )
    expect(user).toMatchObject({ title: 'three', emails: [{ ...work, value: 'c@corp.example' }] })
  })

  it('[273] that makes one value primary makes the others not', async () => {
    const user = await fresh({ emails: [{ ...work, primary: true }, home] })
    const byPath = await after(user, { op: 'replace', path: 'emails[type eq "home"].primary', value: true })
    expect(byPath.emails).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ])
    const third = { value: 'c@corp.example', type: 'other', primary: true }
    const byAdd = await after(user, { op: 'add', path: 'emails', value: [third] })
    expect(byAdd.emails).toEqual([{ ...work, primary: false }, { ...home, primary: false }, third])
  })

  it('[274][275][276] that fails leaves nothing of those before it', async () => {
    const user = await fresh({ title: 'Dr', emails: [work] })
    await refused(
      user,
      [400, 'invalidPath'],
      { op: 'replace', path: 'title', value: 'Prof' },
      { op: 'remove', path: 'emails' },
      { op: 'replace', path: 'noSuchThing', value: 1 },
    )
    await refused(
      user,
      [400, 'mutability'],
      { op: 'replace', path: 'active', value: false },
      { op: 'remove', path: 'userName' },
    )
    const group = await door.group('Atomic')
    const body = patch(
      { op: 'add', path: 'members', value: [{ value: user.id }] },
      { op: 'remove', path: 'displayName' },
    )
    expectError(await door.scim('PATCH', `/Groups/${group.id}`, body), 400, 'mutability')
    expect(await door.ok('GET', `/Groups/${group.id}`)).toEqual(group)
  })

  it('[277][278] that works is 200 with the whole resource, or 204; with attributes it is 200', async () => {
    const user = await fresh({ title: 'Dr' })
    const answer = await door.scim('PATCH', `/Users/${user.id}`, patch({ op: 'add', path: 'nickName', value: 'N' }))
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual(await door.ok('GET', `/Users/${user.id}`))
    const unchanged = await door.scim('PATCH', `/Users/${user.id}`, patch({ op: 'add', path: 'nickName', value: 'N' }))
    expect([unchanged.status, unchanged.body]).toEqual([200, answer.body])
    const group = await door.group('Answered')
    const rename = patch({ op: 'replace', path: 'displayName', value: 'Answered 2' })
    const silent = await door.scim('PATCH', `/Groups/${group.id}`, rename)
    expect([silent.status, silent.body]).toEqual([204, undefined])
    for (const query of ['attributes=displayName', 'attributes=id'])
      expect((await door.scim('PATCH', `/Groups/${group.id}?${query}`, rename)).status, query).toBe(200)
  })
})

describe('add', () => {
  it('[279] has a value', async () => {
    const user = await fresh()
    await refused(user, [400, 'invalidValue'], { op: 'add', path: 'title' })
    await refused(user, [400, 'invalidValue'], { op: 'add' })
  })

  it('[280] to a complex attribute holds sub-attributes, which join those that are there', async () => {
    const user = await fresh({ name: { familyName: 'F', givenName: 'G' } })
    const { name } = await after(user, { op: 'add', path: 'name', value: { givenName: 'H', middleName: 'M' } })
    expect(name).toEqual({ familyName: 'F', givenName: 'H', middleName: 'M' })
  })

  it('[281][282] of what is there succeeds and changes nothing, lastModified neither', async () => {
    const user = await fresh({ title: 'Dr', emails: [work] })
    clock.advance(10_000)
    const same = [
      { op: 'add', path: 'title', value: 'Dr' },
      { op: 'add', path: 'emails', value: [work] },
      { op: 'add', value: { emails: [work], title: 'Dr' } },
    ]
    expect(await after(user, ...same)).toEqual(user)
    const group = await door.group('Added', { members: [{ value: user.id }] })
    clock.advance(10_000)
    const again = patch({ op: 'add', path: 'members', value: [{ value: user.id }] })
    expect(await door.ok('PATCH', `/Groups/${group.id}?attributes=members,meta`, again)).toMatchObject({
      members: group.members,
      meta: { lastModified: group.meta.lastModified, version: group.meta.version },
    })
  })

  it('[283] without a path merges: lists are appended to, single values replaced', async () => {
    const user = await fresh({ title: 'Dr', nickName: 'N', emails: [work] })
    const merged = await after(user, {
      op: 'add',
      value: { EMAILS: [home], title: 'Prof', [enterpriseUrn]: { division: 'D' } },
    })
    expect(merged).toMatchObject({
      title: 'Prof',
      nickName: 'N',
      emails: [work, home],
      [enterpriseUrn]: { division: 'D' },
    })
  })
})

describe('remove', () => {
  it('[284][285] of a value or of a list unassigns it', async () => {
    const user = await fresh({ title: 'Dr', emails: [work, home], name: { familyName: 'F', givenName: 'G' } })
    const without = await after(
      user,
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'emails' },
      { op: 'remove', path: 'name.givenName' },
    )
    expect(without).not.toHaveProperty('title')
    expect(without).not.toHaveProperty('emails')
    expect(without.name).toEqual({ familyName: 'F' })
    expect(await after(user, { op: 'remove', path: 'name.familyName' })).not.toHaveProperty('name')
  })

  it('[286][288] by a filter takes out what matches, and the list with its last value', async () => {
    const user = await fresh({ emails: [work, home] })
    expect((await after(user, { op: 'remove', path: 'emails[type eq "work"]' })).emails).toEqual([home])
    expect(await after(user, { op: 'remove', path: 'emails[type eq "home"]' })).not.toHaveProperty('emails')
    const again = await fresh({ phoneNumbers: [{ value: '1', type: 'work' }] })
    expect(await after(again, { op: 'remove', path: 'phoneNumbers[type eq "work"].value' })).not.toHaveProperty(
      'phoneNumbers',
    )
  })

  it('[287] by a filter of a sub-attribute unassigns it in the values that match', async () => {
    const user = await fresh({
      emails: [
        { ...work, display: 'A' },
        { ...home, display: 'B' },
      ],
    })
    expect((await after(user, { op: 'remove', path: 'emails[type eq "work"].display' })).emails).toEqual([
      work,
      { ...home, display: 'B' },
    ])
  })

  it('[289] of what is required or the server’s is mutability', async () => {
    const user = await fresh()
    for (const path of ['userName', 'id', 'meta', 'groups'])
      await refused(user, [400, 'mutability'], { op: 'remove', path })
    const group = await door.group('Still named')
    expectError(
      await door.scim('PATCH', `/Groups/${group.id}`, patch({ op: 'remove', path: 'displayName' })),
      400,
      'mutability',
    )
  })
})

describe('replace', () => {
  it('[290] without a path replaces each attribute that it lists, lists too, and leaves the others', async () => {
    const user = await fresh({ title: 'Dr', nickName: 'N', emails: [work] })
    const replaced = await after(user, { op: 'replace', value: { title: 'Prof', emails: [home] } })
    expect(replaced).toMatchObject({ title: 'Prof', nickName: 'N' })
    expect(replaced.emails).toEqual([home])
    const [one, two] = [await fresh(), await fresh()]
    const group = await door.group('Replaced', { members: [{ value: one.id }] })
    await door.ok('PATCH', `/Groups/${group.id}`, patch({ op: 'replace', value: { members: [{ value: two.id }] } }))
    expect((await door.ok('GET', `/Groups/${group.id}`)).members.map(({ value }: any) => value)).toEqual([two.id])
  })

  it('[291] of what is absent adds it', async () => {
    const user = await after(
      await fresh(),
      { op: 'replace', path: 'title', value: 'Dr' },
      { op: 'replace', path: 'emails', value: [work] },
    )
    expect(user).toMatchObject({ title: 'Dr', emails: [work] })
  })

  it('[292] of a complex attribute sets what is given and keeps the rest', async () => {
    const user = await fresh({ name: { familyName: 'F', givenName: 'G' } })
    expect((await after(user, { op: 'replace', path: 'name', value: { givenName: 'H' } })).name).toEqual({
      familyName: 'F',
      givenName: 'H',
    })
    expect((await after(user, { op: 'replace', value: { name: { familyName: 'E' } } })).name).toEqual({
      familyName: 'E',
      givenName: 'H',
    })
  })

  it('[293] with a filter changes every value that matches, also in what the filter asks of', async () => {
    const user = await fresh({ emails: [work, { ...home, type: 'work' }, { value: 'c@corp.example', type: 'other' }] })
    const changed = await after(user, { op: 'replace', path: 'emails[type eq "work"].type', value: 'home' })
    expect(changed.emails.map(({ type }: any) => type)).toEqual(['home', 'home', 'other'])
  })

  it('[294][338] with a filter that matches nothing is noTarget', async () => {
    const user = await fresh({ emails: [work] })
    await refused(user, [400, 'noTarget'], {
      op: 'replace',
      path: 'emails[type eq "home"].value',
      value: 'x@corp.example',
    })
    await refused(user, [400, 'noTarget'], { op: 'replace', path: 'emails[type eq "home"]', value: home })
    const bare = await fresh()
    await refused(bare, [400, 'noTarget'], {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'x@corp.example',
    })
  })

  it('[294] with a filter that matches nothing creates the value where the directory is Entra or JumpCloud', async () => {
    for (const kind of ['entra', 'jumpcloud']) {
      const { scim } = await createTenant(door.joinery.api, kind)
      const { body } = await scim('POST', '/Users', aUser('creates'))
      const operation = patch({ op: 'Replace', path: 'emails[type eq "work"].value', value: 'x@corp.example' })
      expect((await scim('PATCH', `/Users/${body.id}`, operation)).body.emails).toEqual([
        { value: 'x@corp.example', type: 'work' },
      ])
    }
  })
})

describe('the members of a group', () => {
  const values = async (id: string): Promise<string[]> =>
    ((await door.ok('GET', `/Groups/${id}`)).members ?? []).map(({ value }: any) => value as string).sort()

  it('[432][436][437][438][439][440][441] are added by a list and removed by a filter, or all at once', async () => {
    const people = (await Promise.all([fresh(), fresh(), fresh()])).map(({ id }) => id as string).sort()
    const { id } = await door.group('IPSIE')
    const change = (operation: object): Promise<unknown> => door.ok('PATCH', `/Groups/${id}`, patch(operation))
    await change({ op: 'add', path: 'members', value: people.map((value) => ({ value })) })
    expect(await values(id as string)).toEqual(people)
    await change({ op: 'remove', path: `members[value eq "${people[0]}"]` })
    expect(await values(id as string)).toEqual(people.slice(1))
    await change({ op: 'remove', path: 'members' })
    expect(await values(id as string)).toEqual([])
  })
})
