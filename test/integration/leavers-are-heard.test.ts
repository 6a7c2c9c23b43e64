import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTenant, eventually, type Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { aUser, expectError, messages } from '../support/door.ts'
import { patch } from '../support/idp.ts'
import { putSchema } from '../support/schemas.ts'
import { proveDomain, startSignInJoinery, type SignInJoinery } from '../support/sign-in.ts'

const urn = 'urn:acme:scim:schemas:2.0:User'
const other = 'urn:acme:scim:gone'
const badgeOf = (value: unknown) => ({ [urn]: { badge: value } })
const leave = { op: 'replace', path: 'active', value: false }

/** An account's own policy is its administrators' to set; that somebody is gone is the directory's to say. */
describeOnBoth('a directory that says somebody is gone is heard', (database) => {
  let joinery: SignInJoinery
  let tenant: Tenant
  let path: string
  let userName: string
  let serial = 0
  const scim: Tenant['scim'] = (...request) => tenant.scim(...request)
  const schema = (...attributes: object[]) =>
    putSchema(joinery.api, tenant.accountId, { id: urn, name: 'Acme', attributes })
  const person = async (more: object = {}): Promise<any> => {
    const { status, body } = await scim('POST', '/Users', aUser(`p${(serial += 1)}`, more))
    expect(status).toBe(201)
    return body
  }
  const read = async () => (await scim('GET', path)).body
  const memberNamed = async (name: string): Promise<any> =>
    (await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=${encodeURIComponent(name)}`)).items[0]
  const repaired = async (operation: string): Promise<string[]> => {
    const log = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/requests`
    const [entry] = await eventually(
      async () =>
        (await joinery.api.ok('GET', `${log}?limit=500`)).items.filter((each: any) => each.operation === operation),
      (found) => found.length > 0,
    )
    return (await joinery.api.ok('GET', `${log}/${entry.id}`)).repaired
  }
  const bulk = async (method: string, data: object) => {
    const message = { schemas: [`${messages}:BulkRequest`], Operations: [{ method, path, data }] }
    return (await scim('POST', '/Bulk', message)).body.Operations[0]
  }

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, workers: false })
  })
  beforeEach(async () => {
    tenant = await createTenant(joinery.api, 'generic')
    await schema({ name: 'badge', type: 'integer' }, { name: 'tags', multiValued: true })
    const user = await person(badgeOf(7))
    path = `/Users/${user.id}`
    userName = user.userName
  })
  afterAll(() => joinery.close())

  const isOut = async (kept: unknown) => {
    expect(await read()).toMatchObject({ active: false, [urn]: kept })
    expect((await memberNamed(userName)).status).toBe('suspended')
  }
  const put = (active: unknown, more: object = {}, headers?: Record<string, string>) =>
    scim('PUT', path, { userName, active, ...more }, headers)
  const change = (...operations: object[]) => scim('PATCH', path, patch(...operations))
  const set = (at: string, value: unknown) => ({ op: 'replace', path: at, value })

  describe('with a value that does not fit', () => {
    it.each([false, 'False'])(
      'by PUT with active: %j; the former value stays, and the log tells of it',
      async (active) => {
        const operation = `put-${database}-${String(active)}-${(serial += 1)}`
        expect((await put(active, { title: 'Dr', ...badgeOf('x7') }, { 'X-Request-Id': operation })).status).toBe(200)
        await isOut({ badge: 7 })
        expect((await read()).title).toBe('Dr')
        expect(await repaired(operation)).toContainEqual(
          `left as it was, since the person is gone: ${urn}.badge: a number is due`,
        )
      },
    )

    it.each<[string, object[]]>([
      ['one operation', [{ op: 'replace', value: { active: false, ...badgeOf('x7') } }]],
      ['one that comes first', [set(`${urn}:badge`, 'x7'), leave]],
      ['one that comes after', [leave, set(`${urn}:badge`, 'x7')]],
      ['the whole extension', [set(urn, { badge: 'x7' }), leave]],
      ['a text for the extension', [set(urn, 'x7'), leave]],
      ['a path that does not fit', [set(`${urn}:badge[type eq "a"].value`, 'x'), leave]],
      ['a name of a schema that is no more', [set(`${other}:badge`, 'x'), set('colour', 'x'), leave]],
    ])('by PATCH, in %s', async (_, operations) => {
      expect((await change(...operations)).status).toBe(200)
      await isOut({ badge: 7 })
    })

    it('by Bulk', async () => {
      expect((await bulk('PUT', { userName, active: false, ...badgeOf('x7') })).status).toBe('200')
      await isOut({ badge: 7 })
      await put(true, badgeOf(7))
      expect((await bulk('PATCH', patch(set(`${urn}:badge`, 'x7'), leave))).status).toBe('200')
      await isOut({ badge: 7 })
    })

    it('by POST, with what fits', async () => {
      const { body, status } = await scim(
        'POST',
        '/Users',
        aUser('new', { active: false, [urn]: { badge: 'x', tags: ['a'] } }),
      )
      expect([status, body.active, body[urn]]).toEqual([201, false, { tags: ['a'] }])
    })

    it('that is immutable, readOnly or required', async () => {
      const kinds = [
        { name: 'badge', type: 'integer', mutability: 'immutable' },
        { name: 'tags', multiValued: true, mutability: 'readOnly' },
        { name: 'unit', required: true },
      ]
      await schema(...kinds)
      expect((await put(false, badgeOf(8))).status).toBe(200)
      await isOut({ badge: 7 })
      await put(true, { [urn]: { badge: 7, unit: 'u' } })
      expect(
        (await change(set(`${urn}:badge`, 8), set(`${urn}:tags`, ['x']), { op: 'remove', path: `${urn}:unit` }, leave))
          .status,
      ).toBe(200)
      await isOut({ badge: 7, unit: 'u' })
    })

    it('and who stays, or comes back, is asked as ever', async () => {
      expectError(await put(true, badgeOf('x7')), 400, 'invalidValue')
      expectError(await put(undefined, badgeOf('x7')), 400, 'invalidValue')
      expectError(await change(set(`${urn}:badge`, 'x7')), 400, 'invalidValue')
      expectError(await change(set(`${other}:badge`, 'x')), 400, 'invalidPath')
      expectError(await change(leave, set(`${urn}:badge`, 'x7'), set('active', true)), 400, 'invalidValue')
      expect((await put(false, badgeOf('x7'))).status).toBe(200)
      expectError(await put(true, badgeOf('x7')), 400, 'invalidValue')
      expectError(await put(undefined, badgeOf('x7')), 400, 'invalidValue')
      expectError(await change(set(`${urn}:badge`, 'x7')), 400, 'invalidValue')
      expectError(await change(set('active', true), set(`${urn}:badge`, 'x7')), 400, 'invalidValue')
      await isOut({ badge: 7 })
      expect((await change(set('active', true))).body).toMatchObject({ active: true, ...badgeOf(7) })
    })

    it('but not with a message that is none, nor with what RFC 7643 does not let be', async () => {
      expectError(await change({ op: 'wish', path: 'active', value: false }), 400, 'invalidSyntax')
      expectError(await change(leave, set('name.givenName', true)), 400, 'invalidValue')
      expectError(await change(leave, set('name.colour', 'x')), 400, 'invalidPath')
      expectError(await put(false, { userName: '' }), 400, 'invalidValue')
      expect(await read()).toMatchObject({ active: true })
    })
  })

  describe('with a unique value that another has', () => {
    beforeEach(async () => {
      await schema({ name: 'badge', type: 'integer', uniqueness: 'server' }, { name: 'locker', uniqueness: 'server' })
      await person({ [urn]: { badge: 8, locker: 'L8' } })
    })

    it.each<[string, () => Promise<{ status: unknown }>]>([
      ['PUT', () => put(false, { [urn]: { badge: 8, locker: 'L8' } })],
      ['PATCH', () => change(set(`${urn}:badge`, 8), set(`${urn}:locker`, 'l8'), leave)],
    ])('by %s; his own stays', async (_, ask) => {
      expect((await ask()).status).toBe(200)
      await isOut({ badge: 7 })
      expect((await read())[urn]).toEqual({ badge: 7 })
      // It is his still: nobody else gets it.
      expectError(await scim('POST', '/Users', aUser('third', badgeOf(7))), 409, 'uniqueness')
      expectError(await put(true, badgeOf(8)), 409, 'uniqueness')
    })

    it('by Bulk and by POST, told in the log', async () => {
      expect((await bulk('PUT', { userName, active: false, ...badgeOf(8) })).status).toBe('200')
      await isOut({ badge: 7 })
      const operation = `post-${database}-${(serial += 1)}`
      const fresh = aUser('third', { active: false, ...badgeOf(8) })
      const { status, body } = await scim('POST', '/Users', fresh, { 'X-Request-Id': operation })
      expect([status, body[urn]]).toEqual([201, undefined])
      expect((await repaired(operation)).join()).toContain(`${urn}:badge: another user of this connection has`)
    })
  })

  describe('whatever has become of his address', () => {
    const domain = 'cox.com'
    beforeEach(async () => {
      await proveDomain(joinery, tenant.accountId, domain)
      const user = (await scim('POST', '/Users', { userName: `jo@${domain}` })).body
      path = `/Users/${user.id}`
      userName = user.userName
    })
    afterEach(() => joinery.breakable.run((db) => db('account_domains').delete()))

    it('after his domain was given up, by PATCH and PUT; he comes back when it is proved again', async () => {
      await joinery.api.ok('DELETE', `/accounts/${tenant.accountId}/domains/${domain}`)
      expect((await change(leave)).status).toBe(200)
      expect(await read()).toMatchObject({ active: false, userName })
      expect(await memberNamed(userName)).toMatchObject({ status: 'suspended', email: null })
      expect((await put(false, { title: 'Dr' })).status).toBe(200)
      const back = await change(set('active', true))
      expect([back.status, back.body.detail]).toEqual([400, expect.stringContaining('soft_tier_unverified')])
      expect((await put(true)).status).toBe(400)
      await proveDomain(joinery, tenant.accountId, domain)
      expect((await change(set('active', true))).body).toMatchObject({ active: true, userName })
      expect(await memberNamed(userName)).toMatchObject({ status: 'active', email: userName })
    })

    it('under a strict policy, and with a personal address, which reaches nobody', async () => {
      const connection = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`
      const personal = [{ value: 'jo@gmail.com', type: 'home' }]
      expect((await put(true, { emails: personal })).status).toBe(200)
      await joinery.api.ok('PATCH', connection, { emailPolicy: 'strict' })
      expectError(await put(true, { title: 'x', emails: personal }), 400, 'invalidValue')
      expect((await put(false, { emails: [{ value: 'jo@gmail.com', type: 'work', primary: true }] })).status).toBe(200)
      expect(await memberNamed(userName)).toMatchObject({ status: 'suspended', email: userName })
      expectError(await change(set('active', true)), 400, 'invalidValue')
    })
  })
})
