import type * as RequireMayReach from '../../../src/application/access/require-may-reach.ts'
import type * as Authenticate from '../../../src/http/admin/authenticate.ts'
import { createConnection } from '../../support/api.ts'
import { createBrowser } from '../../support/browser.ts'
import { playIncidents, worseModule } from '../../support/incident.ts'
import { operator } from '../../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../../support/signed-in.ts'
import { person, sessionOf, signIn } from '../../support/sign-in.ts'

/** Whoever may manage connections may bring an IdP, whoever stands above him. */
const bringingAnyIdp = () =>
  worseModule<typeof RequireMayReach>('application/access/require-may-reach.ts', () => ({
    requireMayBringIdp: () => Promise.resolve(),
  }))

/** Whoever is signed in is the operator. */
const takingAnybody = () =>
  worseModule<typeof Authenticate>('http/admin/authenticate.ts', () => ({
    createAuthentication: () => () => Promise.resolve({ kind: 'operator' }),
  }))

playIncidents('incidents of those who manage an account', [
  {
    id: 'CVE-2026-18201',
    holds: 'who stands below the owner brings the account no IdP, which could say that it is the owner',
    play: async ({ joinery }) => {
      const { api, url, runtime } = joinery
      const owner = { userName: 'owner@corp.example', email: 'owner@corp.example' }
      const { id: accountId } = await runtime.app.createAccount(operator, { name: 'North', catalog: 'plivo', owner })
      const base = `/accounts/${accountId}`
      const admin = { userName: 'admin@corp.example', email: 'admin@corp.example' }
      const { id: memberId } = await api.ok('POST', `${base}/members`, admin)
      await runtime.app.assignRole(operator, { accountId, memberId, role: 'admin' })
      await settle(joinery)
      const { connectionId } = await createConnection(api, accountId)
      const oidcPath = `${base}/connections/${connectionId}/oidc`
      const asAdmin = createPersonApi(url, await browserOf(joinery, accountId, memberId))
      const settings = { issuer: 'https://evil.example', clientId: 'evil', clientSecret: 'e'.repeat(30) }
      const { status, body } = await asAdmin('PUT', oidcPath, settings)
      return [status, body.rule, (await api.call('GET', oidcPath)).status]
    },
    held: [403, 'reaches_above_you', 404],
    weakened: { by: bringingAnyIdp, seen: [200, undefined, 200] },
  },
  {
    id: 'CVE-2026-56350',
    holds: 'nobody takes himself out of the sign-in of his account, by whatever he writes about himself',
    play: async (stage) => {
      const { joinery } = stage
      const platform = await stage.company({ people: [person('ann')], settings: { platform: true } })
      const company = await stage.company({ people: [person('ann')], settings: { authority: 'jit', defaultRole: 'admin' } })
      await stage.prove(company.accountId, 'corp.example')
      const browser = createBrowser()
      await signIn(company, 'ann', browser)
      await settle(joinery)
      const me = `/accounts/${company.accountId}/members/${(await sessionOf(joinery, browser)).body.member.id}`
      const asAnn = createPersonApi(joinery.url, browser)
      const optOut = { ownSignIn: false, allowOneTimeLink: true, platform: true, identities: [{ subject: '00uann' }] }
      const told = [
        await asAnn('PATCH', me, optOut),
        await asAnn('PUT', `${me}/profile`, optOut),
        await asAnn('POST', `${me}/one-time-link`, optOut),
        await asAnn('POST', `${me}/identities`, { connection: platform.connectionId, subject: '00uann' }),
      ]
      const inside = await signIn(platform, 'ann', createBrowser(), `?account=${company.accountId}`)
      return [...told.map(({ status }) => status), inside.status, told.map((t) => t.body)]
    },
    held: [],
    weakened: { by: takingAnybody, seen: [1] },
  },
])
