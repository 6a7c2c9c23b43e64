import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'

const door = useDoor()

describe('userName', () => {
  it.each(['', '   ', null, undefined])('[58] %j is refused, as a user has one', async (userName) => {
    expectError(await door.scim('POST', '/Users', { schemas: [userUrn], userName }), 400, 'invalidValue')
    const { id } = await door.user(`named${String(userName).length}-${typeof userName}`)
    expectError(await door.scim('PUT', `/Users/${id}`, { schemas: [userUrn], userName }), 400, 'invalidValue')
    const cleared = patch({ op: 'replace', path: 'userName', value: userName ?? null })
    expect((await door.scim('PATCH', `/Users/${id}`, cleared)).status).toBe(400)
  })

  it('[59][60] is unique without letter case: a second one is 409 by POST, PUT and PATCH', async () => {
    await door.user('Unique')
    expectError(await door.scim('POST', '/Users', aUser('uniQUE')), 409, 'uniqueness')
    const { id } = await door.user('another')
    expectError(await door.scim('PUT', `/Users/${id}`, aUser('UNIQUE')), 409, 'uniqueness')
    const rename = patch({ op: 'replace', path: 'userName', value: 'unique@CORP.example' })
    expectError(await door.scim('PATCH', `/Users/${id}`, rename), 409, 'uniqueness')
    expect(await door.found('userName eq "UNIQUE@corp.example"')).toEqual(['Unique'])
  })
})

describe('a User', () => {
  it('[61][62] has its name as parts, formatted or both, as it was told', async () => {
    const both = { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' }
    expect((await door.user('name-both', { name: both })).name).toEqual(both)
    expect((await door.user('name-parts', { name: { givenName: 'B' } })).name).toEqual({ givenName: 'B' })
  })

  it('[63][64] has the displayName that it was told', async () => {
    expect((await door.user('display', { displayName: 'Babs Jensen' })).displayName).toBe('Babs Jensen')
    expect(await door.user('nodisplay')).not.toHaveProperty('displayName')
  })

  it('[66] may have a locale with an underscore', async () => {
    expect((await door.user('locale', { locale: 'en_US' })).locale).toBe('en_US')
  })

  it('[67][68][69][70][71][72][73] has no password that is shown or kept, however it is sent', async () => {
    const secret = 'Tr0ub4dor&3-never-kept'
    const user = await door.user('secret', { password: secret })
    const answers = [
      user,
      await door.ok('PUT', `/Users/${user.id}`, aUser('secret', { password: secret, title: 'Dr' })),
      await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'replace', path: 'password', value: secret })),
      await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'replace', value: { password: secret, title: 'Prof' } })),
      await door.ok('GET', `/Users/${user.id}?attributes=password,userName`),
    ]
    for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/password|Tr0ub4dor/i)
    expect((await door.ok('GET', '/ServiceProviderConfig')).changePassword).toEqual({ supported: false })
    const { folder } = door.joinery.database
    const files = readdirSync(folder).filter((name) => name.includes('sqlite'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const bytes = readFileSync(`${folder}/${file}`)
      expect(bytes.includes(secret), file).toBe(false)
    }
    expect(files.some((file) => readFileSync(`${folder}/${file}`).includes('secret@corp.example'))).toBe(true)
  })

  it('[74][101] cannot be found by a password', async () => {
    expectError(await door.scim('GET', '/Users?filter=password eq "x"'), 400, 'invalidFilter')
    expectError(await door.scim('GET', '/Users?filter=password pr'), 400, 'invalidFilter')
  })

  it('[76] has e-mails as told, which are found in any letter case', async () => {
    const emails = [{ value: 'Babs@CORP.example', type: 'work' }]
    expect((await door.user('mail', { emails })).emails).toEqual(emails)
    expect(await door.found('emails.value eq "babs@corp.example"')).toEqual(['mail'])
  })

  it('[80][84] may have types beside the suggested ones', async () => {
    const told = {
      emails: [{ value: 'odd@corp.example', type: 'recovery' }],
      phoneNumbers: [{ value: '+46 8 1', type: 'satellite' }],
      ims: [{ value: 'babs', type: 'matrix' }],
      photos: [{ value: 'https://photos.corp.example/b', type: 'badge' }],
      addresses: [{ locality: 'Lund', type: 'summer house' }],
      entitlements: [{ value: 'e', type: 'licence' }],
      roles: [{ value: 'r', type: 'WindowsAzureActiveDirectoryRole' }],
      x509Certificates: [{ value: 'MAMCAQE=', type: 'signing' }],
    }
    expect(await door.user('types', told)).toMatchObject(told)
  })

  it('[83] has its country as told: a client that writes it out reads it back', async () => {
    for (const country of ['SE', 'Sweden'])
      expect((await door.user(`from-${country}`, { addresses: [{ country }] })).addresses).toEqual([{ country }])
  })

  it('[90] may have photos in several sizes, newlines in an address, and any part of an address alone', async () => {
    const told = {
      photos: [
        { value: 'https://photos.corp.example/f', type: 'photo' },
        { value: 'https://photos.corp.example/t', type: 'thumbnail' },
      ],
      addresses: [{ formatted: '1 Main St\nLund', streetAddress: '1 Main St\nc/o B' }, { postalCode: '22100' }],
    }
    expect(await door.user('album', told)).toMatchObject(told)
  })

  it('[85][86] has the groups it is in directly, each with the group’s id and URI', async () => {
    const user = await door.user('grouped')
    const group = await door.group('Direct', { members: [{ value: user.id }] })
    expect((await door.ok('GET', `/Users/${user.id}`)).groups).toEqual([
      { value: group.id, $ref: group.meta.location, display: 'Direct', type: 'direct' },
    ])
  })

  it('[87] is not put into a group by its own groups attribute', async () => {
    const group = await door.group('By itself only')
    const groups = [{ value: group.id }]
    const user = await door.user('intruder', { groups })
    await door.ok('PUT', `/Users/${user.id}`, aUser('intruder', { groups, title: 'Dr' }))
    await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'add', value: { groups } }))
    const direct = patch({ op: 'add', path: 'groups', value: groups })
    expectError(await door.scim('PATCH', `/Users/${user.id}`, direct), 400, 'mutability')
    expect(await door.ok('GET', `/Users/${user.id}`)).not.toHaveProperty('groups')
    expect(await door.ok('GET', `/Groups/${group.id}`)).not.toHaveProperty('members')
  })

  it('[88][89] has in each certificate value one DER certificate in base64', async () => {
    const one = 'MAMCAQE='
    expect((await door.user('cert', { x509Certificates: [{ value: one }] })).x509Certificates).toEqual([{ value: one }])
    const two = Buffer.concat([Buffer.from(one, 'base64'), Buffer.from(one, 'base64')]).toString('base64')
    for (const value of [
      two,
      Buffer.from('no certificate').toString('base64'),
      Buffer.from([0x30, 0x82]).toString('base64'),
    ])
      expectError(
        await door.scim('POST', '/Users', aUser('certs', { x509Certificates: [{ value }] })),
        400,
        'invalidValue',
      )
  })
})

