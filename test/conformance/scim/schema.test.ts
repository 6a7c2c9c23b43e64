import { describe, expect, it } from 'vitest'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'

const clock = createClock()
const door = useDoor({ clock })
const everyList = ['emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'entitlements', 'roles', 'x509Certificates']

describe('a representation', () => {
  it('[2][3] is JSON with a schemas array that holds its base schema, wherever a resource is shown', async () => {
    const user = await door.user('shown')
    const group = await door.group('Shown')
    const shown = [
      user,
      await door.ok('GET', `/Users/${user.id}`),
      await door.ok('PUT', `/Users/${user.id}`, aUser('shown')),
      await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'add', path: 'title', value: 'Dr' })),
      await door.ok('GET', `/Users/${user.id}?attributes=userName`),
      (await door.ok('GET', '/Users?attributes=userName')).Resources[0],
    ]
    for (const { schemas } of shown) expect(schemas).toEqual([userUrn])
    expect(group.schemas).toEqual([groupUrn])
    for (const path of ['/Users', '/ServiceProviderConfig', '/ResourceTypes/User', `/Schemas/${userUrn}`, '/nowhere'])
      expect((await door.scim('GET', path)).body.schemas, path).toEqual([
        expect.stringMatching(/^urn:ietf:params:scim:/),
      ])
  })

  it('[4][5] names the base schema and the extensions in use, each once, and no URN that a client made up', async () => {
    const told = [enterpriseUrn, userUrn, enterpriseUrn, userUrn, 'urn:corp:made:up:1.0']
    const user = await door.user('urns', { schemas: told, [enterpriseUrn]: { department: 'R&D' } })
    expect(user.schemas).toEqual([userUrn, enterpriseUrn])
    expect((await door.user('urns2', { schemas: told })).schemas).toEqual([userUrn])
  })

  it('[6] is read alike in whatever order schemas come', async () => {
    const body = { title: 'Dr', [enterpriseUrn]: { department: 'R&D' } }
    const one = await door.user('order1', { schemas: [userUrn, enterpriseUrn], ...body })
    const other = await door.user('order2', { schemas: [enterpriseUrn, userUrn], ...body })
    expect(other.schemas).toEqual(one.schemas)
    expect(other[enterpriseUrn]).toEqual(one[enterpriseUrn])
  })

  it('[9] is read alike in whatever order attributes and sub-attributes come', async () => {
    const { id } = await door.ok('POST', '/Users', {
      name: { familyName: 'B', givenName: 'A' },
      userName: 'reverse@corp.example',
      schemas: [userUrn],
    })
    const same = { schemas: [userUrn], userName: 'reverse@corp.example', name: { givenName: 'A', familyName: 'B' } }
    const { meta } = await door.ok('PUT', `/Users/${id}`, same)
    expect(meta.version).toBe('W/"1"')
  })

  it('[10][11] has no sub-attributes in a simple attribute, and nothing complex inside a complex one', async () => {
    expectError(await door.scim('POST', '/Users', aUser('deep1', { title: { en: 'Dr' } })), 400, 'invalidValue')
    const deep = aUser('deep2', { name: { givenName: { first: 'A' } } })
    expectError(await door.scim('POST', '/Users', deep), 400, 'invalidValue')
  })

  it('[57] shows the state as the server holds it, not the body that was sent', async () => {
    const created = await door.user('held', { nickName: null, roles: [], unknown: 1, active: 'True', PASSWORD: 'x' })
    expect(created).toEqual(await door.ok('GET', `/Users/${created.id}`))
    expect(created).toMatchObject({ active: true })
    for (const name of ['nickName', 'roles', 'unknown', 'password', 'PASSWORD'])
      expect(created).not.toHaveProperty(name)
  })
})

