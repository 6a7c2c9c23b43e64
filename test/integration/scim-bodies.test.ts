import { describe, expect, it } from 'vitest'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch, userUrn } from '../support/idp.ts'
import { useDoor } from '../support/door.ts'
import { isScimError } from '../support/scim-error.ts'

describeOnBoth('the SCIM protocol', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock, kind: 'okta' })
  const { scim } = door
  const create = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', okta.createUser(name, more))
    expect(status).toBe(201)
    return body.id as string
  }

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
})
