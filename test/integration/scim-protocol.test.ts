import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection, createScim, createTenant, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { enterpriseUrn, groupUrn, okta, patch, userUrn } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** What each error of this door looks like. */
function isScimError(answer: { status: number; body: any; headers: Headers }, status: number, scimType?: string): void {
  expect(answer.body).toEqual({
    schemas: [errorUrn],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: expect.stringMatching(/\S/) as string,
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/scim+json')
}

describeOnBoth('the SCIM protocol', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  const clock = createClock()
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  const create = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', okta.createUser(name, more))
    expect(status).toBe(201)
    return body.id as string
  }
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false, clock })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  describe('an answer', () => {
    it('to a create is 201 with the resource, its Location and its version', async () => {
      for (const [path, body] of [
        ['/Users', okta.createUser('anna')],
        ['/Groups', okta.createGroup('Anna’s')],
      ] as const) {
        const answer = await scim('POST', path, body)
        const location = `${tenant.scimUrl}${path}/${answer.body.id}`
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

  describe('PUT', () => {
    it('clears what it does not name, but not the flag: nobody is let in again by saying nothing', async () => {
      const id = await create('quentin', { active: false, title: 'Dr' })
      const body = { schemas: [userUrn], userName: 'quentin@corp.example' }
      const answer = await scim('PUT', `/Users/${id}`, body)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({ active: false, userName: 'quentin@corp.example' })
      for (const gone of ['title', 'name', 'emails', 'externalId']) expect(answer.body).not.toHaveProperty(gone)
      const nulled = await scim('PUT', `/Users/${id}`, { ...body, active: null })
      expect(nulled.body.active).toBe(false)
      const back = await scim('PUT', `/Users/${id}`, { ...body, active: true })
      expect(back.body.active).toBe(true)
    })

    it('never creates', async () => {
      isScimError(await scim('PUT', '/Users/00000000-0000-7000-8000-000000000000', okta.createUser('nobody')), 404)
    })

    it('does not mind another id in the body: the URL names whom it changes', async () => {
      const id = await create('quirin')
      const answer = await scim('PUT', `/Users/${id}`, okta.createUser('quirin', { id: 'other', title: 'Dr' }))
      expect(answer.body).toMatchObject({ id, title: 'Dr' })
    })
  })

  describe('uniqueness is 409', () => {
    it('of userName in any letter case: by POST, PUT and PATCH', async () => {
      await create('ursula')
      const id = await create('ulf')
      const taken = { userName: 'URSULA@corp.example' }
      isScimError(await scim('POST', '/Users', okta.createUser('ursula')), 409, 'uniqueness')
      isScimError(await scim('POST', '/Users', okta.createUser('x', taken)), 409, 'uniqueness')
      isScimError(await scim('PUT', `/Users/${id}`, okta.createUser('ulf', taken)), 409, 'uniqueness')
      isScimError(await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', value: taken })), 409, 'uniqueness')
      expect((await scim('GET', `/Users/${id}`)).body.userName).toBe('ulf@corp.example')
    })

    it('of a group’s displayName in any letter case: by POST, PUT and PATCH', async () => {
      await scim('POST', '/Groups', okta.createGroup('Unique'))
      const { body } = await scim('POST', '/Groups', okta.createGroup('Other'))
      isScimError(await scim('POST', '/Groups', okta.createGroup('UNIQUE')), 409, 'uniqueness')
      isScimError(await scim('PUT', `/Groups/${body.id}`, okta.createGroup('unique')), 409, 'uniqueness')
      const rename = patch({ op: 'replace', value: { displayName: 'unique' } })
      isScimError(await scim('PATCH', `/Groups/${body.id}`, rename), 409, 'uniqueness')
    })

    it('not of externalId, which Microsoft’s tests repeat', async () => {
      await create('ute', { externalId: 'same' })
      await create('udo', { externalId: 'same' })
      expect((await scim('GET', '/Users?filter=externalId eq "same"')).body.totalResults).toBe(2)
    })

    it('not against one’s own name', async () => {
      const id = await create('uwe')
      const own = await scim(
        'PATCH',
        `/Users/${id}`,
        patch({ op: 'replace', path: 'userName', value: 'UWE@corp.example' }),
      )
      expect([own.status, own.body.userName]).toEqual([200, 'UWE@corp.example'])
    })

    it('not against another connection of the same account', async () => {
      await create('uli')
      const other = await createConnection(joinery.api, tenant.accountId, 'entra')
      expect((await other.scim('POST', '/Users', okta.createUser('uli'))).status).toBe(201)
    })

    it('when 8 create the same person at once, one of them does', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => scim('POST', '/Users', okta.createUser('unity'))),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)])
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
      const answer = await rawGet(`${new URL(tenant.scimUrl).pathname}/Users/%E0%A4%A`, tenant.token)
      expect(answer).toMatch(/^HTTP\/1.1 400 /)
      expect(answer).toContain(errorUrn)
    })

    /** fetch would mend the URL. */
    function rawGet(path: string, token: string): Promise<string> {
      const { hostname, port } = new URL(joinery.url)
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

  describe('a body', () => {
    it.each([
      'application/scim+json; charset=utf-8',
      'application/json',
      'APPLICATION/SCIM+JSON',
      'application/json;charset=UTF-8',
    ])('of type %s is taken', async (type) => {
      const name = `type${Math.random().toString(36).slice(2)}`
      expect((await scim('POST', '/Users', okta.createUser(name), { 'Content-Type': type })).status).toBe(201)
    })

    it.each([
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/scim+json2',
      'application/json; charset=ebcdic',
    ])('of type %s is 415', async (type) => {
      isScimError(await scim('POST', '/Users', okta.createUser('typed'), { 'Content-Type': type }), 415)
    })

    it.each(['', '{', '[1,', 'userName=jo', '{"userName":"jo"', "{'userName':'jo'}", '\u0000'])(
      '%j is no JSON: invalidSyntax',
      async (body) => {
        isScimError(await scim('POST', '/Users', body), 400, 'invalidSyntax')
      },
    )

    it('that is missing is invalidSyntax', async () => {
      isScimError(await scim('POST', '/Users'), 400, 'invalidSyntax')
      isScimError(await scim('PATCH', `/Users/${await create('bodyless')}`), 400, 'invalidSyntax')
    })

    it.each(['[]', 'null', '"text"', '7'])('%s is no object: invalidSyntax', async (body) => {
      isScimError(await scim('POST', '/Users', body), 400, 'invalidSyntax')
      isScimError(await scim('POST', '/Groups', body), 400, 'invalidSyntax')
    })

    it('of a user larger than 1 MB is 413, which names the limit', async () => {
      const answer = await scim('POST', '/Users', okta.createUser('big', { title: 'x'.repeat(1024 * 1024) }))
      isScimError(answer, 413)
      expect(answer.body.detail).toContain('1048576 bytes')
    })

    it('of a group may name 40000 members, and 16 MB at most', async () => {
      const members = Array.from({ length: 40_000 }, (_, index) => ({
        value: `ghost-${index}`,
        display: 'x'.repeat(40),
      }))
      const body = { ...okta.createGroup('Crowd'), members }
      expect(JSON.stringify(body).length).toBeGreaterThan(2 * 1024 * 1024)
      const { status, body: group } = await scim('POST', '/Groups?excludedAttributes=members', body)
      expect(status).toBe(201)
      const read = await scim('GET', `/Groups/${group.id}`)
      expect(read.body.members).toHaveLength(40_000)
      const answer = await scim('PUT', `/Groups/${group.id}`, `{"displayName":"${'x'.repeat(16 * 1024 * 1024)}"}`)
      isScimError(answer, 413)
      expect(answer.body.detail).toContain('16777216 bytes')
    })

    it('deeply nested is refused or dropped, never a fault', async () => {
      const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
      const userName = '"userName":"deep@corp.example"'
      isScimError(await scim('POST', '/Users', `{${userName},"emails":${deep(100_000)}}`), 400, 'invalidSyntax')
      isScimError(await scim('POST', '/Users', `{${userName},"unknown":${deep(32)}}`), 400, 'invalidSyntax')
      isScimError(await scim('POST', '/Users', `{${userName},"emails":${deep(20)}}`), 400, 'invalidValue')
      expect((await scim('POST', '/Users', `{${userName},"unknown":${deep(31)}}`)).status).toBe(201)
    })

    it('needs no schemas in POST and PUT, and the PatchOp URN in PATCH', async () => {
      const { status, body } = await scim('POST', '/Users', { userName: 'bare@corp.example' })
      expect(status).toBe(201)
      const operations = [{ op: 'replace', path: 'title', value: 'x' }]
      for (const schemas of [undefined, [], [userUrn], 'urn:ietf:params:scim:api:messages:2.0:PatchOp', null])
        isScimError(await scim('PATCH', `/Users/${body.id}`, { schemas, Operations: operations }), 400, 'invalidSyntax')
      expect((await scim('GET', `/Users/${body.id}`)).body.title).toBeUndefined()
    })

    it.each<[string, object]>([
      ['without userName', { userName: undefined }],
      ['with an empty userName', { userName: '' }],
      ['with a blank userName', { userName: '   ' }],
      ['with a userName of 501 characters', { userName: `${'x'.repeat(488)}@corp.example` + 'x' }],
      ['with an endless externalId', { externalId: 'x'.repeat(5000) }],
      ['with an endless home address', { emails: [{ type: 'home', value: 'x'.repeat(5000) }] }],
      ['with a NUL', { title: 'a\u0000b' }],
      ['with a NUL in its name', { userName: 'a\u0000@corp.example' }],
      ['with half of a surrogate pair', { displayName: '\ud83d' }],
      ['with half of a surrogate pair in an e-mail', { emails: [{ type: 'home', value: '\udc00@home.example' }] }],
      ['with an active that is neither true nor false', { active: 'perhaps' }],
      ['with a list for a text', { title: ['a', 'b'] }],
    ])('of a user %s is invalidValue', async (_, more) => {
      isScimError(await scim('POST', '/Users', okta.createUser('refused', more)), 400, 'invalidValue')
    })

    it.each<[string, object]>([
      ['without a name', { displayName: undefined }],
      ['with an empty name', { displayName: '' }],
      ['with an endless name', { displayName: 'x'.repeat(5000) }],
      ['with a NUL', { displayName: 'a\u0000b' }],
      ['with a member that is no text', { members: [{ value: 7 }] }],
      ['with a member that holds a NUL', { members: [{ value: 'a\u0000' }] }],
      ['with half of a surrogate pair for a member', { members: ['\ud800'] }],
      ['with null for a member', { members: [null] }],
    ])('of a group %s is invalidValue', async (_, more) => {
      isScimError(await scim('POST', '/Groups', { ...okta.createGroup('refused'), ...more }), 400, 'invalidValue')
    })

    it('with the longest names that are taken is taken whole', async () => {
      const wide = '\u4e00'.repeat(487)
      const body = okta.createUser('wide', {
        userName: `${wide}@corp.example`,
        externalId: '\u{1f600}'.repeat(250),
        emails: [],
      })
      const answer = await scim('POST', '/Users', body)
      expect(answer).toMatchObject({ status: 400 }) // no mailbox is that long
      const named = await scim('POST', '/Users', { ...body, userName: '\u4e00'.repeat(500) })
      expect(named.status).toBe(201)
      const group = await scim('POST', '/Groups', okta.createGroup('\u4e00'.repeat(500)))
      expect(group.status).toBe(201)
    })

    it('with every vector of prototype pollution changes no prototype and no other resource', async () => {
      const id = await create('proto')
      const bodies = [
        '{"__proto__":{"polluted":1},"userName":"proto1@corp.example"}',
        '{"constructor":{"prototype":{"polluted":1}},"userName":"proto2@corp.example"}',
        '{"userName":"proto3@corp.example","name":{"__proto__":{"polluted":1}}}',
      ]
      for (const body of bodies) expect((await scim('POST', '/Users', body)).status).toBe(201)
      for (const path of [
        '__proto__.polluted',
        'constructor.prototype.polluted',
        'toString.polluted',
        'name.__proto__',
      ])
        isScimError(await scim('PATCH', `/Users/${id}`, patch({ op: 'add', path, value: 1 })), 400, 'invalidPath')
      const own = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":1}}}]}`
      isScimError(await scim('PATCH', `/Users/${id}`, own), 400, 'invalidPath')
      expect(({} as any).polluted).toBeUndefined()
      const { body } = await scim('GET', '/Users?filter=userName sw "proto"')
      expect(JSON.stringify(body)).not.toContain('polluted')
    })
  })

  describe('PATCH', () => {
    it('is atomic: of three operations whose last fails none is kept', async () => {
      const id = await create('atom')
      const before = (await scim('GET', `/Users/${id}`)).body
      const operations = [
        { op: 'replace', path: 'title', value: 'Dr' },
        { op: 'remove', path: 'emails' },
        { op: 'replace', path: 'emails[type eq "none"].value', value: 'x' },
      ]
      isScimError(await scim('PATCH', `/Users/${id}`, patch(...operations)), 400, 'noTarget')
      expect((await scim('GET', `/Users/${id}`)).body).toEqual(before)
    })

    it('of a group is atomic too: members added before a failure are not', async () => {
      const { body } = await scim('POST', '/Groups', okta.createGroup('Atomic'))
      const operations = [
        { op: 'add', path: 'members', value: ['ghost'] },
        { op: 'replace', path: 'displayName', value: 'Crowd' },
      ]
      isScimError(await scim('PATCH', `/Groups/${body.id}`, patch(...operations)), 409, 'uniqueness')
      const read = await scim('GET', `/Groups/${body.id}`)
      expect(read.body).toEqual(body)
    })

    it.each<[object, string]>([
      [{ op: 'remove', path: 'userName' }, 'mutability'],
      [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
      [{ op: 'replace', value: { id: 'x' } }, 'mutability'],
      [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }, 'mutability'],
      [{ op: 'replace', path: 'meta.created', value: 'x' }, 'mutability'],
      [{ op: 'replace', path: 'emails[type eq "none"].value', value: 'x' }, 'noTarget'],
      [{ op: 'remove' }, 'noTarget'],
      [{ op: 'replace', path: 'titel', value: 'x' }, 'invalidPath'],
      [{ op: 'replace', path: 'emails[type xx "work"].value', value: 'x' }, 'invalidFilter'],
      [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
      [{ op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
      [{ op: 'remove', path: 'active' }, 'invalidValue'],
      [{ op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
      [{ op: 'replace', path: 'title', value: 'a\u0000' }, 'invalidValue'],
    ])('%j is 400 %s, and changes nothing', async (operation, scimType) => {
      const { body } = await scim('GET', '/Users?filter=userName eq "atom@corp.example"')
      const [before] = body.Resources
      isScimError(await scim('PATCH', `/Users/${before.id}`, patch(operation)), 400, scimType)
      expect((await scim('GET', `/Users/${before.id}`)).body).toEqual(before)
    })

    it('in parallel loses nothing: 20 requests, 20 members and 20 e-mails', async () => {
      const id = await create('many')
      const { body: group } = await scim('POST', '/Groups', okta.createGroup('Parallel'))
      const numbers = Array.from({ length: 20 }, (_, index) => index)
      await Promise.all(
        numbers.flatMap((number) => [
          scim('PATCH', `/Groups/${group.id}`, okta.addMembers(`ghost-${number}`)),
          scim(
            'PATCH',
            `/Users/${id}`,
            patch({ op: 'add', path: 'emails', value: [{ value: `e${number}@corp.example`, type: 'other' }] }),
          ),
        ]),
      )
      expect((await scim('GET', `/Groups/${group.id}`)).body.members).toHaveLength(20)
      const read = await scim('GET', `/Users/${id}`)
      expect(read.body.emails).toHaveLength(21)
      expect(read.body.meta.version).toBe('W/"21"')
    })
  })

  describe('If-Match', () => {
    it('lets the version that it names be changed, and answers 412 for any other', async () => {
      const id = await create('matched')
      const change = patch({ op: 'replace', path: 'title', value: 'Dr' })
      isScimError(await scim('PATCH', `/Users/${id}`, change, { 'If-Match': 'W/"7"' }), 412)
      isScimError(await scim('PUT', `/Users/${id}`, okta.createUser('matched'), { 'If-Match': '"7"' }), 412)
      isScimError(await scim('DELETE', `/Users/${id}`, undefined, { 'If-Match': 'W/"7"' }), 412)
      expect((await scim('GET', `/Users/${id}`)).headers.get('etag')).toBe('W/"1"')
      expect((await scim('PATCH', `/Users/${id}`, change, { 'If-Match': 'W/"1"' })).status).toBe(200)
      isScimError(await scim('PATCH', `/Users/${id}`, change, { 'If-Match': 'W/"1"' }), 412)
      expect((await scim('DELETE', `/Users/${id}`, undefined, { 'If-Match': '*' })).status).toBe(204)
    })

    it('holds for groups too, whose version moves with their members', async () => {
      const { body } = await scim('POST', '/Groups', okta.createGroup('Matched'))
      const path = `/Groups/${body.id}`
      expect((await scim('PATCH', path, okta.addMembers('ghost'), { 'If-Match': 'W/"1"' })).status).toBe(204)
      isScimError(await scim('PATCH', path, okta.addMembers('other'), { 'If-Match': 'W/"1"' }), 412)
      isScimError(await scim('PUT', path, okta.createGroup('Matched'), { 'If-Match': 'W/"1"' }), 412)
      isScimError(await scim('DELETE', path, undefined, { 'If-Match': 'W/"1"' }), 412)
      expect((await scim('GET', path)).body.members).toEqual([{ value: 'ghost' }])
      expect((await scim('DELETE', path, undefined, { 'If-Match': 'W/"2"' })).status).toBe(204)
    })
  })

  describe('discovery', () => {
    const open = (path: string) => fetch(`${tenant.scimUrl}${path}`)

    it.each(['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', '/ResourceTypes/User', `/Schemas/${userUrn}`])(
      '%s needs no token, and says nothing to a wrong one',
      async (path) => {
        const [without, wrong] = await Promise.all([
          open(path),
          fetch(`${tenant.scimUrl}${path}`, { headers: { Authorization: 'Bearer wrong' } }),
        ])
        const text = await without.text()
        expect(without.status).toBe(200)
        expect(without.headers.get('content-type')).toBe('application/scim+json')
        expect(wrong.status).toBe(401)
        const nobody = tenant.scimUrl.replace(tenant.connectionId, '00000000-0000-7000-8000-000000000000')
        const foreign = await (await fetch(`${nobody}${path}`)).text()
        expect(foreign).toBe(text.replaceAll(tenant.scimUrl, nobody))
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
        meta: { location: `${tenant.scimUrl}/ServiceProviderConfig` },
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
        expect((await scim('GET', type.meta.location.slice(tenant.scimUrl.length))).body).toEqual(type)
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

  describe('a credential', () => {
    const paths = [
      ['GET', '/Users'],
      ['POST', '/Users'],
      ['GET', '/Users/x'],
      ['PUT', '/Users/x'],
      ['PATCH', '/Users/x'],
      ['DELETE', '/Users/x'],
      ['GET', '/Groups'],
      ['POST', '/Groups'],
      ['PATCH', '/Groups/x'],
      ['PUT', '/Users'],
      ['GET', '/Me'],
      ['GET', '/nowhere'],
    ] as const

    const refused = async (headers: Record<string, string>): Promise<string> => {
      const bodies = new Set<string>()
      for (const [method, path] of paths) {
        const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{"userName":"intruder@corp.example"}' }
        const response = await fetch(`${tenant.scimUrl}${path}`, { method, headers, ...body })
        const answer = { status: response.status, headers: response.headers, body: await response.json() }
        isScimError(answer, 401)
        const isShown = /^Bearer \S/.test(headers.Authorization ?? '')
        const challenge = isShown ? 'Bearer realm="scim", error="invalid_token"' : 'Bearer realm="scim"'
        expect(answer.headers.get('www-authenticate')).toBe(challenge)
        bodies.add(JSON.stringify(answer.body))
      }
      expect(bodies.size).toBe(1)
      return [...bodies].join()
    }

    it('that is missing, or of another scheme, is 401', async () => {
      await refused({})
      await refused({ Authorization: `Basic ${btoa(`x:${tenant.token}`)}` })
      await refused({ Authorization: tenant.token })
      await refused({ Authorization: 'Bearer' })
      await refused({ Authorization: '' })
    })

    it('that is garbage, foreign, of another connection, changed by one digit, the operator’s, expired or revoked is one and the same 401', async () => {
      const other = await createTenant(joinery.api)
      const sibling = await createConnection(joinery.api, tenant.accountId)
      const tokens = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/tokens`
      const flipped = tenant.token.slice(0, -1) + (tenant.token.endsWith('a') ? 'b' : 'a')
      const revoked = await joinery.api.ok('POST', tokens, {})
      expect((await createScim(tenant.scimUrl, revoked.token)('GET', '/Users?count=0')).status).toBe(200)
      await joinery.api.ok('DELETE', `${tokens}/${revoked.id}`)
      const expiring = await joinery.api.ok('POST', tokens, { expiresInDays: 1 })
      expect((await createScim(tenant.scimUrl, expiring.token)('GET', '/Users?count=0')).status).toBe(200)
      clock.advance(86_400_000)
      const bad = [
        'x',
        '_',
        `scim_${'x'.repeat(5000)}`,
        other.token,
        sibling.token,
        flipped,
        revoked.token,
        expiring.token,
      ]
      const answers = new Set<string>()
      for (const token of [...bad, 'test-admin-token-0123456789'])
        answers.add(await refused({ Authorization: `Bearer ${token}` }))
      expect(answers.size).toBe(1)
      expect((await scim('GET', '/Users?count=0')).status).toBe(200)
    })

    it('that is refused has done nothing', async () => {
      expect((await scim('GET', '/Users?filter=userName sw "intruder"')).body.totalResults).toBe(0)
    })

    it('opens no other connection’s endpoint', async () => {
      const other = await createTenant(joinery.api)
      isScimError(await createScim(other.scimUrl, tenant.token)('GET', '/Users'), 401)
      isScimError(
        await createScim(other.scimUrl.replace(other.connectionId, 'nonsense'), tenant.token)('GET', '/Users'),
        401,
      )
    })

    it('is taken in any letter case of its scheme', async () => {
      expect(
        (await scim('GET', '/Users?count=0', undefined, { Authorization: `bearer  ${tenant.token}` })).status,
      ).toBe(200)
    })

    it('is read before the body: a stranger’s upload is not even looked at', async () => {
      const response = await fetch(`${tenant.scimUrl}/Users`, {
        method: 'POST',
        body: '{',
        headers: { 'Content-Type': 'text/plain' },
      })
      expect(response.status).toBe(401)
      await response.text()
    })
  })
})

describeOnBoth('the rate limit', (database) => {
  it('answers 429 with whole seconds in Retry-After, and lets in again when they are over', async () => {
    let now = Date.now()
    const joinery = await startJoinery({
      database,
      workers: false,
      clock: { now: () => now },
      env: { SCIM_RATE_LIMIT: '25' },
    })
    try {
      const storm = await createTenant(joinery.api)
      const quiet = await createConnection(joinery.api, storm.accountId)
      const answers = await Promise.all(Array.from({ length: 100 }, () => storm.scim('GET', '/Users?count=0')))
      const refused = answers.filter(({ status }) => status === 429)
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(75)
      expect(refused).toHaveLength(25)
      for (const answer of refused) {
        isScimError(answer, 429)
        expect(answer.headers.get('retry-after')).toBe('1')
      }
      expect((await quiet.scim('GET', '/Users?count=0')).status).toBe(200)
      now += 1000
      expect((await storm.scim('GET', '/Users?count=0')).status).toBe(200)
    } finally {
      await joinery.close()
    }
  })
})
