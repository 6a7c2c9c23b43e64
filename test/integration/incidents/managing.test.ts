import type * as RequireMayReach from '../../../src/application/access/require-may-reach.ts'
import { createConnection } from '../../support/api.ts'
import { createBrowser } from '../../support/browser.ts'
import { playIncidents, worseModule } from '../../support/incident.ts'
import { operator } from '../../support/joinery.ts'
import { browserOf, createPersonApi, settle } from '../../support/signed-in.ts'
import { person, sessionOf, signIn } from '../../support/sign-in.ts'
import { takingAnything } from '../../support/weakened.ts'

/** Whoever may manage connections may bring an IdP, whoever stands above him. */
const bringingAnyIdp = () =>
  worseModule<typeof RequireMayReach>('application/access/require-may-reach.ts', () => ({
    requireMayBringIdp: () => Promise.resolve(),
  }))

playIncidents('incidents of those who manage an account', [
  {
    id: 'CVE-2026-18201',
    holds: 'who stands below the owner brings the account no IdP, which could say that it is the owner',
    play: async ({ joinery }) => {
      const { api, url, runtime } = joinery
      const owner = { userName: 'owner@corp.example', email: 'owner@corp.example' }
      const { id: accountId } = await runtime.app.createAccount(operator, {
        ...{ name: 'North', catalog: 'plivo', owner },
        entitlements: ['role-management'],
      })
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
      const company = await stage.company({
        people: [person('ann')],
        settings: { authority: 'jit', defaultRole: 'developer' },
      })
      await stage.prove(company.accountId, 'corp.example')
      const browser = createBrowser()
      await signIn(company, 'ann', browser)
      await settle(joinery)
      const me = `/accounts/${company.accountId}/members/${(await sessionOf(joinery, browser)).body.member.id}`
      const asAnn = createPersonApi(joinery.url, browser)
      const optOut = { ownSignIn: false, allowOneTimeLink: true, identities: [{ subject: '00uann' }] }
      const { issuer } = company.idp
      const told = [
        await asAnn('PATCH', me, { suspended: false, ...optOut }),
        await asAnn('POST', `${me}/one-time-link`, {}),
        await asAnn('POST', `${me}/identities`, { connection: platform.connectionId, subject: '00uann' }),
        await asAnn('PUT', company.oidcPath, { issuer, clientId: 'joinery', enabled: false }),
      ]
      const inside = await signIn(platform, 'ann', createBrowser(), `?account=${company.accountId}`)
      return [told.map(({ status }) => status), inside.status]
    },
    held: [[400, 403, 403, 403], 403],
    weakened: { by: takingAnything, seen: [[400, 409, 201, 200], 200] },
  },
])
