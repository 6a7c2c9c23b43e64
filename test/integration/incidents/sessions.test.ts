import { createBrowser, type Browser } from '../../support/browser.ts'
import { playIncidents, type Stage } from '../../support/incident.ts'
import { person, push, sessionOf, signIn, type Company } from '../../support/sign-in.ts'
import { logoutToken, revocationToken, revocationUrl, sendLogout, sendRevocation } from '../../support/signals.ts'
import {
  all,
  believingLinks,
  endingByNameAlone,
  endingNothing,
  followingAgain,
  rememberingSessions,
  withoutTime,
} from '../../support/weakened.ts'

async function signedIn(company: Company, name = 'ann'): Promise<Browser> {
  await push(company, name)
  const browser = createBrowser()
  await signIn(company, name, browser)
  return browser
}

/** What a browser gets: its session, and a token for gateways. */
async function looks({ joinery }: Stage, browser: Browser): Promise<[number, number]> {
  const session = await sessionOf(joinery, browser)
  return [session.status, (await browser.post(`${joinery.url}/auth/token`, {})).status]
}

let both: string[] = []

playIncidents('incidents of sessions', [
  {
    id: 'CVE-2023-20903',
    holds: 'a sign-in that is switched off ends sessions and refreshes at once',
    play: async (stage) => {
      const company = await stage.company()
      const ann = await signedIn(company)
      const before = await looks(stage, ann)
      const { issuer } = company.idp
      await stage.joinery.api.ok('PUT', company.oidcPath, { issuer, clientId: 'joinery', enabled: false })
      return [before, await looks(stage, ann)]
    },
    held: [[200, 200], [401, 401]], // prettier-ignore
    weakened: { by: () => all(believingLinks(), endingNothing()), seen: [[200, 200], [200, 200]] }, // prettier-ignore
  },
  {
    id: 'CVE-2026-22723',
    holds: 'signing one person out ends nothing of a person of the same sub elsewhere',
    play: async (stage) => {
      const [company, other] = [await stage.company(), await stage.company({ people: [person('ann')] })]
      both = [company.connectionId, other.connectionId]
      const [ann, elsewhere] = [await signedIn(company), await signedIn(other)]
      const { url } = stage.joinery
      const status = await sendLogout(url, company, await logoutToken(company, stage.clock.now(), '00uann'))
      return [status, await looks(stage, ann), await looks(stage, elsewhere)]
    },
    held: [200, [401, 401], [200, 200]],
    weakened: { by: () => endingByNameAlone(() => both), seen: [200, [401, 401], [401, 401]] },
  },
  {
    id: 'CVE-2026-9094',
    holds: 'a token of one account’s IdP does nothing at the connection of another',
    play: async (stage) => {
      const [company, other] = [await stage.company(), await stage.company({ people: [person('ann')] })]
      const ann = await signedIn(company)
      const { url } = stage.joinery
      const token = await revocationToken(other, stage.clock.now(), revocationUrl(url, company))
      return [await sendRevocation(url, company, token, '00uann'), await looks(stage, ann)]
    },
    held: [401, [200, 200]],
    weakened: {
      by: () => (ports) => ({
        ...ports,
        idpSignals: { ...ports.idpSignals, revocation: () => Promise.resolve({ jti: 'any' }) },
      }),
      seen: [204, [401, 401]],
    },
  },
  {
    id: 'CVE-2026-9097',
    holds: 'a session that was ended is not taken again, whatever still holds its cookie',
    play: async (stage) => {
      const company = await stage.company()
      const ann = await signedIn(company)
      const thief = createBrowser()
      for (const [origin, jar] of ann.cookies) thief.cookies.set(origin, new Map(jar))
      const before = await looks(stage, thief)
      await ann.post(`${stage.joinery.url}/auth/logout`, {})
      return [before, await looks(stage, thief)]
    },
    held: [[200, 200], [401, 401]], // prettier-ignore
    weakened: { by: rememberingSessions, seen: [[200, 200], [200, 200]] }, // prettier-ignore
  },
  {
    id: 'CVE-2026-9097, signals',
    holds: 'a signal that was followed once is not followed again',
    play: async (stage) => {
      const company = await stage.company()
      const ann = await signedIn(company)
      const { url } = stage.joinery
      const token = await logoutToken(company, stage.clock.now(), '00uann')
      const first = await sendLogout(url, company, token)
      await signIn(company, 'ann', ann)
      return [first, await sendLogout(url, company, token), await looks(stage, ann)]
    },
    held: [200, 400, [200, 200]],
    weakened: { by: followingAgain, seen: [200, 200, [401, 401]] },
  },
  {
    id: 'CVE-2025-64708',
    holds: 'what ends by time ends without anybody tidying up: sessions, and roles for a while',
    play: async (stage) => {
      const company = await stage.company()
      const ann = await signedIn(company)
      const { api } = stage.joinery
      const { member } = (await sessionOf(stage.joinery, ann)).body
      const validTo = new Date(stage.clock.now() + 60_000).toISOString()
      await api.ok('POST', `/accounts/${company.accountId}/members/${member.id}/roles`, { role: 'support', validTo })
      const { app } = stage.joinery.runtime
      const system = { actor: { kind: 'system', part: 'propagation' }, id: 'test' } as const
      await app.reconcile(system, { memberIds: [member.id as string], owner: 'test', leaseMs: 10_000 })
      const roles = async (): Promise<unknown> => (await sessionOf(stage.joinery, ann)).body.roles
      const before = await roles()
      stage.clock.advance(61_000)
      const after = await roles()
      stage.clock.advance(2 * 60 * 60_000)
      return [before, after, await looks(stage, ann)]
    },
    held: [['support'], [], [401, 401]],
    weakened: { by: withoutTime, seen: [['support'], ['support'], [200, 200]] },
  },
])
