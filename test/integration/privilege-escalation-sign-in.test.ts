import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { createComingBetween } from '../support/coming-between.ts'
import { describeOnBoth } from '../support/databases.ts'
import { signIn } from '../support/invitations.ts'
import { operator } from '../support/joinery.ts'
import { proveDomain, startSignInJoinery, type SignInJoinery } from '../support/sign-in.ts'
import { as, settle } from '../support/signed-in.ts'

const entitlements = ['role-management']
const refOf = ({ accountId, connectionId }: Tenant) => ({ accountId, connectionId })
const client = { clientId: 'joinery', clientSecret: 'x'.repeat(30) }
const jit = { ...client, authority: 'jit', defaultRole: 'support' } as const

/** Whoever may manage the connections of an account is not thereby let into others, nor above those who stand over him. */
describeOnBoth('escalation by connections and sign-ins is refused', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let serial = 0
  const app = () => joinery.runtime.app
  const somebody = () => {
    const name = `s${(serial += 1)}@corp.example`
    return { userName: name, email: name }
  }
  const account = async (): Promise<{ accountId: string; owner: Operation }> => {
    const more = { catalog: 'plivo', entitlements, owner: somebody() }
    const { id, ownerId } = await app().createAccount(operator, { name: 'S', ...more })
    await settle(joinery)
    return { accountId: id, owner: as(ownerId ?? '', id) }
  }
  const join = async (accountId: string, role: string): Promise<Operation & { memberId: string }> => {
    const { id: memberId } = await app().addMember(operator, { accountId, ...somebody() })
    await app().assignRole(operator, { accountId, memberId, role })
    await settle(joinery)
    return { ...as(memberId, accountId), memberId }
  }

  const between = createComingBetween()

  beforeAll(async () => {
    joinery = await startSignInJoinery({
      database,
      clock,
      workers: false,
      wrapPorts: between.wrapPorts,
      env: { SCIM_RATE_LIMIT: '100' },
    })
  })
  afterAll(() => joinery.close())

  describe('at a connection whose sign-in is the platform’s', () => {
    let accountId: string
    let admin: Operation
    let staff: Tenant
    let own: Tenant
    beforeAll(async () => {
      accountId = (await account()).accountId
      admin = await join(accountId, 'admin')
      staff = await createConnection(joinery.api, accountId)
      own = await createConnection(joinery.api, accountId)
      const issuer = 'https://staff.example'
      await app().putOidcSettings(operator, { ...refOf(staff), ...client, issuer, platform: true })
    })

    it('of one of its members, by whatever verb: it is the operator’s', async () => {
      const [ref, name, role] = [refOf(staff), 'Mine', 'support']
      const { id: clientId, secrets } = await app().createClient(operator, { ...ref, name })
      const [token] = await app().listTokens(operator, ref)
      const { id: mappingId } = await app().addMapping(operator, { ...ref, group: { name: 'Staff' }, role })
      const plan = (await app().planRetirement(operator, ref)).plan
      const attempts = {
        token: () => app().createToken(admin, ref),
        endOfToken: () => app().revokeToken(admin, { ...ref, tokenId: token?.id ?? '' }),
        client: () => app().createClient(admin, { ...ref, name }),
        endOfClient: () => app().revokeClient(admin, { ...ref, clientId }),
        secret: () => app().addClientSecret(admin, { ...ref, clientId }),
        endOfSecret: () => app().revokeClientSecret(admin, { ...ref, clientId, secretId: secrets[0]?.id ?? '' }),
        change: () => app().changeConnection(admin, { ...ref, name }),
        mapping: () => app().addMapping(admin, { ...ref, group: { name: 'Others' }, role }),
        confirmedMapping: () => app().confirmMapping(admin, { accountId, mappingId }),
        endOfMapping: () => app().removeMapping(admin, { accountId, mappingId }),
        signIn: () => app().putOidcSettings(admin, { ...ref, ...jit, issuer: 'https://evil.example' }),
        endOfSignIn: () => app().removeOidcSettings(admin, ref),
        retirement: () => app().retireConnection(admin, { ...ref, plan }),
      }
      const told = await Promise.all(
        Object.entries(attempts).map(async ([name, attempt]) => [name, await way(attempt)]),
      )
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(Object.keys(attempts).map((name) => [name, 'operator_only'])),
      )
    })

    it('while the other connections of the account stay his', async () => {
      const { id: mappingId } = await app().addMapping(admin, {
        ...refOf(own),
        group: { name: 'Staff' },
        role: 'support',
      })
      await app().removeMapping(admin, { accountId, mappingId })
      await expect(app().createToken(admin, refOf(own))).resolves.toBeDefined()
      await expect(app().createToken(operator, refOf(staff))).resolves.toBeDefined()
    })
  })

  it('of whoever would let his IdP ask for more than the deployment lets each connection', async () => {
    const { accountId, owner } = await account()
    const ref = refOf(await createConnection(joinery.api, accountId))
    const open = { accountId, name: 'Fast', kind: 'okta' } as const
    const refused = {
      rule: 'operator_only',
      message: expect.stringContaining('at most 100 requests a second') as string,
    }
    for (const rateLimit of [
      { perSecond: 0, burst: 0 },
      { perSecond: 101, burst: 300 },
      { perSecond: 50, burst: 301 },
    ]) {
      await expect(app().createConnection(owner, { ...open, rateLimit })).rejects.toMatchObject(refused)
      await expect(app().changeConnection(owner, { ...ref, rateLimit })).rejects.toMatchObject(refused)
      await expect(app().createConnection(operator, { ...open, rateLimit })).resolves.toMatchObject({ rateLimit })
    }
    const rateLimit = { perSecond: 100, burst: 300 }
    await expect(app().createConnection(owner, { ...open, rateLimit })).resolves.toMatchObject({ rateLimit })
    await expect(app().changeConnection(owner, { ...ref, rateLimit })).resolves.toMatchObject({ rateLimit })
    const fast = { perSecond: 500, burst: 1500 }
    await app().changeConnection(operator, { ...ref, rateLimit: fast })
    await expect(app().changeConnection(owner, { ...ref, name: 'F', rateLimit: fast })).resolves.toMatchObject({
      ...{ name: 'F', rateLimit: fast }, // what the operator let it have stays
    })
    await expect(app().changeConnection(owner, { ...ref, rateLimit: null })).resolves.toMatchObject({ rateLimit: null })
  })

  describe('of whoever is out, or has lost his role, by the time that is written which would outlive him', () => {
    let accountId: string
    let ref: { accountId: string; connectionId: string }
    let clientId: string
    let plan: string
    beforeAll(async () => {
      accountId = (await app().createAccount(operator, { ...{ name: 'B', catalog: 'plivo' }, entitlements })).id
      ref = refOf(await createConnection(joinery.api, accountId))
      clientId = (await app().createClient(operator, { ...ref, name: 'Client' })).id
      plan = (await app().planRetirement(operator, ref)).plan
    })
    const verbs: Record<string, (by: Operation) => Promise<unknown>> = {
      createToken: (by) => app().createToken(by, ref),
      createClient: (by) => app().createClient(by, { ...ref, name: 'Mine' }),
      addClientSecret: (by) => app().addClientSecret(by, { ...ref, clientId }),
      changeConnection: (by) => app().changeConnection(by, { ...ref, name: 'Mine' }),
      createConnection: (by) => app().createConnection(by, { accountId, name: 'Mine', kind: 'okta' }),
      putOidcSettings: (by) => app().putOidcSettings(by, { ...ref, ...jit, issuer: 'https://evil.example' }),
      retireConnection: (by) => app().retireConnection(by, { ...ref, plan }),
    }

    it.each(Object.entries(verbs))('%s', async (_name, verb) => {
      const admin = await join(accountId, 'admin')
      const { memberId } = admin
      between.once(() => app().suspendMember(operator, { accountId, memberId, suspended: true }))
      await expect(verb(admin)).rejects.toMatchObject({ rule: 'barred' })
      await app().suspendMember(operator, { accountId, memberId, suspended: false })
      await settle(joinery)
      between.once(() => app().unassignRole(operator, { accountId, memberId, role: 'admin' }))
      await expect(verb(admin)).rejects.toMatchObject({ rule: 'not_allowed' })
    })

    it('by a key that is disabled meanwhile', async () => {
      const { id: keyId } = await app().createAccessKey(operator, { accountId, name: 'K', roles: ['admin'] })
      const key: Operation = { actor: { kind: 'key', keyId, accountId, memberId: null }, id: 'test' }
      await expect(app().createToken(key, ref)).resolves.toBeDefined()
      between.once(() => app().changeAccessKey(operator, { accountId, keyId, disabled: true }))
      await expect(app().createToken(key, ref)).rejects.toMatchObject({ rule: 'barred' })
    })

    it('of a connection that is retired, or becomes the platform’s, meanwhile', async () => {
      const admin = await join(accountId, 'admin')
      const [ended, staff] = [
        await createConnection(joinery.api, accountId),
        await createConnection(joinery.api, accountId),
      ]
      const end = (await app().planRetirement(operator, refOf(ended))).plan
      const retire = () => app().retireConnection(operator, { ...refOf(ended), plan: end })
      between.once(retire)
      await expect(app().createToken(admin, refOf(ended))).rejects.toMatchObject({ rule: 'connection_retired' })
      const issuer = 'https://late.example'
      between.once(() => app().putOidcSettings(operator, { ...refOf(staff), ...client, issuer, platform: true }))
      await expect(app().createClient(admin, { ...refOf(staff), name: 'C' })).rejects.toMatchObject({
        rule: 'operator_only',
      })
    })
  })

  describe('by an IdP of one’s own', () => {
    const above = { rule: 'reaches_above_you' }
    const ours = { ...jit, issuer: 'https://idp.example' }
    const evil = { ...jit, issuer: 'https://evil.example' }
    const set = (op: Operation, to: Tenant, settings: typeof jit & { issuer: string; enabled?: boolean }) =>
      app().putOidcSettings(op, { ...refOf(to), ...settings })
    const realmOf = async (accountId: string) => (await app().findRealm(signIn, accountId))?.connectionId

    it('which everybody of the account would have to come in by, the owner too', async () => {
      const { accountId, owner } = await account()
      const admin = await join(accountId, 'admin')
      const connection = await createConnection(joinery.api, accountId)
      await expect(set(admin, connection, evil)).rejects.toMatchObject(above)
      await set(admin, connection, { ...evil, enabled: false }) // which lets nobody in, and shuts nobody out
      await expect(set(admin, connection, evil)).rejects.toMatchObject(above)
      expect(await realmOf(accountId)).not.toBe(connection.connectionId)
      await expect(set(owner, connection, ours)).resolves.toMatchObject({ enabled: true })
    })

    it('which is put before, or in the place of, that of the account', async () => {
      const { accountId, owner } = await account()
      const admin = await join(accountId, 'admin')
      const older = await createConnection(joinery.api, accountId)
      const real = await createConnection(joinery.api, accountId)
      await set(owner, real, ours)
      await expect(set(admin, older, evil)).rejects.toMatchObject(above)
      await expect(set(admin, real, evil)).rejects.toMatchObject(above)
      await expect(set(admin, real, { ...ours, clientId: 'another' })).rejects.toMatchObject(above)
      await expect(set(admin, real, { ...ours, clientSecret: 'y'.repeat(30) })).resolves.toBeDefined()
      clock.advance(1000)
      await set(owner, older, { ...ours, issuer: 'https://second.example' })
      expect(await realmOf(accountId)).toBe(real.connectionId)
    })

    it('of a member who is above others by what he holds, not by who they are', async () => {
      const { id: accountId } = await app().createAccount(operator, {
        ...{ name: 'Without owner', catalog: 'plivo', entitlements },
      })
      const admin = await join(accountId, 'admin')
      await join(accountId, 'support')
      await expect(set(admin, await createConnection(joinery.api, accountId), ours)).resolves.toBeDefined()
    })

    it('where somebody rises above the asker between the judgement and its transaction', async () => {
      const { id: accountId } = await app().createAccount(operator, {
        ...{ name: 'Without owner', catalog: 'plivo', entitlements },
      })
      const admin = await join(accountId, 'admin')
      const rising = await join(accountId, 'support')
      const connection = await createConnection(joinery.api, accountId)
      between.once(() => app().handOverAccount(operator, { accountId, memberId: rising.memberId }))
      await expect(set(admin, connection, evil)).rejects.toMatchObject(above)
      expect(await realmOf(accountId)).not.toBe(connection.connectionId)
    })

    it('that is another account’s too: none takes the issuer from another', async () => {
      const issuer = 'https://shared.example'
      const byIssuer = async () => (await app().findRealmByIssuer(signIn, issuer))?.connectionId
      const { accountId: first, owner } = await account()
      const { accountId: second, owner: other } = await account()
      const [early, late] = [await createConnection(joinery.api, second), await createConnection(joinery.api, first)]
      await set(owner, late, { ...ours, issuer })
      expect(await byIssuer()).toBe(late.connectionId)
      clock.advance(1000)
      await set(other, early, { ...ours, issuer })
      expect(await byIssuer()).toBe(late.connectionId)
      await proveDomain(joinery, first, 'pending.example', 'pending')
      await proveDomain(joinery, second, 'second.example')
      expect(await byIssuer()).toBe(early.connectionId)
      await proveDomain(joinery, first, 'first.example')
      expect(await byIssuer()).toBe(late.connectionId)
    })
  })
})

/** The rule by which an attempt was refused. */
async function way(attempt: () => Promise<unknown>): Promise<unknown> {
  return attempt().then(
    () => 'went through',
    (error: unknown) => (error as { rule?: string }).rule ?? error,
  )
}
