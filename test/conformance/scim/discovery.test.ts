import { describe, expect, it } from 'vitest'
import { expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, userUrn } from '../../support/idp.ts'

const door = useDoor()
const core = 'urn:ietf:params:scim:schemas:core:2.0'
const text = expect.stringMatching(/\S/) as string

describe('/ServiceProviderConfig', () => {
  it('[110][444] answers with its own schema', async () => {
    const answer = await door.scim('GET', '/ServiceProviderConfig')
    expect(answer.status).toBe(200)
    expect(answer.body.schemas).toEqual([`${core}:ServiceProviderConfig`])
    expect(answer.body.meta).toMatchObject({
      resourceType: 'ServiceProviderConfig',
      location: `${door.tenant.scimUrl}/ServiceProviderConfig`,
    })
  })

  it('[111][112][113][114][115][116][445] says of each ability whether it is there, and its limits', async () => {
    const bool = expect.any(Boolean) as boolean
    const count = expect.any(Number) as number
    expect(await door.ok('GET', '/ServiceProviderConfig')).toMatchObject({
      patch: { supported: bool },
      bulk: { supported: bool, maxOperations: count, maxPayloadSize: count },
      filter: { supported: bool, maxResults: count },
      changePassword: { supported: bool },
      sort: { supported: bool },
      etag: { supported: bool },
    })
  })

  it('[113] means its filter limit: a page holds no more', async () => {
    const { filter } = await door.ok('GET', '/ServiceProviderConfig')
    for (let made = 0; made <= filter.maxResults; made += 20)
      await Promise.all(Array.from({ length: 20 }, (_, index) => door.group(`Many ${made + index}`)))
    const list = await door.ok('GET', `/Groups?count=${filter.maxResults + 1}&filter=displayName sw "Many"`)
    expect(list.totalResults).toBeGreaterThan(filter.maxResults)
    expect(list.Resources).toHaveLength(filter.maxResults)
  })

  it('[117][118] names its authentication schemes, each with type, name and description', async () => {
    const { authenticationSchemes } = await door.ok('GET', '/ServiceProviderConfig')
    expect(authenticationSchemes.length).toBeGreaterThan(0)
    for (const scheme of authenticationSchemes) {
      expect(scheme).toMatchObject({ name: text, description: text })
      expect(['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest']).toContain(scheme.type)
      for (const uri of [scheme.specUri, scheme.documentationUri]) if (uri !== undefined) expect(uri).toMatch(/^https:/)
    }
    expect(authenticationSchemes.filter(({ primary }: any) => primary === true)).toHaveLength(1)
    expect(authenticationSchemes.map(({ type }: any) => type)).not.toContain('httpbasic')
  })

  it('[119] can be read without a credential, and says no more with one', async () => {
    const answer = await fetch(`${door.tenant.scimUrl}/ServiceProviderConfig`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(await door.ok('GET', '/ServiceProviderConfig'))
  })
})

describe('the lists of schemas and resource types', () => {
  it('[120][446] of schemas: User, Group and the enterprise extension among them, as a ListResponse', async () => {
    const list = await door.ok('GET', '/Schemas')
    expect(list.schemas).toEqual([`${messages}:ListResponse`])
    expect(list.totalResults).toBe(list.Resources.length)
    expect(list.Resources.map(({ id }: any) => id)).toEqual(expect.arrayContaining([userUrn, groupUrn, enterpriseUrn]))
  })

  it('[121][138] are ListResponses; one of them is an object of its own', async () => {
    for (const path of ['/Schemas', '/ResourceTypes']) {
      const list = await door.ok('GET', path)
      expect(list).toMatchObject({
        schemas: [`${messages}:ListResponse`],
        startIndex: 1,
        itemsPerPage: list.totalResults,
      })
      for (const each of list.Resources) {
        const one = await door.ok('GET', `${path}/${each.id ?? each.name}`)
        expect(one).toEqual(each)
        expect(one.schemas, path).toEqual([`${core}:${path === '/Schemas' ? 'Schema' : 'ResourceType'}`])
        expect(one.meta.location).toBe(`${door.tenant.scimUrl}${path}/${each.id ?? each.name}`)
      }
    }
    expectError(await door.scim('GET', '/Schemas/urn:none'), 404)
    expectError(await door.scim('GET', '/ResourceTypes/None'), 404)
  })

  it.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', `/Schemas/${userUrn}`, '/ResourceTypes/User'])(
    '[122] %s ignores sorting and paging',
    async (path) => {
      const query = 'sortBy=name&sortOrder=descending&startIndex=999&count=1&cursor='
      expect(await door.ok('GET', `${path}?${query}`)).toEqual(await door.ok('GET', path))
    },
  )

  it('[123] refuse a filter with 403; the configuration, which is one document, ignores it', async () => {
    for (const path of ['/Schemas', '/ResourceTypes'])
      expectError(await door.scim('GET', `${path}?filter=name eq "User"`), 403)
    expect((await door.scim('GET', '/ServiceProviderConfig?filter=patch pr')).status).toBe(200)
  })
})