describe('a Group', () => {
  it.each(['', ' ', null, undefined])('[91] has a displayName: %j is refused', async (displayName) => {
    expectError(await door.scim('POST', '/Groups', { schemas: [groupUrn], displayName }), 400, 'invalidValue')
  })

  it('[92] takes and loses members, each with its id and URI, whose value cannot be rewritten in place', async () => {
    const [one, two] = [await door.user('member1'), await door.user('member2')]
    const group = await door.group('Members', { members: [{ value: one.id }] })
    const path = `/Groups/${group.id}`
    await door.ok('PATCH', path, patch({ op: 'add', path: 'members', value: [{ value: two.id }] }))
    const { members } = await door.ok('GET', path)
    expect(members.map(({ value }: any) => value).sort()).toEqual([one.id, two.id].sort())
    for (const { value, $ref, type } of members) {
      expect($ref).toBe(`${door.tenant.scimUrl}/Users/${value}`)
      expect(type).toBe('User')
    }
    const rewrite = patch({ op: 'replace', path: `members[value eq "${one.id}"].value`, value: two.id })
    expect((await door.scim('PATCH', path, rewrite)).status).toBe(400)
    await door.ok('PATCH', path, patch({ op: 'remove', path: `members[value eq "${one.id}"]` }))
    expect((await door.ok('GET', path)).members.map(({ value }: any) => value)).toEqual([two.id])
  })
})

describe('the enterprise extension', () => {
  it('[93] has a manager by its id, and none where the id is empty', async () => {
    const boss = await door.user('boss')
    const user = await door.user('report', { [enterpriseUrn]: { manager: { value: boss.id } } })
    expect(user[enterpriseUrn].manager.value).toBe(boss.id)
    for (const manager of [{ value: '' }, '', null])
      expect(
        await door.user(`free-${JSON.stringify(manager).length}`, { [enterpriseUrn]: { manager } }),
      ).not.toHaveProperty([enterpriseUrn])
  })

  it('[94] does not take the manager’s displayName from a client', async () => {
    const boss = await door.user('boss2', { displayName: 'The Boss' })
    const manager = { value: boss.id, displayName: 'Somebody Else' }
    const user = await door.user('report2', { [enterpriseUrn]: { manager } })
    expect(user[enterpriseUrn].manager.displayName).not.toBe('Somebody Else')
  })
})
