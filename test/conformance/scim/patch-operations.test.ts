import { describe, expect, it } from 'vitest'
import { createTenant } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, patch } from '../../support/idp.ts'
import { createPatching } from '../../support/patching.ts'

const clock = createClock()
const door = useDoor({ clock })
const work = { value: 'a@corp.example', type: 'work' }
const home = { value: 'b@corp.example', type: 'home' }
const { fresh, after, refused } = createPatching(door)

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
