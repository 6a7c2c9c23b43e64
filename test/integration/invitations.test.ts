import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Session } from '../../src/adapters/db/session.ts'
import { createTenant, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { aHolder, anIdentity, as, mailedToken, rolesOf, signIn } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'

const dayMs = 86_400_000
const publicUrl = 'https://joinery.example'

describeOnBoth('invitations', (database) => {
  let joinery: Joinery
  let elsewhere: Tenant
  let accountId: string
  let reads: Session
  let count = 0
  const clock = createClock()
  const app = () => joinery.runtime.app
  const url = () => `/accounts/${accountId}/invitations`
  const address = (): string => `p${(count += 1)}@corp.example`
  const account = async (catalog = 'plivo', more: object = {}): Promise<string> =>
    (await app().createAccount(operator, { name: 'Acme', catalog, ...more })).id
  const invite = (email: string, told: object = {}) =>
    joinery.api.call('POST', url(), { email, roles: ['developer'], ...told })
  const invited = async (email: string, told: object = {}): Promise<{ id: string; token: string }> => {
    const { status, body } = await invite(email, told)
    expect(status).toBe(201)
    return { id: body.id as string, token: await mailedToken(joinery.api, accountId, body.id as string) }
  }
  const shown = (id: string): Promise<any> => joinery.api.ok('GET', `${url()}/${id}`)
  const identity = (email: string, told: object = {}) => anIdentity(elsewhere.connectionId, email, told)
  const accept = (token: string, who: ReturnType<typeof identity>) =>
    app().acceptInvitation(signIn, { token, identity: who })
  /** The inviter knew the issuer, so that nobody has to confirm. */
  const known = { issuer: 'https://login.corp.example' }
  const join = async (email: string, who = identity(email)): Promise<string> => {
    const result = await accept((await invited(email, known)).token, who)
    if (result.kind !== 'joined') throw new Error(`waits: ${result.doubts.join()}`)
    return result.memberId
  }

  beforeAll(async () => {
    const env = { INVITATIONS_PER_DAY: '0' }
    const wrapDatabase = (opened: Database): Database => ((reads = opened.reads), opened)
    joinery = await startJoinery({ database, clock, env, wrapDatabase })
    elsewhere = await createTenant(joinery.api)
  })
  beforeEach(async () => {
    accountId = await account()
  })
  afterAll(() => joinery.close())

  describe('plivo-3: inviting by e-mail with one role', () => {
    it('mails a link that nothing else tells, and stays pending until it is accepted', async () => {
      const email = address()
      const { id, token } = await invited(email, known)
      expect(token).toMatch(/^inv_[0-9a-f-]{36}_[0-9A-Za-z]{43}$/)
      expect(await shown(id)).toMatchObject({ email, roles: ['developer'], state: 'pending', mail: { state: 'sent' } })
      expect(JSON.stringify(await shown(id))).not.toContain(token.slice(-43))
      const stored = await joinery.runtime.app.openInvitation(signIn, { token })
      expect(stored).toMatchObject({ accountName: 'Acme', email, roles: ['Developer'], state: 'pending' })
      expect(await shown(id)).toMatchObject({ state: 'pending' }) // looking at it spends nothing

      const result = await accept(token, identity(email))
      expect(result).toMatchObject({ kind: 'joined', accountId })
      const memberId = (result as { memberId: string }).memberId
      expect(await shown(id)).toMatchObject({ state: 'accepted', member: memberId })
      expect(await rolesOf(joinery, accountId, memberId)).toEqual(['developer'])
    })

    it('asks one role of whom holds one, and only what is handed out', async () => {
      expect(await invite(address(), { roles: ['developer', 'support'] })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'roles', message: expect.stringContaining('one role') as string }] },
      })
      expect((await invite(address(), { roles: ['owner'] })).body).toMatchObject({ rule: 'role_not_assignable' })
      expect((await invite(address(), { roles: ['wizard'] })).status).toBe(400)
      expect((await invite(address(), { roles: [] })).status).toBe(400)
    })

    it('is resent under a new link, and the old one is dead', async () => {
      const email = address()
      const { id, token } = await invited(email, known)
      await joinery.api.ok('POST', `${url()}/${id}/resend`, {})
      const second = await mailedToken(joinery.api, accountId, id)
      expect(second).not.toBe(token)
      await expect(accept(token, identity(email))).rejects.toMatchObject({ code: 'not_found', rule: 'invitation_dead' })
      await expect(app().openInvitation(signIn, { token })).rejects.toMatchObject({ code: 'not_found' })
      expect(await accept(second, identity(email))).toMatchObject({ kind: 'joined' })
      expect((await joinery.api.call('POST', `${url()}/${id}/resend`, {})).status).toBe(409)
    })

    it('expires, is sent again, and leaves room for a new one', async () => {
      const email = address()
      const { id, token } = await invited(email, known)
      clock.advance(7 * dayMs)
      expect(await shown(id)).toMatchObject({ state: 'expired' })
      await expect(accept(token, identity(email))).rejects.toMatchObject({ code: 'not_found' })
      await joinery.api.ok('POST', `${url()}/${id}/resend`, {})
      expect(await shown(id)).toMatchObject({ state: 'pending' })
      expect((await invite(email)).body).toMatchObject({ status: 409, rule: 'invited_already' })
      clock.advance(7 * dayMs)
      const anew = await invite(email)
      expect(anew.status).toBe(201)
      expect((await joinery.api.call('POST', `${url()}/${id}/resend`, {})).status).toBe(409)
      const { items } = await joinery.api.ok('GET', `${url()}?state=expired`)
      expect(items.map((each: any) => each.id)).toEqual([id])
    })

    it('is revoked: its link is dead, and a mail that waits is not sent', async () => {
      const { id, token } = await invited(address(), known)
      for (let twice = 0; twice < 2; twice += 1)
        expect((await joinery.api.call('DELETE', `${url()}/${id}`)).status).toBe(204)
      expect(await shown(id)).toMatchObject({ state: 'revoked' })
      await expect(accept(token, identity(address()))).rejects.toMatchObject({ rule: 'invitation_dead' })
      expect((await joinery.api.call('POST', `${url()}/${id}/resend`, {})).status).toBe(409)
    })

    it('answers a wrong secret, an unknown id and a text that is no link alike', async () => {
      const { token } = await invited(address())
      const wrong = [`${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`, token.replace(/_.*_/, '_0-0_'), 'x', '']
      const answers = await Promise.all(
        wrong.map((text) => accept(text, identity(address())).catch((error: Error) => error.message)),
      )
      expect(new Set(answers).size).toBe(1)
    })

    it('keeps the secret as a hash alone', async () => {
      const { id, token } = await invited(address())
      const [row] = await joinery.runtime.app
        .listInvitations(operator, { accountId, limit: 10, after: undefined })
        .then(({ items }) => items.filter((each) => each.id === id))
      expect(row?.secretHash).toBe(createHash('sha256').update(token.slice(-43)).digest('hex'))
    })
  })

  describe('plivo-4: invitation to a personal address is refused', () => {
    it.each(['jane@gmail.com', 'jane@outlook.com', 'jane@GMail.com', 'jane@mailinator.com', 'no address'])(
      '%s, with the reason',
      async (email) => {
        const { status, body } = await invite(email)
        expect({ status, rule: body.rule as string }).toMatchObject({ rule: expect.any(String) as string })
        expect([400, 422]).toContain(status)
        expect((await joinery.api.ok('GET', url())).items).toEqual([])
      },
    )

    it('and so is whoever signs in by one, whatever the link says', async () => {
      const email = address()
      const { token, id } = await invited(email, known)
      const personal = identity(email, { claimedEmail: 'jane@gmail.com', provenEmail: null })
      await expect(accept(token, personal)).rejects.toMatchObject({ code: 'policy_violation', rule: 'personal_domain' })
      expect(await shown(id)).toMatchObject({ state: 'pending', claim: null })
    })
  })

  describe('an acceptance', () => {
    it.each([
      ['an address that is only claimed', { provenEmail: null }, known, ['address_not_proven']],
      ['another proven address', { provenEmail: 'eve@corp.example' }, known, ['other_address']],
      ['another issuer than was named', { issuer: 'https://evil.example' }, known, ['other_issuer']],
      ['an issuer that nobody named', {}, {}, ['issuer_not_named']],
    ])('waits with %s, and gives nothing until it is confirmed', async (_what, told, invitation, doubts) => {
      const email = address()
      const { id, token } = await invited(email, invitation)
      const who = identity(email, told)
      expect(await accept(token, who)).toMatchObject({ kind: 'waits', doubts })
      expect((await joinery.api.ok('GET', `/accounts/${accountId}/members`)).items).toEqual([])
      const { claim, state } = await shown(id)
      expect(state).toBe('awaiting_confirmation')
      expect(claim).toMatchObject({ issuer: who.issuer, subject: who.subject, claimedEmail: email, doubts })
      const confirm = (body: object) => joinery.api.call('POST', `${url()}/${id}/confirm`, body)
      expect((await confirm({ issuer: who.issuer, subject: 'another' })).status).toBe(412)
      const { status, body } = await confirm({ issuer: who.issuer, subject: who.subject })
      expect({ status, state: body.state as string }).toEqual({ status: 200, state: 'accepted' })
      expect(await rolesOf(joinery, accountId, body.member as string)).toEqual(['developer'])
      const member = await joinery.api.ok('GET', `/accounts/${accountId}/members/${body.member}`)
      expect(member.email).toBe(who.provenEmail ?? email)
      expect((await confirm({ issuer: who.issuer, subject: who.subject })).status).toBe(409)
    })

    it('is answered alike when it is asked again, and taken from nobody else', async () => {
      const email = address()
      const { token } = await invited(email, known)
      const first = await accept(token, identity(email))
      expect(await accept(token, identity(email))).toEqual(first)
      await expect(accept(token, identity(email, { subject: 'thief' }))).rejects.toMatchObject({ code: 'conflict' })
      const waiting = await invited(address())
      await accept(waiting.token, identity(email))
      await expect(accept(waiting.token, identity(email, { subject: 'thief' }))).rejects.toMatchObject({
        code: 'conflict',
      })
    })

    it('is one, however many come at once', async () => {
      const email = address()
      const { token } = await invited(email, known)
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => accept(token, identity(email, { subject: `s${index % 2}` }))),
      )
      const joined = results.filter(({ status }) => status === 'fulfilled')
      expect(joined).toHaveLength(5)
      expect((await joinery.api.ok('GET', `/accounts/${accountId}/members`)).items).toHaveLength(1)
    })

    it('that waits is declined by revoking, and then its link is dead', async () => {
      const { id, token } = await invited(address())
      const who = identity(address())
      await accept(token, who)
      await joinery.api.ok('DELETE', `${url()}/${id}`)
      await expect(accept(token, who)).rejects.toMatchObject({ rule: 'invitation_dead' })
      expect(
        (await joinery.api.call('POST', `${url()}/${id}/confirm`, { issuer: who.issuer, subject: who.subject })).status,
      ).toBe(409)
    })

    it('is refused to whoever is suspended, here or where he comes from', async () => {
      const email = address()
      const memberId = await join(email)
      await app().suspendMember(operator, { accountId, memberId, suspended: true })
      const home = accountId
      accountId = await account()
      const { token } = await invited(email, known)
      await expect(accept(token, identity(email))).rejects.toMatchObject({ rule: 'suspended' })
      expect((await joinery.api.ok('GET', `/accounts/${accountId}/members`)).items).toEqual([])
      await app().suspendMember(operator, { accountId: home, memberId, suspended: false })
      expect(await accept(token, identity(email))).toMatchObject({ kind: 'joined' })
    })

    it('is refused while the account is suspended', async () => {
      const email = address()
      const { token } = await invited(email, known)
      await app().suspendAccount(operator, { accountId, suspended: true })
      await expect(accept(token, identity(email))).rejects.toMatchObject({ rule: 'account_suspended' })
      expect((await invite(address())).body).toMatchObject({ rule: 'account_suspended' })
    })

    it('leaves lines in the audit log: invited, waiting, confirmed', async () => {
      const { id, token } = await invited(address())
      const who = identity(address())
      await accept(token, who)
      const { member } = await joinery.api.ok('POST', `${url()}/${id}/confirm`, {
        issuer: who.issuer,
        subject: who.subject,
      })
      type Line = { action: string; target: string; after: string | null }
      const lines = await reads.rows<Line>(reads.db('audit_events').where({ account_id: accountId }).orderBy('id'))
      const ofIt = lines.filter((line) => line.target === id).map(({ action }) => action)
      expect(ofIt).toEqual(['invitation.created', 'invitation.waits', 'invitation.confirmed'])
      expect(lines).toContainEqual(expect.objectContaining({ action: 'member.created', target: member as string }))
      expect(JSON.stringify(lines)).not.toContain('@corp.example') // addresses lie beside the log
    })
  })

  describe('where a directory owns the people of an account', () => {
    it('inviting is refused with the way to go instead', async () => {
      const tenant = await createTenant(joinery.api)
      accountId = tenant.accountId
      const { status, body } = await invite(address())
      expect({ status, rule: body.rule as string }).toEqual({ status: 422, rule: 'directory_owns_people' })
      expect(body.detail).toContain('its directory "okta"')
    })

    it('so is accepting, where the directory came after the invitation', async () => {
      const email = address()
      const { token } = await invited(email, known)
      await joinery.api.ok('POST', `/accounts/${accountId}/connections`, { name: 'okta', kind: 'okta' })
      await expect(accept(token, identity(email))).rejects.toMatchObject({ rule: 'directory_owns_people' })
    })
  })

  describe('studio-7: roles inside one’s purview, and people who have an account elsewhere', () => {
    it('a member of one account becomes a member of another too, under the same sign-in', async () => {
      const email = address()
      const first = { accountId, memberId: await join(email) }
      accountId = await account()
      const second = { accountId, memberId: await join(email) }
      expect(second.memberId).not.toBe(first.memberId)
      expect(await rolesOf(joinery, first.accountId, first.memberId)).toEqual(['developer'])
      expect(await rolesOf(joinery, second.accountId, second.memberId)).toEqual(['developer'])
    })

    it('an administrator invites in his own account and below, never beside or above', async () => {
      const provider = await account('studio', { level: 'service-provider' })
      const below = await account('studio', { parentId: provider })
      const beside = await account('studio', { level: 'service-provider' })
      const admin = as(await aHolder(joinery, below, address(), 'ac_admin'))
      const inviteTo = (where: string) =>
        app().invite(admin, { accountId: where, email: address(), roles: ['ac_rw'], publicUrl })
      expect(await inviteTo(below)).toMatchObject({ state: 'pending', roles: ['ac_rw'] })
      for (const where of [provider, beside]) await expect(inviteTo(where)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('nobody invites to a role that he may not hand out, or confirms one', async () => {
      const support = as(await aHolder(joinery, accountId, address(), 'support'))
      const wanted = { accountId, email: address(), roles: ['developer'], publicUrl }
      await expect(app().invite(support, wanted)).rejects.toMatchObject({ code: 'forbidden' })
    })
  })

  it('plivo-8: only an account whose plan has role management invites, and the flag is named', async () => {
    const wanted = () => ({ accountId, email: address(), roles: ['developer'], publicUrl })
    const admin = as(await aHolder(joinery, accountId, address(), 'admin'))
    await expect(app().invite(admin, wanted())).rejects.toMatchObject({
      rule: 'not_entitled',
      message: expect.stringContaining('role-management') as string,
    })
    accountId = await account('plivo', { entitlements: ['role-management'] })
    const entitled = as(await aHolder(joinery, accountId, address(), 'admin'))
    expect(await app().invite(entitled, wanted())).toMatchObject({ state: 'pending' })
  })

  it('of an inviter who has gone waits for somebody else', async () => {
    accountId = await account('plivo', { entitlements: ['role-management'] })
    const inviter = await aHolder(joinery, accountId, address(), 'admin')
    const email = address()
    const made = await app().invite(as(inviter), { accountId, email, roles: ['developer'], ...known, publicUrl })
    const token = await mailedToken(joinery.api, accountId, made.id)
    await app().suspendMember(operator, { ...inviter, suspended: true })
    expect(await accept(token, identity(email))).toMatchObject({ kind: 'waits', doubts: ['inviter_may_not'] })
  })

  it('nobody confirms himself', async () => {
    accountId = await account('plivo', { entitlements: ['role-management'] })
    const email = address()
    const memberId = await join(email)
    await app().assignRole(operator, { accountId, memberId, role: 'admin' })
    const { id, token } = await invited(address(), { roles: ['admin'] })
    const who = identity(email)
    await rolesOf(joinery, accountId, memberId)
    await accept(token, who)
    const confirm = { accountId, invitationId: id, issuer: who.issuer, subject: who.subject }
    await expect(app().confirmInvitation(as({ accountId, memberId }), confirm)).rejects.toMatchObject({
      rule: 'own_standing',
    })
  })

  it('for a member without a sign-in gives him one; a member with one is not invited again', async () => {
    const email = address()
    const { id: memberId } = await app().addMember(operator, { accountId, userName: email, email })
    expect(await join(email)).toBe(memberId)
    expect((await invite(email)).body).toMatchObject({ status: 409, rule: 'member_already' })
  })

  it('are of one account: another’s id is not found', async () => {
    const { id } = await invited(address())
    accountId = await account()
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/resend'],
    ] as const)
      expect((await joinery.api.call(method, `${url()}/${id}${path}`, method === 'POST' ? {} : undefined)).status).toBe(
        404,
      )
  })
})

describeOnBoth('the limit of invitations', (database) => {
  it('holds for each account and day, says when to go on, and counts what is resent', async () => {
    const clock = createClock()
    const joinery = await startJoinery({ database, clock, workers: false, env: { INVITATIONS_PER_DAY: '3' } })
    const { id } = await joinery.api.ok('POST', '/accounts', { name: 'Acme', catalog: 'plivo' })
    const url = `/accounts/${id}/invitations`
    const invite = (name: string) =>
      joinery.api.call('POST', url, { email: `${name}@corp.example`, roles: ['developer'] })
    const first = await invite('a')
    clock.advance(60 * 60_000)
    await joinery.api.ok('POST', `${url}/${first.body.id}/resend`, {})
    expect((await invite('b')).status).toBe(201)
    const { status, body, headers } = await invite('c')
    expect({ status, rule: body.rule as string }).toEqual({ status: 429, rule: 'invitation_limit' })
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(22 * 3600)
    clock.advance(23 * 60 * 60_000)
    expect((await invite('c')).status).toBe(201)
    expect((await invite('d')).status).toBe(429)
    await joinery.close()
  })
})
