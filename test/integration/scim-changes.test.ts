import { describe, expect, it } from 'vitest'
import { createConnection } from '../support/api.ts'
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
      const other = await createConnection(door.joinery.api, door.tenant.accountId, 'entra')
      expect((await other.scim('POST', '/Users', okta.createUser('uli'))).status).toBe(201)
    })

    it('when 8 create the same person at once, one of them does', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => scim('POST', '/Users', okta.createUser('unity'))),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)])
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
      await scim('POST', '/Groups', okta.createGroup('Crowd'))
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
})
