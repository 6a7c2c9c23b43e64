import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { enterpriseUrn, groupUrn, okta, patch, userUrn } from '../support/idp.ts'
import { useDoor } from '../support/door.ts'
import { errorUrn, isScimError } from '../support/scim-error.ts'

describeOnBoth('the SCIM protocol', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock, kind: 'okta' })
  const { scim } = door
  const create = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', okta.createUser(name, more))
    expect(status).toBe(201)
    return body.id as string
  }

  describe('an answer', () => {
    it('to a create is 201 with the resource, its Location and its version', async () => {
      for (const [path, body] of [
        ['/Users', okta.createUser('anna')],
        ['/Groups', okta.createGroup('Anna’s')],
      ] as const) {
        const answer = await scim('POST', path, body)
        const location = `${door.tenant.scimUrl}${path}/${answer.body.id}`
        expect(answer.status).toBe(201)
        expect(answer.headers.get('location')).toBe(location)
        expect(answer.headers.get('etag')).toBe('W/"1"')
        expect(answer.headers.get('content-type')).toBe('application/scim+json')
        expect(answer.body.meta).toMatchObject({ location, version: 'W/"1"', resourceType: path.slice(1, -1) })
        const read = await scim('GET', `${path}/${answer.body.id}`)
        expect(read.body).toEqual(answer.body)
        expect(read.headers.get('etag')).toBe('W/"1"')
        expect(read.headers.get('content-location')).toBe(location)
      }
    })

    it('to a create never shows a password, whatever it is called, and none is kept', async () => {
      const id = await create('pat')
      const operations = [
        { op: 'replace', path: 'password', value: 's3cret-word' },
        { op: 'replace', path: `${userUrn}:password`, value: 's3cret-word' },
        { op: 'replace', value: { password: 's3cret-word', PASSWORD: 's3cret-word' } },
        { op: 'replace', value: { [`${userUrn}:password`]: 's3cret-word' } },
      ]
      for (const operation of operations) {
        const answer = await scim('PATCH', `/Users/${id}`, patch(operation))
        expect(answer.status).toBe(200)
        expect(JSON.stringify(answer.body)).not.toContain('s3cret')
      }
      const read = await scim('GET', `/Users/${id}?attributes=password,userName`)
      expect(Object.keys(read.body)).toEqual(['schemas', 'id', 'userName'])
      expect(read.headers.get('etag')).toBe('W/"1"')
    })

    it('to a user PATCH is 200 with the user, also where nothing changed, and then the version stays', async () => {
      const id = await create('peter')
      const first = await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value: 'Dr' }))
      expect([first.status, first.headers.get('etag'), first.body.title]).toEqual([200, 'W/"2"', 'Dr'])
      const second = await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value: 'Dr' }))
      expect([second.status, second.headers.get('etag')]).toEqual([200, 'W/"2"'])
      expect(second.body).toEqual(first.body)
    })

    it('to a group PATCH is 204, and 200 with what was asked for where attributes are named', async () => {
      const user = await create('paula')
      const { body: group } = await scim('POST', '/Groups', okta.createGroup('Patched'))
      const plain = await scim('PATCH', `/Groups/${group.id}`, okta.addMembers(user))
      expect([plain.status, plain.body, plain.headers.get('etag')]).toEqual([204, undefined, 'W/"2"'])
      const again = await scim('PATCH', `/Groups/${group.id}?excludedAttributes=members`, okta.addMembers(user))
      expect([again.status, again.headers.get('etag')]).toEqual([204, 'W/"2"'])
      const asked = await scim('PATCH', `/Groups/${group.id}?attributes=members.value`, okta.addMembers(user))
      expect(asked.status).toBe(200)
      expect(asked.body).toEqual({ schemas: [groupUrn], id: group.id, members: [{ value: user }] })
      const kept = await scim('GET', `/Groups/${group.id}`)
      expect(kept.body.members).toHaveLength(1)
    })

    it('is projected on its way out alone: what is not shown is not lost', async () => {
      const id = await create('petra', { [enterpriseUrn]: { department: 'R&D' } })
      const narrow = await scim(
        'PATCH',
        `/Users/${id}?attributes=userName`,
        patch({ op: 'add', path: 'title', value: 'Dr' }),
      )
      expect(Object.keys(narrow.body)).toEqual(['schemas', 'id', 'userName'])
      const read = await scim('GET', `/Users/${id}`)
      expect(read.body).toMatchObject({
        title: 'Dr',
        name: { familyName: 'Doe' },
        [enterpriseUrn]: { department: 'R&D' },
      })
      const part = await scim('GET', `/Users/${id}?attributes=${enterpriseUrn}`)
      expect(part.body).toEqual({ schemas: read.body.schemas, id, [enterpriseUrn]: { department: 'R&D' } })
    })

    it('to a DELETE is 204 without a body', async () => {
      const answer = await scim('DELETE', `/Users/${await create('dora')}`)
      expect([answer.status, answer.body]).toEqual([204, undefined])
    })

    it('echoes the caller’s request id where it is sane, and names its own otherwise', async () => {
      const told = await scim('GET', '/Users?count=0', undefined, { 'X-Request-Id': 'okta-123' })
      expect(told.headers.get('x-request-id')).toBe('okta-123')
      const odd = await scim('GET', '/Users?count=0', undefined, { 'X-Request-Id': 'a b<script>' })
      expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    })
  })

  describe('a resource that is not there', () => {
    const absent = [
      '00000000-0000-7000-8000-000000000000',
      'nonsense',
      "x' or '1'='1",
      'x" or id pr or id eq "x',
      '../Users',
      'a%00b',
      '%F0%9F%98%80',
      '__proto__',
      'a'.repeat(300),
    ]

    it.each(absent)('%s is 404, by each method and for both types', async (id) => {
      const segment = id.includes('%') ? id : encodeURIComponent(id)
      for (const type of ['Users', 'Groups']) {
        const path = `/${type}/${segment}`
        isScimError(await scim('GET', path), 404)
        isScimError(await scim('PUT', path, type === 'Users' ? okta.createUser('n') : okta.createGroup('N')), 404)
        isScimError(await scim('PATCH', path, patch({ op: 'replace', path: 'externalId', value: 'x' })), 404)
        isScimError(await scim('DELETE', path), 404)
      }
    })

    it('of the other type is 404 too', async () => {
      isScimError(await scim('GET', `/Groups/${await create('nina')}`), 404)
    })

    it('an endpoint that is not there is 404, and what a connection cannot be is 501', async () => {
      isScimError(await scim('GET', '/Robots'), 404)
      isScimError(await scim('POST', '/.search', {}), 400, 'invalidSyntax')
      isScimError(await scim('GET', '/Me'), 501)
      isScimError(await scim('PATCH', '/Me', patch()), 501)
      isScimError(await scim('POST', '/Bulk', {}), 400, 'invalidSyntax')
    })

    it('a URL that cannot be decoded is 400 in SCIM’s words', async () => {
      const answer = await rawGet(`${new URL(door.tenant.scimUrl).pathname}/Users/%E0%A4%A`, door.tenant.token)
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
      expect(answer).toContain(errorUrn)
    })

    /** fetch would mend the URL. */
    function rawGet(path: string, token: string): Promise<string> {
      const { hostname, port } = new URL(door.joinery.url)
      return new Promise((resolve, reject) => {
        let seen = ''
        const socket = connect(Number(port), hostname, () =>
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
          ),
        )
        socket.on('data', (chunk) => (seen += chunk.toString()))
        socket.on('end', () => resolve(seen))
        socket.on('error', reject)
      })
    }
  })

  describe('a method that is not for an endpoint is 405, which says what is', () => {
    it.each([
      ['PUT', '/Users', 'GET, POST'],
      ['PATCH', '/Users', 'GET, POST'],
      ['DELETE', '/Groups', 'GET, POST'],
      ['POST', '/Users/x', 'GET, PUT, PATCH, DELETE'],
      ['POST', '/Groups/x', 'GET, PUT, PATCH, DELETE'],
      ['OPTIONS', '/Users', 'GET, POST'],
      ['POST', '/Schemas', 'GET'],
      ['DELETE', '/ServiceProviderConfig', 'GET'],
      ['PUT', '/ResourceTypes/User', 'GET'],
    ])('%s %s', async (method, path, allow) => {
      const answer = await scim(method, path)
      isScimError(answer, 405)
      expect(answer.headers.get('allow')).toBe(allow)
    })
  })

  describe('discovery', () => {
    const open = (path: string) => fetch(`${door.tenant.scimUrl}${path}`)

    it.each(['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', '/ResourceTypes/User', `/Schemas/${userUrn}`])(
      '%s needs no token, and says nothing to a wrong one',
      async (path) => {
        const [without, wrong] = await Promise.all([
          open(path),
          fetch(`${door.tenant.scimUrl}${path}`, { headers: { Authorization: 'Bearer wrong' } }),
        ])
        const text = await without.text()
        expect(without.status).toBe(200)
        expect(without.headers.get('content-type')).toBe('application/scim+json')
        expect(wrong.status).toBe(401)
        const nobody = door.tenant.scimUrl.replace(door.tenant.connectionId, '00000000-0000-7000-8000-000000000000')
        const foreign = await (await fetch(`${nobody}${path}`)).text()
        expect(foreign).toBe(text.replaceAll(door.tenant.scimUrl, nobody))
      },
    )

    it('advertises what is there and nothing else', async () => {
      const { body } = await scim('GET', '/ServiceProviderConfig')
      expect(body).toMatchObject({
        patch: { supported: true },
        bulk: { supported: true, maxOperations: 1000 },
        filter: { supported: true, maxResults: 200 },
        changePassword: { supported: false },
        sort: { supported: true },
        etag: { supported: true },
        authenticationSchemes: [
          { type: 'oauthbearertoken', primary: true },
          { type: 'oauth2', primary: false },
        ],
        meta: { location: `${door.tenant.scimUrl}/ServiceProviderConfig` },
      })
    })

    it('lists resource types whose schemas are listed', async () => {
      const [types, schemas] = await Promise.all([scim('GET', '/ResourceTypes'), scim('GET', '/Schemas')])
      expect((types.body.Resources as { name: string }[]).map(({ name }) => name)).toEqual([
        'User',
        'Group',
        'Role',
        'Entitlement',
      ])
      const known = (schemas.body.Resources as { id: string }[]).map(({ id }) => id)
      const okta = ['Role', 'Entitlement'].map((name) => `urn:okta:scim:schemas:core:1.0:${name}`)
      expect(known.sort()).toEqual([groupUrn, userUrn, enterpriseUrn, ...okta].sort())
      for (const type of types.body.Resources) {
        expect(known).toContain(type.schema)
        for (const { schema } of type.schemaExtensions ?? []) expect(known).toContain(schema)
        expect((await scim('GET', type.meta.location.slice(door.tenant.scimUrl.length))).body).toEqual(type)
      }
    })

    it('of a document that is not there is 404', async () => {
      isScimError(await scim('GET', '/Schemas/urn:x'), 404)
      isScimError(await scim('GET', '/ResourceTypes/Robot'), 404)
    })

    it('filtered is 403 for lists; the configuration ignores every parameter', async () => {
      isScimError(await scim('GET', '/Schemas?filter=id eq "x"'), 403)
      isScimError(await scim('GET', '/ResourceTypes?filter=id eq "x"'), 403)
      expect((await scim('GET', '/ServiceProviderConfig?filter=x&startIndex=999&attributes=y')).status).toBe(200)
    })
  })
})
