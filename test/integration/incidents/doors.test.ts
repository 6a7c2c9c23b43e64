import type * as ManageIdentities from '../../../src/application/sign-in/manage-identities.ts'
import type * as SignIn from '../../../src/domain/sign-in.ts'
import type * as Sessions from '../../../src/http/sessions.ts'
import type { SignedIn } from '../../../src/application/sessions/read-session.ts'
import { createApi } from '../../support/api.ts'
import { cookieOf, createBrowser } from '../../support/browser.ts'
import { forgeTokens } from '../../support/forged-tokens.ts'
import { playIncidents, worseModule, type Stage } from '../../support/incident.ts'
import { person, push, sessionOf, signIn, type Company } from '../../support/sign-in.ts'
import { forgettingLinks, takingAnything } from '../../support/weakened.ts'

/** A company whose sign-in makes people, in a domain that it has proved. */
async function making({ company, prove }: Stage): Promise<Company> {
  const made = await company({ people: [person('yes')], settings: { authority: 'jit', defaultRole: 'developer' } })
  await prove(made.accountId, 'corp.example')
  return made
}

async function emails({ joinery }: Stage, { accountId }: Company): Promise<string[]> {
  const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/members`)
  return (items as { email: string }[]).map(({ email }) => email).sort()
}

const readingClaims = (worse: (claims: SignIn.Claims, told: Readonly<Record<string, unknown>>) => object) =>
  worseModule<typeof SignIn>('domain/sign-in.ts', ({ readClaims }) => ({
    readClaims(told, pair) {
      const claims = readClaims(told, pair)
      return claims && { ...claims, ...worse(claims, told) }
    },
  }))

const unverified = [undefined, null, false, 'true', 'True', 1, '1', {}, [true], { value: true }]
const browsers = 8

/** Whom a header names is signed in. */
const believingHeaders = () =>
  worseModule<typeof Sessions>('http/sessions.ts', ({ signedInOf }) => ({
    signedInOf(request) {
      const id = request.get('X-Joinery-Member')
      if (id === undefined) return signedInOf(request)
      const session = { identity: null, incarnation: 1, startedAt: 0, endsAt: 0 }
      const who = { session, member: { id }, account: { id: 'any' }, roles: [], access: new Map(), expiresAt: 9e12 }
      return who as unknown as SignedIn
    },
  }))

/** An identity is whose one says last. */
const movingIdentities = () =>
  worseModule<typeof ManageIdentities>('application/sign-in/manage-identities.ts', () => ({
    listIdentity: ({ unitOfWork, newId, clock }, _op, { accountId, memberId, connectionId, subject }) =>
      unitOfWork(async (tx) => {
        const [former] = await tx.identityLinks.ofIdentity(connectionId, subject)
        const now = clock.now()
        if (former !== undefined) await tx.identityLinks.end(former.id, now)
        const place = { id: newId(), accountId, memberId, incarnation: 1, connectionId, subject }
        const rest = { issuer: former?.issuer ?? '', objectId: null, createdAt: now, lastUsedAt: null, endedAt: null }
        await tx.identityLinks.insert({ ...place, ...rest })
        return { ...place, ...rest }
      }),
  }))

playIncidents('incidents at the doors', [
  {
    id: 'CVE-2026-9092',
    holds: 'an address that is not said to be verified, by a boolean, creates nobody',
    play: async (stage) => {
      const company = await making(stage)
      for (const [index, email_verified] of unverified.entries()) {
        company.idp.people.set(`00uv${index}`, person(`v${index}`, { email_verified }))
        await signIn(company, `v${index}`)
      }
      await signIn(company, 'yes')
      return emails(stage, company)
    },
    held: ['yes@corp.example'],
    weakened: {
      by: () => readingClaims((_, told) => ({ emailVerified: Boolean(told.email_verified) })),
      seen: [...[3, 4, 5, 6, 7, 8, 9].map((index) => `v${index}@corp.example`), 'yes@corp.example'],
    },
  },
  {
    id: 'CVE-2026-14781',
    holds: 'that one token calls an address verified says nothing of another place’s address',
    play: async (stage) => {
      const company = await making(stage)
      // The token calls something verified and names no address; the userinfo endpoint would name one.
      forgeTokens(company.idp, company.key, { change: ({ claims }) => delete claims.email })
      const { status } = await signIn(company, 'yes')
      const asked = company.idp.seen.some((line) => line.endsWith(' /me'))
      const made = await emails(stage, company)
      company.idp.intercept = null
      return [status, asked, made, (await signIn(company, 'yes')).status]
    },
    held: [403, false, [], 200],
    weakened: {
      by: () => readingClaims(({ email }) => ({ email: email ?? 'yes@corp.example' })),
      seen: [200, false, ['yes@corp.example'], 200],
    },
  },
  {
    id: 'Passbolt, Cure53 2026',
    holds: 'one person who signs in for the first time in many browsers at once is one member',
    play: async (stage) => {
      const company = await making(stage)
      company.idp.next.sub = '00uyes'
      const all = Array.from({ length: browsers }, createBrowser)
      const toCallback = (url: string): boolean => url.includes('/auth/callback/')
      const callbacks = await Promise.all(all.map((browser) => browser.follow(company.loginUrl, toCallback)))
      const back = callbacks.map(({ location }, index) => (all[index] ?? createBrowser()).follow(location ?? ''))
      const statuses = new Set((await Promise.all(back)).map(({ status }) => status))
      return [[...statuses], (await emails(stage, company)).length]
    },
    held: [[200], 1],
    weakened: { by: forgettingLinks, seen: [[200], browsers] },
  },
  {
    id: 'CVE-2026-30823',
    holds: 'nobody sets a sign-in who may not, by whatever opens another door',
    play: async (stage) => {
      const company = await making(stage)
      const { api, url } = stage.joinery
      const ann = createBrowser()
      await signIn(company, 'yes', ann)
      const { issuer } = company.idp
      const body = { issuer, clientId: 'joinery', clientSecret: 'evil', authority: 'jit', defaultRole: 'developer' }
      const put = async (token: string | null, headers = {}): Promise<number> =>
        (await createApi(url, token).call('PUT', company.oidcPath, body, headers)).status
      const byToken = [await put(''), await put(company.token), await put('null')]
      const Cookie = cookieOf(ann, url)
      const byCookie = [
        await put(null, { Cookie, 'Sec-Fetch-Site': 'cross-site' }),
        await put(null, { Cookie, 'Sec-Fetch-Site': 'same-origin' }),
      ]
      const lines = await api.ok('GET', `/accounts/${company.accountId}/audit?action=sign_in.configured`)
      return [byToken, byCookie, lines.items.length]
    },
    held: [[401, 401, 401], [403, 403], 1], // prettier-ignore
    weakened: { by: takingAnything, seen: [[200, 200, 200], [200, 200], 6] }, // prettier-ignore
  },
  {
    id: 'CVE-2026-30820',
    holds: 'no header says who somebody is',
    play: async (stage) => {
      const company = await making(stage)
      const { url } = stage.joinery
      const ann = createBrowser()
      await signIn(company, 'yes', ann)
      const { member } = (await sessionOf(stage.joinery, ann)).body
      const names = ['X-Joinery-Token', 'X-Joinery-Member', 'X-Forwarded-User', 'X-Auth-Request-User', 'Remote-User']
      const internal = ['X-Internal', 'X-Request-From', 'X-Original-Url', 'X-Forwarded-For', 'X-Real-Ip']
      const headers = Object.fromEntries([
        ...names.map((name) => [name, member.id as string]),
        ...internal.map((name) => [name, '127.0.0.1']),
      ])
      const stranger = createBrowser()
      const session = await stranger.get(`${url}/auth/session`, headers)
      const token = await stranger.post(`${url}/auth/token`, {}, headers)
      const accounts = await stranger.get(`${url}/api/v1/accounts`, headers)
      return [session.status, token.status, accounts.status]
    },
    held: [401, 401, 401],
    weakened: { by: believingHeaders, seen: [200, 200, 401] },
  },
  {
    id: 'CVE-2026-49443',
    holds: 'whose an identity is cannot be changed, by any way to write',
    play: async ({ joinery: { api, ...joinery }, company: open }) => {
      const company = await open()
      for (const name of ['ann', 'bob']) await push(company, name)
      const memberOf = async (name: string): Promise<string> => {
        const browser = createBrowser()
        await signIn(company, name, browser)
        return (await sessionOf({ api, ...joinery }, browser)).body.member?.id
      }
      const [ann, bob] = [await memberOf('ann'), await memberOf('bob')]
      const base = `/accounts/${company.accountId}/members`
      const [link] = (await api.ok('GET', `${base}/${ann}/identities`)).items
      const told = { member: bob, memberId: bob, user: bob, subject: '00uann', connection: company.connectionId }
      const statuses = new Set<number>()
      for (const method of ['PATCH', 'PUT', 'POST'])
        for (const path of [`${base}/${ann}/identities/${link.id}`, `${base}/${bob}/identities/${link.id}`])
          statuses.add((await api.call(method, path, told)).status)
      // Listing it once more is no way either: this connection is not the platform's.
      const { subject, connection } = told
      const listed = await api.call('POST', `${base}/${bob}/identities`, { subject, connection })
      const others = await api.call('DELETE', `${base}/${bob}/identities/${link.id}`)
      return [[...statuses], listed.status, others.status, (await memberOf('ann')) === ann]
    },
    held: [[404], 400, 404, true],
    weakened: { by: movingIdentities, seen: [[404], 201, 404, false] },
  },
])