describe('names', () => {
  it('[7] of attributes are a letter and then letters, digits, - and _, but for $ref', async () => {
    const { Resources } = await door.ok('GET', '/Schemas')
    const names = Resources.flatMap(({ attributes }: any) => namesOf(attributes))
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter((name: string) => !/^([A-Za-z][\w-]*|\$ref)$/.test(name))).toEqual([])
  })

  it('[8] match in any letter case: in bodies, filters, PATCH paths and projections', async () => {
    const { id } = await door.ok('POST', '/Users', {
      SCHEMAS: [userUrn],
      USERNAME: 'case@corp.example',
      Name: { GIVENNAME: 'Cay' },
      [enterpriseUrn.toUpperCase()]: { Department: 'Casing' },
    })
    const one = await door.ok('GET', `/Users/${id}`)
    expect(one).toMatchObject({ name: { givenName: 'Cay' }, [enterpriseUrn]: { department: 'Casing' } })
    expect(await door.found('USERNAME eq "case@corp.example"')).toEqual(['case'])
    expect(await door.found('NAME.givenname eq "Cay"')).toEqual(['case'])
    expect(await door.found(`${enterpriseUrn.toUpperCase()}:DEPARTMENT eq "Casing"`)).toEqual(['case'])
    const path = `${enterpriseUrn.toLowerCase()}:DEPARTMENT`
    await door.ok('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'TITLE', value: 'Dr' }, { op: 'remove', path }))
    const shown = await door.ok('GET', `/Users/${id}?attributes=TITLE,NAME.GIVENNAME,${path}`)
    expect(shown).toEqual({ schemas: [userUrn], id, title: 'Dr', name: { givenName: 'Cay' } })
  })
})

