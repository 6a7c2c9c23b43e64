import { createBrowser, type Browser } from '../../support/browser.ts'
import { forgeTokens } from '../../support/forged-tokens.ts'
import { okta } from '../../support/idp.ts'
import { playIncidents, type Stage } from '../../support/incident.ts'
import { operator } from '../../support/joinery.ts'
import { person, push, sessionOf, signIn, type Company } from '../../support/sign-in.ts'
import { admittingAnybody, comparingNothing, takingAnyAnswer, trustingSnapshots } from '../../support/weakened.ts'

/** The URL that the IdP sends the browser back to. */
async function callback(company: Company, browser: Browser, name = 'ann'): Promise<string> {
  company.idp.next.sub = `00u${name}`
  const page = await browser.follow(company.loginUrl, (url) => url.includes('/auth/callback/'))
  return page.location ?? ''
}

async function withAnn(stage: Stage): Promise<{ company: Company; id: string }> {
  const company = await stage.company()
  return { company, id: await push(company, 'ann') }
}

const statusOf = async ({ joinery }: Stage, browser: Browser): Promise<number> =>
  (await sessionOf(joinery, browser)).status

let victims = ''

playIncidents('incidents of sign-in', [
  {
    id: 'CVE-2026-9098, unsolicited',
    holds: 'an answer that this browser never asked for signs nobody in',
    play: async (stage) => {
      const { company } = await withAnn(stage)
      const url = await callback(company, createBrowser())
      const elsewhere = createBrowser()
      const page = await elsewhere.follow(url)
      return [page.status, await statusOf(stage, elsewhere)]
    },
    held: [400, 401],
    weakened: { by: comparingNothing, seen: [200, 200] },
  },
  {
    id: 'CVE-2026-9098, replayed',
    holds: 'an answer counts once, even where the IdP would take its code again',
    play: async (stage) => {
      const { company } = await withAnn(stage)
      let first: string | undefined
      company.idp.intercept = (request, response) => {
        if (request.url !== '/token') return false
        if (first !== undefined) {
          response.setHeader('Content-Type', 'application/json')
          response.end(first)
          return true
        }
        const end = response.end.bind(response)
        response.end = ((body: string | Buffer) => end((first = body.toString()))) as typeof response.end
        return false
      }
      const browser = createBrowser()
      const url = await callback(company, browser)
      const again = [await browser.follow(url), await browser.follow(url)]
      return again.map(({ status }) => status)
    },
    held: [200, 400],
    weakened: { by: takingAnyAnswer, seen: [200, 200] },
  },
  {
    id: 'CVE-2026-9098, disabled meanwhile',
    holds: 'a sign-in that is switched off between redirect and callback lets nobody in',
    play: async (stage) => {
      const { company } = await withAnn(stage)
      const browser = createBrowser()
      const url = await callback(company, browser)
      const { issuer } = company.idp
      await stage.joinery.api.ok('PUT', company.oidcPath, { issuer, clientId: 'joinery', enabled: false })
      return (await browser.get(url)).status
    },
    held: 403,
    weakened: { by: trustingSnapshots, seen: 303 },
  },
  {
    id: 'CVE-2025-53942',
    holds: 'whoever is suspended at any step of his sign-in gets no session',
    play: async (stage) => {
      const { company, id } = await withAnn(stage)
      const active = (wanted: boolean) => company.scim('PATCH', `/Users/${id}`, okta.setActive(wanted))
      await active(false)
      const before = await signIn(company, 'ann', createBrowser(), '?return_to=/favicon.ico')
      await active(true)
      const browser = createBrowser()
      const onTheWay = await callback(company, browser)
      await active(false)
      const then = await browser.get(onTheWay)
      await active(true)
      const another = createBrowser()
      const atTheToken = await callback(company, another)
      forgeTokens(company.idp, company.key, { before: () => active(false) })
      return [before.status, then.status, (await another.get(atTheToken)).status]
    },
    held: [403, 403, 403],
    weakened: { by: admittingAnybody, seen: [204, 303, 303] },
  },
  {
    id: 'Supabase auth#2309',
    holds: 'whom the operator has suspended stays so when the directory deletes him and creates him again',
    play: async (stage) => {
      const { company, id } = await withAnn(stage)
      const { api } = stage.joinery
      const base = `/accounts/${company.accountId}/members`
      const { items } = await api.ok('GET', base)
      await stage.joinery.runtime.app.suspendMember(operator, {
        ...{ accountId: company.accountId, memberId: items[0].id, suspended: true },
      })
      await company.scim('DELETE', `/Users/${id}`)
      await push(company, 'ann')
      const browser = createBrowser()
      return [(await browser.get(await callback(company, browser))).status, await statusOf(stage, browser)]
    },
    held: [403, 401],
    weakened: { by: admittingAnybody, seen: [303, 200] },
  },
  {
    id: 'CVE-2022-1680',
    holds: 'a directory changes no address of somebody whom another connection told of',
    play: async (stage) => {
      const { company, id } = await withAnn(stage)
      victims = company.connectionId
      const hostile = await stage.company({ people: [person('mallory')] })
      const value = [{ primary: true, value: 'mallory@corp.example', type: 'work' }]
      const change = { op: 'replace', value: { emails: value } }
      const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [change] }
      const answer = await hostile.scim('PATCH', `/Users/${id}`, body)
      const still = await company.scim('GET', `/Users/${id}`)
      return [answer.status, still.body.emails[0].value]
    },
    held: [404, 'ann@corp.example'],
    weakened: {
      by: () => (ports) => ({
        ...ports,
        unitOfWork: (work) =>
          ports.unitOfWork((tx) =>
            work({ ...tx, users: { ...tx.users, lock: (_connectionId, id) => tx.users.lock(victims, id) } }),
          ),
      }),
      seen: [404, 'mallory@corp.example'], // and is then not found where it is shown
    },
  },
])
