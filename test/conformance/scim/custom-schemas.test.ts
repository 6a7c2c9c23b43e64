import { beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../support/api.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, messages, useDoor } from '../../support/door.ts'
import { groupUrn } from '../../support/idp.ts'
import { acmeSchema, acmeUrn, putSchema } from '../../support/schemas.ts'

const teamUrn = 'urn:acme:scim:schemas:2.0:Group'
const requiredUrn = 'urn:acme:scim:schemas:required:2.0:Group'
const patch = (...Operations: object[]): object => ({ schemas: [`${messages}:PatchOp`], Operations })

describeOnBoth('a schema of the account’s own', (database) => {
  const door = useDoor({ database })
  const { scim, user, group, ok, found } = door

  beforeAll(async () => {
    const { joinery, tenant } = door
    await putSchema(joinery.api, tenant.accountId, acmeSchema())
    await putSchema(joinery.api, tenant.accountId, {
      id: teamUrn,
      name: 'Acme teams',
      resourceType: 'Group',
      attributes: [{ name: 'costUnit' }, { name: 'members', multiValued: true }],
    })
  })

  const of = (name: string, told: object): Promise<any> => user(name, { [acmeUrn]: told })
  const readBack = async (id: string, query = ''): Promise<any> => (await ok('GET', `/Users/${id}${query}`))[acmeUrn]

  describe('is discovered', () => {
    it('[51][120][129] by /Schemas and /ResourceTypes of its connection, with what it asks', async () => {
      const schema = await ok('GET', `/Schemas/${acmeUrn}`)
      expect(schema).toMatchObject({ id: acmeUrn, name: 'Acme people' })
      expect(schema.attributes).toHaveLength(acmeSchema().attributes.length)
      expect(schema.attributes[0]).toMatchObject({ name: 'badge', uniqueness: 'server', mutability: 'immutable' })
      const type = await ok('GET', '/ResourceTypes/User')
      expect(type.schemaExtensions).toContainEqual({ schema: acmeUrn, required: false })
      expect((await ok('GET', '/ResourceTypes/Group')).schemaExtensions).toEqual([{ schema: teamUrn, required: false }])
    })

    it('by nobody without a token', async () => {
      const answer = await fetch(`${door.tenant.scimUrl}/Schemas`)
      expect(JSON.stringify(await answer.json())).not.toContain('acme')
    })
  })

  describe('holds values to their types', () => {
    it.each([
      ['an integer with a fraction', { grade: 1.5 }],
      ['an integer as a text with a fraction', { grade: '1.5' }],
      ['an integer that JSON does not keep', { grade: 9_007_199_254_740_993 }],
      ['a number that is none', { share: 'much' }],
      ['a date without a time', { hiredAt: '2026-01-31' }],
      ['a time that there is not', { hiredAt: '2026-13-31T08:00:00Z' }],
      ['a boolean that is none', { remote: 'perhaps' }],
      ['a URI with a blank', { page: 'https://acme.example/a b' }],
      ['a binary that is not base64', { seal: '*' }],
      ['a list where one value is due', { code: ['a', 'b'] }],
      ['a text where an object is due', { contract: 'c1' }],
      ['none of the canonical values', { clearance: 'top' }],
      ['a day that its month does not have', { hiredAt: '2020-02-30T00:00:00Z' }],
      ['an instant inside a list', { desks: [{ value: 'd', since: 'yesterday' }] }],
    ])('[14][15][16][17][19] %s is invalidValue', async (_what, told) => {
      const answer = await scim('POST', '/Users', { userName: 'typed@corp.example', [acmeUrn]: told })
      expectError(answer, 400, 'invalidValue')
      expect(answer.body.detail).toContain(`${acmeUrn}.`)
    })

    it('[15][16] an instant is kept in UTC, whatever its zone', async () => {
      const { id } = await of('hired', { hiredAt: '2026-01-31T08:00:00+02:00', grade: '7', clearance: 'SECRET' })
      expect(await readBack(id)).toEqual({ hiredAt: '2026-01-31T06:00:00.000Z', grade: 7, clearance: 'secret' })
    })

    it('[103] a canonical value is one of those that there are, and the answer names them', async () => {
      const answer = await scim('POST', '/Users', { userName: 'c@corp.example', [acmeUrn]: { clearance: 'top' } })
      expect(answer.body.detail).toContain('public, internal, secret')
    })
  })

  describe('keeps mutability', () => {
    it('[99][257] immutable: another value is refused by PUT and PATCH, the same one taken, none keeps it', async () => {
      const { id, userName } = await of('immutable', { badge: 'B1', contract: { number: 'n1', hours: 20 } })
      const put = (told: object) => scim('PUT', `/Users/${id}`, { userName, ...told })
      expectError(await put({ [acmeUrn]: { badge: 'B2' } }), 400, 'mutability')
      expectError(await put({ [acmeUrn]: { badge: 'B1', contract: { number: 'n2' } } }), 400, 'mutability')
      expect((await put({ [acmeUrn]: { badge: 'B1', grade: 3 } })).status).toBe(200)
      expect(await readBack(id)).toEqual({ badge: 'B1', grade: 3, contract: { number: 'n1' } })
      expect((await put({})).status).toBe(200)
      expect(await readBack(id)).toEqual({ badge: 'B1', contract: { number: 'n1' } })
      for (const operation of [
        { op: 'replace', path: `${acmeUrn}:badge`, value: 'B2' },
        { op: 'remove', path: `${acmeUrn}:badge` },
        { op: 'replace', path: `${acmeUrn}:contract.number`, value: 'n2' },
        { op: 'remove', path: `${acmeUrn}:contract` },
      ])
        expectError(await scim('PATCH', `/Users/${id}`, patch(operation)), 400, 'mutability')
      expect(await readBack(id)).toEqual({ badge: 'B1', contract: { number: 'n1' } })
    })

    it('[258][268] immutable: what has no value yet takes one', async () => {
      const { id } = await of('first', { grade: 1 })
      await ok('PATCH', `/Users/${id}`, patch({ op: 'add', path: `${acmeUrn}:badge`, value: 'first-1' }))
      expect((await readBack(id)).badge).toBe('first-1')
    })

    it('[99] immutable: a part of an element stays, while elements come and go', async () => {
      const { id } = await of('desk', { desks: [{ value: 'd1', floor: 1 }] })
      const path = `${acmeUrn}:desks[value eq "d1"]`
      expectError(
        await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', path: `${path}.value`, value: 'd2' })),
        400,
        'mutability',
      )
      await ok('PATCH', `/Users/${id}`, patch({ op: 'replace', path: `${path}.floor`, value: 4 }))
      expect((await readBack(id)).desks).toEqual([{ value: 'd1', floor: 4 }])
      const swap = [
        { op: 'remove', path },
        { op: 'add', path: `${acmeUrn}:desks`, value: [{ value: 'd2' }] },
      ]
      await ok('PATCH', `/Users/${id}`, patch(...swap))
      expect((await readBack(id)).desks).toEqual([{ value: 'd2' }])
    })

    it('[98] readOnly: passed over in a resource, refused in a path', async () => {
      const { id } = await of('computed', { computed: 'x', grade: 1 })
      expect(await readBack(id)).toEqual({ grade: 1 })
      expectError(
        await scim('PATCH', `/Users/${id}`, patch({ op: 'add', path: `${acmeUrn}:computed`, value: 'x' })),
        400,
        'mutability',
      )
    })

    it('[100][255] writeOnly: taken, replaced, and never shown', async () => {
      const { id } = await of('pin', { pin: 4711, rank: 'r' })
      for (const query of ['', `?attributes=${acmeUrn}:pin`, `?attributes=${acmeUrn}`])
        expect(await readBack(id, query)).toEqual({ rank: 'r' })
      await ok('PATCH', `/Users/${id}`, patch({ op: 'replace', path: `${acmeUrn}:pin`, value: 4712 }))
      expect(await readBack(id)).toEqual({ rank: 'r' })
    })
  })

  describe('keeps returned', () => {
    it('[102][238][240][241] always comes always, request when asked for, never never', async () => {
      const told = { rank: 'r1', note: 'n1', grade: 1, contract: { hours: 8, salary: 100 } }
      const { id } = await of('shown', told)
      expect(await readBack(id)).toEqual({ rank: 'r1', grade: 1, contract: { hours: 8 } })
      expect(await readBack(id, '?attributes=userName')).toEqual({ rank: 'r1' })
      expect(await readBack(id, `?attributes=${acmeUrn}:note`)).toEqual({ rank: 'r1', note: 'n1' })
      expect(await readBack(id, `?attributes=${acmeUrn}:contract.hours`)).toEqual({
        rank: 'r1',
        contract: { hours: 8 },
      })
      expect(await readBack(id, `?attributes=${acmeUrn}:contract.salary`)).toEqual({ rank: 'r1', contract: {} })
      expect(await readBack(id, `?excludedAttributes=${acmeUrn}:grade,${acmeUrn}:rank`)).toEqual({
        rank: 'r1',
        contract: { hours: 8 },
      })
      const [listed] = (await ok('GET', `/Users?filter=${encodeURIComponent('userName eq "shown@corp.example"')}`))
        .Resources
      expect(listed[acmeUrn]).toEqual({ rank: 'r1', grade: 1, contract: { hours: 8 } })
    })

    it.each([
      `${acmeUrn}:pin eq 4711`,
      'pin pr',
      `${acmeUrn}:contract.salary gt 1`,
      `${acmeUrn}:contract[salary gt 1]`,
    ])('[101] what is never shown is not searched by: %s', async (filter) =>
      expectError(await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter'),
    )

    it('[101] nor sorted by', async () => {
      expectError(await scim('GET', `/Users?sortBy=${acmeUrn}:pin`), 400, 'invalidPath')
    })

    it('nor written into the request log', async () => {
      const { joinery, tenant } = door
      await of('logged', { pin: 4711, contract: { hours: 8, salary: 98765 } })
      await scim('GET', `/Users?filter=${encodeURIComponent(`${acmeUrn}:pin eq 4711`)}`)
      const base = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/requests`
      type Page = { items: { id: string; method: string; query: string | null }[] }
      const read = (): Promise<Page> => joinery.api.ok('GET', `${base}?limit=2`)
      const { items } = await eventually(
        read,
        (page) => page.items[0]?.query?.includes('pin') === true && page.items[1]?.method === 'POST',
      )
      const details = await Promise.all(items.map(({ id }) => joinery.api.ok('GET', `${base}/${id}`)))
      const text = JSON.stringify(details)
      expect(text).toContain('"salary":"[secret]"')
      expect(text).toContain('"pin":"[secret]"')
      expect(text).not.toMatch(/4711|98765/)
    })
  })

  describe('keeps uniqueness', () => {
    it('[104][105][150][334] a second bearer is 409 by POST, PUT and PATCH; a removed one frees the value', async () => {
      const first = await of('unique1', { badge: 'Unique-1' })
      const taken = { [acmeUrn]: { badge: 'UNIQUE-1' } }
      expectError(await scim('POST', '/Users', { userName: 'unique2@corp.example', ...taken }), 409, 'uniqueness')
      const { id, userName } = await of('unique3', {})
      expectError(await scim('PUT', `/Users/${id}`, { userName, ...taken }), 409, 'uniqueness')
      const add = patch({ op: 'add', path: `${acmeUrn}:badge`, value: 'unique-1' })
      const refused = await scim('PATCH', `/Users/${id}`, add)
      expectError(refused, 409, 'uniqueness')
      expect(refused.body.detail).toContain(`${acmeUrn}:badge: another user`)
      await ok('DELETE', `/Users/${first.id}`)
      await ok('PATCH', `/Users/${id}`, add)
      expect((await readBack(id)).badge).toBe('unique-1')
    })

    it('[105] of several at once one gets it', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          scim('POST', '/Users', { userName: `race${index}@corp.example`, [acmeUrn]: { badge: 'race' } }),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
    })
  })

  describe('is searched, sorted and patched', () => {
    beforeAll(async () => {
      await of('s1', {
        grade: 1,
        code: 'Ab',
        tags: ['red', 'Blue'],
        hiredAt: '2026-01-01T00:00:00Z',
        department: 'North',
      })
      await of('s2', { grade: 2, code: 'ab', desks: [{ value: 'x', type: 'fixed', floor: 3 }], share: 0.5 })
      await of('s3', { grade: 10, remote: true, desks: [{ value: 'y', type: 'shared', floor: 3 }] })
    })

    it.each([
      [`${acmeUrn}:grade gt 1 and userName sw "s"`, ['s2', 's3']],
      [`${acmeUrn}:GRADE eq 10`, ['s3']],
      [`${acmeUrn}:code eq "ab"`, ['s2']],
      [`${acmeUrn}:tags eq "blue"`, ['s1']],
      [`${acmeUrn}:hiredAt lt "2026-01-01T02:00:00+02:00" and userName sw "s"`, []],
      [`${acmeUrn}:hiredAt le "2026-01-01T02:00:00+02:00" and userName sw "s"`, ['s1']],
      [`${acmeUrn}:desks[type eq "fixed" and floor eq 3]`, ['s2']],
      [`${acmeUrn}:desks.floor eq 3`, ['s2', 's3']],
      [`${acmeUrn}:remote eq true`, ['s3']],
      [`${acmeUrn}:share ge 0.5`, ['s2']],
      ['desks.floor eq 3', ['s2', 's3']],
      ['department eq "north"', []],
      [`${acmeUrn}:department eq "north"`, ['s1']],
      [`schemas eq "${acmeUrn}" and userName sw "s1"`, ['s1']],
      [`${acmeUrn}:grade pr and not (${acmeUrn}:grade lt 10) and userName sw "s"`, ['s3']],
    ])('[217][8] %s', async (filter, names) => {
      expect(await found(filter)).toEqual(names)
    })

    it('[231] by number, not by text', async () => {
      const filter = encodeURIComponent(`${acmeUrn}:grade pr and userName sw "s" and not (userName sw "sh")`)
      const { Resources } = await ok('GET', `/Users?sortBy=${acmeUrn}:grade&filter=${filter}`)
      expect(Resources.map((each: any) => each[acmeUrn].grade)).toEqual([1, 2, 10])
    })

    it('[270][271] by a path whose URN has dots, whole, in parts and in brackets', async () => {
      const { id } = await user('patched')
      const steps = [
        { op: 'add', path: `${acmeUrn}:desks`, value: [{ value: 'a', primary: true }] },
        { op: 'add', path: `${acmeUrn}:desks`, value: [{ value: 'b', primary: true }] },
        { op: 'add', path: `${acmeUrn}:contract.hours`, value: 20 },
        { op: 'add', path: `${acmeUrn}:desks[value eq "a"].floor`, value: 2 },
        { op: 'add', path: acmeUrn, value: { grade: 5 } },
      ]
      const after = await ok('PATCH', `/Users/${id}`, patch(...steps))
      expect(after.schemas).toContain(acmeUrn)
      expect(after[acmeUrn]).toEqual({
        desks: [
          { value: 'a', primary: false, floor: 2 },
          { value: 'b', primary: true },
        ],
        contract: { hours: 20 },
        grade: 5,
      })
      const cleared = await ok('PATCH', `/Users/${id}`, patch({ op: 'remove', path: acmeUrn }))
      expect(cleared.schemas).not.toContain(acmeUrn)
    })

    it('in groups too, beside their members', async () => {
      const { id } = await user('teammate')
      const told = { [teamUrn]: { costUnit: 'C1', members: ['not', 'people'] }, members: [{ value: id }] }
      const team = await group('Custom team', { schemas: [groupUrn, teamUrn], ...told })
      expect(team).toMatchObject({ [teamUrn]: { costUnit: 'C1', members: ['not', 'people'] } })
      expect(await found(`${teamUrn}:costUnit eq "c1"`, '/Groups')).toEqual(['Custom team'])
      const change = patch({ op: 'add', path: `${teamUrn}:members`, value: ['either'] })
      const changed = await ok('PATCH', `/Groups/${team.id}?attributes=${teamUrn}:members,members`, change)
      expect(changed[teamUrn].members).toEqual(['not', 'people', 'either'])
      expect(changed.members).toHaveLength(1)
    })
  })

  describe('that is required', () => {
    beforeAll(async () => {
      await group('Before')
      await putSchema(door.joinery.api, door.tenant.accountId, {
        id: requiredUrn,
        name: 'Owners of teams',
        resourceType: 'Group',
        required: true,
        attributes: [{ name: 'owner', required: true }, { name: 'stand' }],
      })
    })

    it('[130][260][289] is asked of each group that is made or replaced, and not taken away', async () => {
      const named = (displayName: string, told?: object) => ({
        schemas: [groupUrn],
        displayName,
        ...(told === undefined ? {} : { [requiredUrn]: told }),
      })
      expect((await ok('GET', '/ResourceTypes/Group')).schemaExtensions).toContainEqual({
        schema: requiredUrn,
        required: true,
      })
      expectError(await scim('POST', '/Groups', named('R1')), 400, 'invalidValue')
      expectError(await scim('POST', '/Groups', named('R1', { stand: 's' })), 400, 'invalidValue')
      const { id } = await ok('POST', '/Groups', named('R1', { owner: 'o' }))
      expectError(await scim('PUT', `/Groups/${id}`, named('R1')), 400, 'invalidValue')
      const remove = patch({ op: 'remove', path: `${requiredUrn}:owner` })
      expectError(await scim('PATCH', `/Groups/${id}`, remove), 400, 'mutability')
    })

    it('is not asked of whoever gives up an extension that is not required', async () => {
      const { joinery, tenant } = door
      const schema = { id: 'urn:acme:scim:whole', name: 'Whole', attributes: [{ name: 'a', required: true }] }
      await putSchema(joinery.api, tenant.accountId, schema)
      const { id } = await user('whole', { [schema.id]: { a: '1' } })
      const remove = { op: 'remove', path: `${schema.id}:a` }
      expectError(await scim('PATCH', `/Users/${id}`, patch(remove)), 400, 'mutability')
      expect((await ok('PATCH', `/Users/${id}`, patch({ op: 'remove', path: schema.id }))).schemas).toHaveLength(1)
      await joinery.api.ok('DELETE', `/accounts/${tenant.accountId}/schemas/${schema.id}`)
    })

    it('[130] lets be what was there before, as long as a PATCH leaves the extension alone', async () => {
      const { Resources } = await ok('GET', `/Groups?filter=${encodeURIComponent('displayName eq "Before"')}`)
      const path = `/Groups/${Resources[0].id}`
      expect((await scim('PATCH', path, patch({ op: 'replace', path: 'displayName', value: 'After' }))).status).toBe(
        204,
      )
      const touch = patch({ op: 'add', path: `${requiredUrn}:stand`, value: 's' })
      expectError(await scim('PATCH', path, touch), 400, 'invalidValue')
    })
  })

  it('that requires something keeps nobody active', async () => {
    const { joinery, tenant } = door
    const schema = {
      id: 'urn:acme:scim:leave',
      name: 'Leave',
      required: true,
      attributes: [{ name: 'a', required: true }],
    }
    const { id, userName } = await user('leaver')
    await putSchema(joinery.api, tenant.accountId, schema)
    expectError(await scim('PUT', `/Users/${id}`, { userName, active: true }), 400, 'invalidValue')
    expect((await scim('PUT', `/Users/${id}`, { userName, active: false })).status).toBe(200)
    await joinery.api.ok('DELETE', `/accounts/${tenant.accountId}/schemas/${schema.id}`)
  })
})