describe('a resource type', () => {
  const each = async (): Promise<any[]> => (await door.ok('GET', '/ResourceTypes')).Resources

  it('[124][125][126][127] has a name, a description, an endpoint relative to the base URL and a schema', async () => {
    for (const type of await each()) {
      expect(type).toMatchObject({
        name: text,
        description: text,
        endpoint: expect.stringMatching(/^\/\w+$/) as string,
        schema: text,
      })
      expect((await door.scim('GET', `${type.endpoint}?count=0`)).status, type.endpoint).toBe(200)
    }
  })

  it('[125] has the name that meta.resourceType of its resources says', async () => {
    expect((await door.user('typed')).meta.resourceType).toBe('User')
    expect((await door.group('Typed')).meta.resourceType).toBe('Group')
    expect((await each()).map(({ name }) => name)).toEqual(expect.arrayContaining(['User', 'Group']))
  })

  it('[128][129] names schemas that are listed', async () => {
    const listed = (await door.ok('GET', '/Schemas')).Resources.map(({ id }: any) => id)
    for (const { schema, schemaExtensions = [] } of await each()) {
      expect(listed).toContain(schema)
      for (const extension of schemaExtensions) expect(listed).toContain(extension.schema)
    }
  })

  it('[130] whose extension is not required has resources without it', async () => {
    const user = (await each()).find(({ name }) => name === 'User')
    expect(user.schemaExtensions).toContainEqual({ schema: enterpriseUrn, required: false })
    expect((await door.user('unextended')).schemas).toEqual([userUrn])
  })

  it('[442][443] is there for users and for groups', async () => {
    expect((await each()).map(({ endpoint }) => endpoint)).toEqual(expect.arrayContaining(['/Users', '/Groups']))
  })
})

describe('a schema', () => {
  const each = async (): Promise<any[]> => (await door.ok('GET', '/Schemas')).Resources
  const flat = (attributes: any[]): any[] =>
    attributes.flatMap((one) => [one, ...flat((one.subAttributes ?? []) as any[])])

  it('[131][132][133][134] has its URI as id, a name, a description and attributes', async () => {
    for (const schema of await each())
      expect(schema).toMatchObject({
        id: expect.stringMatching(/^urn:/) as string,
        name: text,
        description: text,
        attributes: expect.any(Array) as [],
      })
  })

  it('[133][136] names and describes each attribute', async () => {
    for (const { id, attributes } of await each())
      for (const attribute of flat(attributes as any[]))
        expect(attribute, id).toMatchObject({
          name: text,
          type: text,
          multiValued: expect.any(Boolean) as boolean,
          description: text,
        })
  })

  it('[135] lists the sub-attributes of what is complex, and of nothing else', async () => {
    for (const { attributes } of await each())
      for (const { name, type, subAttributes = [] } of flat(attributes as any[]))
        expect(subAttributes.length > 0, name).toBe(type === 'complex')
  })

  it('[137] gives canonical values where there are any, and no empty list that would refuse all', async () => {
    const { attributes } = (await each()).find(({ id }) => id === userUrn)
    const valuesOf = (name: string): string[] =>
      attributes.find((one: any) => one.name === name).subAttributes.find((sub: any) => sub.name === 'type')
        .canonicalValues
    expect(valuesOf('emails')).toEqual(['work', 'home', 'other'])
    expect(valuesOf('phoneNumbers')).toEqual(['work', 'home', 'mobile', 'fax', 'pager', 'other'])
    for (const schema of await each())
      for (const { name, canonicalValues } of flat(schema.attributes as any[]))
        expect(canonicalValues, name).not.toEqual([])
  })

  it('[446] shows to Entra and Okta all that they map: User, Group and their attributes', async () => {
    const names = async (urn: string): Promise<string[]> =>
      (await each()).find(({ id }) => id === urn).attributes.map(({ name }: any) => name)
    expect(await names(userUrn)).toEqual(
      expect.arrayContaining(['userName', 'name', 'emails', 'active', 'phoneNumbers', 'addresses', 'roles']),
    )
    expect(await names(groupUrn)).toEqual(expect.arrayContaining(['displayName', 'members']))
    expect(await names(enterpriseUrn)).toEqual(expect.arrayContaining(['employeeNumber', 'department', 'manager']))
  })
})