describe('a value', () => {
  it('[14] that counts is an integer without fraction or exponent', async () => {
    await door.user('counted')
    const answer = await fetch(`${door.tenant.scimUrl}/Users`, {
      headers: { Authorization: `Bearer ${door.tenant.token}` },
    })
    expect(await answer.text()).toMatch(/"totalResults":\d+,"startIndex":1,"itemsPerPage":\d+,/)
    for (const count of ['1.5', '1e2'])
      expectError(await door.scim('GET', `/Users?count=${count}`), 400, 'invalidValue')
  })

  it('[15][16][47] of type dateTime is an xsd:dateTime with date and time, as a JSON string, in and out', async () => {
    const { id, meta } = await door.user('dated')
    for (const instant of [meta.created, meta.lastModified])
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
    expect(Math.abs(Date.parse(meta.created as string) - clock.now())).toBeLessThan(60_000)
    expect(await door.found(`id eq "${id}" and meta.created eq "${meta.created}"`)).toEqual(['dated'])
    for (const wrong of ['"2026-01-31"', '"yesterday"', '1767225600', '"31.01.2026 08:00"'])
      expectError(await door.scim('GET', `/Users?filter=meta.created gt ${wrong}`), 400, 'invalidFilter')
  })

  it('[17][18] of type binary is base64, with or without padding, and anything else is refused', async () => {
    for (const value of ['MAMCAQE=', 'MAMCAQE']) {
      const user = await door.user(`bin${value.length}`, { x509Certificates: [{ value }] })
      expect(user.x509Certificates).toEqual([{ value }])
    }
    for (const value of ['no base64!', '-----BEGIN CERTIFICATE-----', 'MAMCAQE*', 'M'])
      expectError(
        await door.scim('POST', '/Users', aUser('nobin', { x509Certificates: [{ value }] })),
        400,
        'invalidValue',
      )
  })

  it('[19][20][21][22] of type reference, where the server makes it, is a URI whose GET gives what it names', async () => {
    const manager = await door.user('boss')
    const user = await door.user('refers', { [enterpriseUrn]: { manager: { value: manager.id } } })
    const group = await door.group('Referred', { members: [{ value: user.id }] })
    const shown = await door.ok('GET', `/Users/${user.id}`)
    const references: [string, string][] = [
      [shown.meta.location, user.id],
      [shown.groups[0].$ref, group.id],
      [group.meta.location, group.id],
      [group.members[0].$ref, user.id],
    ]
    for (const [uri, id] of references) {
      expect(uri).toMatch(/^https?:\/\//)
      const { pathname } = new URL(uri)
      expect((await door.scim('GET', pathname.slice(new URL(door.tenant.scimUrl).pathname.length))).body.id).toBe(id)
    }
    const { Resources } = await door.ok('GET', '/ResourceTypes')
    for (const { endpoint } of Resources) {
      const resolved = await fetch(`${door.tenant.scimUrl}${endpoint}?count=0`, {
        headers: { Authorization: `Bearer ${door.tenant.token}` },
      })
      expect(resolved.status).toBe(200)
    }
  })

  it('[22] of type reference gives 404 once what it names is gone', async () => {
    const user = await door.user('passing')
    const group = await door.group('Left behind', { members: [{ value: user.id }] })
    const { pathname } = new URL(group.members[0].$ref as string)
    await door.ok('DELETE', `/Users/${user.id}`)
    const answer = await door.scim('GET', pathname.slice(new URL(door.tenant.scimUrl).pathname.length))
    expectError(answer, 404)
  })

  it('[23][28] that refers to a resource is that resource by its id, whatever version segment its $ref has', async () => {
    const user = await door.user('versioned')
    const base = door.tenant.scimUrl
    const refs = [`${base}/v1/Users/${user.id}`, `${base}/v2/Users/${user.id}`, `../Users/${user.id}`]
    const group = await door.group('By any ref', { members: refs.map(($ref) => ({ value: user.id, $ref })) })
    expect(group.members.map(({ value }: any) => value)).toEqual([user.id])
  })
})

describe('an attribute with many values', () => {
  it('[24][25] holds objects, whose value, type, primary and display come back as what they are', async () => {
    const emails = [{ value: 'a@corp.example', type: 'work', primary: true, display: 'A' }]
    const phoneNumbers = [{ value: '+46 8 1', type: 'mobile', primary: false, display: 'B' }]
    const user = await door.user('many', { emails, phoneNumbers })
    expect(user).toMatchObject({ emails, phoneNumbers })
    const { Resources } = await door.ok('GET', '/Schemas')
    const subs = Resources.flatMap(({ attributes }: any) =>
      attributes.flatMap(({ multiValued, subAttributes = [] }: any) => (multiValued ? subAttributes : [])),
    )
    const typesOf = (name: string): string[] => [
      ...new Set<string>(subs.filter((sub: any) => sub.name === name).map((sub: any) => sub.type)),
    ]
    expect(typesOf('primary')).toEqual(['boolean'])
    expect(typesOf('type')).toEqual(['string'])
    expect(typesOf('display')).toEqual(['string'])
    expect(typesOf('$ref')).toEqual(['reference'])
  })

  it.each(everyList)('[26] %s: at most one is primary, by POST, PUT and PATCH', async (list) => {
    const [one, two, three] = (
      list === 'x509Certificates' ? ['MAMCAQE=', 'MAMCAQI=', 'MAMCAQM='] : ['a', 'b', 'c']
    ).map((value) =>
      list === 'addresses' ? { locality: value } : { value: list === 'emails' ? `${value}@corp.example` : value },
    )
    const both = [
      { ...one, primary: true },
      { ...two, primary: true },
    ]
    const primaries = (user: any): number => user[list].filter(({ primary }: any) => primary === true).length
    const user = await door.user(`primary-${list}`, { [list]: both })
    expect(user[list]).toHaveLength(2)
    expect(primaries(user)).toBe(1)
    expect(primaries(await door.ok('PUT', `/Users/${user.id}`, aUser(`primary-${list}`, { [list]: both })))).toBe(1)
    const added = await door.ok(
      'PATCH',
      `/Users/${user.id}`,
      patch({ op: 'add', path: list, value: [{ ...three, primary: true }] }),
    )
    expect(added[list]).toHaveLength(3)
    expect(primaries(added)).toBe(1)
    expect(added[list][2].primary).toBe(true)
  })

  it('[27] counts a value without primary as not primary', async () => {
    await door.user('noprimary', { emails: [{ value: 'plain@corp.example', type: 'work' }] })
    expect(await door.found('emails[value eq "plain@corp.example" and primary eq true]')).toEqual([])
    expect(await door.found('emails[value eq "plain@corp.example" and primary eq false]')).toEqual(['noprimary'])
  })

  it('[30] gives one value of one type once, and under another type beside it', async () => {
    const work = { value: 'twice@corp.example', type: 'work' }
    const user = await door.user('twice', { emails: [work, work, { ...work, type: 'other' }] })
    expect(user.emails).toEqual([work, { ...work, type: 'other' }])
  })
})

describe('no value', () => {
  const full = { title: 'Dr', nickName: 'N', emails: [{ value: 'n@corp.example' }], name: { givenName: 'A' } }

  it('[31] is one state, told as null, as an empty list or not at all', async () => {
    const absent = await door.user('absent')
    const nulls = await door.user('nulls', { title: null, nickName: null, emails: null, name: null })
    const empty = await door.user('empty', { title: null, nickName: null, emails: [], name: {} })
    const shape = ({ id: _id, meta: _meta, userName: _name, ...rest }: any): unknown => rest
    expect(shape(nulls)).toEqual(shape(absent))
    expect(shape(empty)).toEqual(shape(absent))
    const user = await door.user('cleared', full)
    const cleared = await door.ok('PUT', `/Users/${user.id}`, aUser('cleared', { title: null, emails: [], name: null }))
    expect(shape(cleared)).toEqual(shape(absent))
    const again = await door.user('cleared2', full)
    const ops = ['title', 'nickName', 'name'].map((path) => ({ op: 'replace', path, value: null }))
    const patched = await door.ok(
      'PATCH',
      `/Users/${again.id}`,
      patch(...ops, { op: 'replace', path: 'emails', value: [] }),
    )
    expect(shape(patched)).toEqual(shape(absent))
  })

  it('[32] leaves its attribute out of the answer', async () => {
    expect(Object.keys(await door.user('bare')).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName'])
  })
})

describe('an extension', () => {
  it('[51] has its attributes in an object that is named by its URN', async () => {
    const user = await door.user('extended', { [enterpriseUrn]: { department: 'R&D', employeeNumber: '7' } })
    expect(user[enterpriseUrn]).toEqual({ department: 'R&D', employeeNumber: '7' })
    expect(user).not.toHaveProperty('department')
    const path = `${enterpriseUrn}:department`
    expect(
      (await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'replace', path, value: 'IT' })))[enterpriseUrn],
    ).toEqual({
      department: 'IT',
      employeeNumber: '7',
    })
    const without = await door.ok('PATCH', `/Users/${user.id}`, patch({ op: 'remove', path: enterpriseUrn }))
    expect(without).not.toHaveProperty([enterpriseUrn])
  })

  it('[52] is named in schemas where the resource has it', async () => {
    expect((await door.user('ext-yes', { [enterpriseUrn]: { division: 'D' } })).schemas).toContain(enterpriseUrn)
    expect((await door.user('ext-no')).schemas).not.toContain(enterpriseUrn)
  })
})

describe('messages', () => {
  it('[54] are JSON objects whose URN is one of SCIM’s API', async () => {
    expect((await door.ok('GET', '/Users')).schemas).toEqual([`${messages}:ListResponse`])
    expect((await door.scim('GET', '/Users/nobody')).body.schemas).toEqual([`${messages}:Error`])
    const { id } = await door.user('message')
    const body = { schemas: ['urn:corp:PatchOp'], Operations: [{ op: 'add', path: 'title', value: 'Dr' }] }
    expectError(await door.scim('PATCH', `/Users/${id}`, body), 400, 'invalidSyntax')
  })

  it('[55] are not listed under /Schemas', async () => {
    const { Resources } = await door.ok('GET', '/Schemas')
    expect(Resources.filter(({ id }: any) => /:api:messages:/.test(id as string))).toEqual([])
    expectError(await door.scim('GET', `/Schemas/${messages}:ListResponse`), 404)
  })
})

function namesOf(attributes: readonly any[]): string[] {
  return attributes.flatMap(({ name, subAttributes = [] }) => [name as string, ...namesOf(subAttributes as any[])])
}
