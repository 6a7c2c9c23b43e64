import { describe, expect, it } from 'vitest'
import { createClock } from '../../support/clock.ts'
import { expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, patch, userUrn } from '../../support/idp.ts'
import { createPatching } from '../../support/patching.ts'

const clock = createClock()
const door = useDoor({ clock })
const work = { value: 'a@corp.example', type: 'work' }
const home = { value: 'b@corp.example', type: 'home' }
const { fresh, after, refused } = createPatching(door)

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
