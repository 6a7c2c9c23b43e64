import { describe, expect, it } from 'vitest'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, patch, userUrn } from '../../support/idp.ts'

const door = useDoor()

type Described = { name: string; type: string; subAttributes?: Described[]; [key: string]: any }
const attributesOf = async (urn: string): Promise<Described[]> => (await door.ok('GET', `/Schemas/${urn}`)).attributes
const flat = (attributes: readonly Described[]): Described[] =>
  attributes.flatMap((each) => [each, ...flat(each.subAttributes ?? [])])
const all = async (): Promise<Described[]> =>
  (await door.ok('GET', '/Schemas')).Resources.flatMap(({ attributes }: any) => flat(attributes as Described[]))

describe('the characteristics of attributes', () => {
  it('[95] are told, or have the defaults of RFC 7643', async () => {
    const allowed: Record<string, readonly unknown[]> = {
      type: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex', undefined],
      multiValued: [true, false, undefined],
      required: [true, false, undefined],
      caseExact: [true, false, undefined],
      mutability: ['readOnly', 'readWrite', 'immutable', 'writeOnly', undefined],
      returned: ['always', 'never', 'default', 'request', undefined],
      uniqueness: ['none', 'server', 'global', undefined],
    }
    for (const attribute of await all())
      for (const [name, values] of Object.entries(allowed))
        expect(values, `${attribute.name}.${name}`).toContain(attribute[name])
    const title = (await attributesOf(userUrn)).find(({ name }) => name === 'title')
    const otherwise = {
      type: 'string',
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    }
    expect({ ...otherwise, ...title }).toMatchObject(otherwise)
    expect(title?.canonicalValues ?? []).toEqual([])
  })

  it('[96][228] caseExact decides how filters compare', async () => {
    await door.user('Case', { externalId: 'ExT', displayName: 'Babs', title: 'Tour Guide' })
    for (const filter of [
      'userName eq "CASE@CORP.EXAMPLE"',
      'displayName sw "bA"',
      'title co "GUIDE"',
      'title ew "guide"',
    ])
      expect(await door.found(filter), filter).toEqual(['Case'])
    for (const filter of ['externalId eq "ext"', 'externalId sw "ex"', 'externalId co "xt"', 'externalId ew "xt"'])
      expect(await door.found(filter), filter).toEqual([])
    expect(await door.found('externalId sw "Ex"')).toEqual(['Case'])
  })

  it('[97] caseExact or not, the letter case of a value is kept', async () => {
    const told = { externalId: 'ExT-2', title: 'tOuR gUiDe', emails: [{ value: 'KEPT@Corp.Example', type: 'WoRk' }] }
    expect(await door.user('KePt', told)).toMatchObject({ userName: 'KePt@corp.example', ...told })
  })

  it('[98] readOnly: no request modifies it', async () => {
    const user = await door.user('readonly')
    for (const path of ['id', 'meta', 'meta.created', 'groups', 'groups.value'])
      for (const op of ['add', 'replace', 'remove'])
        expectError(
          await door.scim(
            'PATCH',
            `/Users/${user.id}`,
            patch({ op, path, ...(op === 'remove' ? {} : { value: 'x' }) }),
          ),
          400,
          'mutability',
        )
    expect(await door.ok('GET', `/Users/${user.id}`)).toEqual(user)
  })

  it('[99] immutable: a member keeps its value, and is taken out and put in instead', async () => {
    const user = await door.user('immutable')
    const group = await door.group('Immutable', { members: [{ value: user.id }] })
    for (const op of ['add', 'replace']) {
      const body = patch({ op, path: `members[value eq "${user.id}"].value`, value: 'other' })
      expect((await door.scim('PATCH', `/Groups/${group.id}`, body)).status, op).toBe(400)
    }
    expect((await door.ok('GET', `/Groups/${group.id}`)).members[0].value).toBe(user.id)
  })

  it('[100] writeOnly: it is never returned, not even when asked for', async () => {
    const writeOnly = (await attributesOf(userUrn)).filter(({ mutability }) => mutability === 'writeOnly')
    expect(writeOnly.map(({ name, returned }) => [name, returned])).toEqual([['password', 'never']])
    const { id } = await door.user('writeonly', { password: 'x' })
    expect(await door.ok('GET', `/Users/${id}?attributes=password`)).toEqual({ schemas: [userUrn], id })
  })

  it('[102] returned: always comes always, default unless left out, never never', async () => {
    const { id } = await door.user('returned', { title: 'Dr', password: 'x' })
    const whole = await door.ok('GET', `/Users/${id}`)
    for (const { name, returned = 'default' } of await attributesOf(userUrn)) {
      expect(['always', 'never', 'default', 'request'], name).toContain(returned)
      if (returned === 'never' || returned === 'request') expect(whole).not.toHaveProperty(name)
    }
    expect(whole).toHaveProperty('title', 'Dr')
    expect(await door.ok('GET', `/Users/${id}?excludedAttributes=title,id`)).toEqual(
      expect.not.objectContaining({ title: 'Dr' }),
    )
    expect(await door.ok('GET', `/Users/${id}?excludedAttributes=title,id`)).toHaveProperty('id', id)
  })

  it('[103] canonicalValues are suggestions', async () => {
    const suggested = (await all()).filter(({ canonicalValues = [] }) => canonicalValues.length > 0)
    expect(suggested.length).toBeGreaterThan(3)
    expect((await door.user('suggested', { phoneNumbers: [{ value: '1', type: 'red' }] })).phoneNumbers[0].type).toBe(
      'red',
    )
  })

  it('[104][105] uniqueness server: no two resources of the connection share the value', async () => {
    const unique = (await all()).filter(({ uniqueness }) => uniqueness === 'server').map(({ name }) => name)
    expect(unique).toContain('userName')
    await door.user('once')
    expectError(await door.scim('POST', '/Users', aUser('ONCE')), 409, 'uniqueness')
  })

  it('[109] referenceTypes: for references alone, each a resource type, "external" or "uri"', async () => {
    const types = (await door.ok('GET', '/ResourceTypes')).Resources.map(({ name }: any) => name)
    for (const { name, type, referenceTypes } of await all()) {
      if (type === 'reference')
        for (const each of referenceTypes) expect([...types, 'external', 'uri'], name).toContain(each)
      else expect(referenceTypes ?? [], name).toEqual([])
    }
    const references = flat(await attributesOf(enterpriseUrn)).filter(({ type }) => type === 'reference')
    expect(references.map(({ name, referenceTypes }) => [name, referenceTypes])).toEqual([['$ref', ['User']]])
  })
})
