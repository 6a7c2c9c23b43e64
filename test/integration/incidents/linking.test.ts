import type { Stage } from '../../support/incident.ts'
import { playIncidents } from '../../support/incident.ts'
import { createBrowser } from '../../support/browser.ts'
import { auditOf, person, push, sessionOf, signIn, type Company } from '../../support/sign-in.ts'
import {
  adopting,
  all,
  believingDomains,
  believingLinks,
  enforcingNoSignIn,
  findingByAddress,
  findingBySubject,
  joiningAcross,
  tidyingSubjects,
} from '../../support/weakened.ts'

type Known = { connectionId: string; subject: string }
/** Whom the weakened builds know by address or by `sub`; the product looks at no such table. */
const people = new Map<string, Known>()
let victimsConnection = ''
let localId = ''

/** Whoever signs in: as which member of which account, or the status of the page. */
async function comesInAs({ joinery }: Stage, company: Company, name: string, query = ''): Promise<string | number> {
  const browser = createBrowser()
  const page = await signIn(company, name, browser, query)
  if (page.status !== 200) return page.status
  const { body } = await sessionOf(joinery, browser)
  return `${body.member.userName} of ${body.account.id === victims.accountId ? 'the victims' : 'his own account'}`
}

let victims: Company

/** The victims' company, with Ann, who has signed in before. */
async function withAnn(stage: Stage): Promise<void> {
  victims = await stage.company({ people: [person('ann')] })
  victimsConnection = victims.connectionId
  await push(victims, 'ann')
  await signIn(victims, 'ann')
  people.clear()
  const ann = { connectionId: victims.connectionId, subject: '00uann' }
  people.set('ann@corp.example', ann)
  people.set('00uann', ann)
}

const jit = { authority: 'jit', defaultRole: 'developer' }

playIncidents('incidents of linking', [
  {
    id: 'CVE-2023-3128',
    holds: 'the same address said by two IdPs is two people',
    play: async (stage) => {
      await withAnn(stage)
      const own = await stage.company({ people: [person('other', { email: 'ann@corp.example' })] })
      const unknown = await comesInAs(stage, own, 'other')
      await push(own, 'other')
      return [unknown, await comesInAs(stage, own, 'other')]
    },
    held: [403, 'other@corp.example of his own account'],
    weakened: {
      by: () => findingByAddress(people),
      seen: ['ann@corp.example of the victims', 'other@corp.example of his own account'],
    },
  },
  {
    id: 'nOAuth',
    holds: 'an address that is changed to somebody else’s after linking changes nobody',
    play: async (stage) => {
      await withAnn(stage)
      victims.idp.people.set('00ueve', person('eve'))
      await push(victims, 'eve')
      const before = await comesInAs(stage, victims, 'eve')
      victims.idp.people.set('00ueve', person('eve', { email: 'ann@corp.example', upn: 'ann@corp.example' }))
      return [before, await comesInAs(stage, victims, 'eve')]
    },
    held: ['eve@corp.example of the victims', 'eve@corp.example of the victims'],
    weakened: {
      by: () => findingByAddress(people),
      seen: ['eve@corp.example of the victims', 'ann@corp.example of the victims'],
    },
  },
  {
    id: 'CVE-2025-22146',
    holds: 'the IdP of one account says the address of another account’s person',
    play: async (stage) => {
      await withAnn(stage)
      const hostile = await stage.company({ people: [person('mallory', { email: 'ann@corp.example' })] })
      return comesInAs(stage, hostile, 'mallory')
    },
    held: 403,
    weakened: { by: () => findingByAddress(people), seen: 'ann@corp.example of the victims' },
  },
  {
    id: 'CVE-2026-27197',
    holds: 'the IdP of one account says the sub of another account’s person, and names that account',
    play: async (stage) => {
      await withAnn(stage)
      const hostile = await stage.company({ people: [person('ann')] })
      const named = `?account=${victims.accountId}`
      return [await comesInAs(stage, hostile, 'ann'), await comesInAs(stage, hostile, 'ann', named)]
    },
    held: [403, 403],
    weakened: {
      by: () => findingBySubject(people),
      seen: ['ann@corp.example of the victims', 'ann@corp.example of the victims'],
    },
  },
  {
    id: 'CVE-2026-42354',
    holds: 'a connection that is only being set up reaches nobody of another account by its joining pair',
    play: async (stage) => {
      await withAnn(stage)
      const pair = { attribute: 'userName', claim: 'employee' }
      const hostile = await stage.company({
        people: [person('new', { employee: 'bob@corp.example' })],
        settings: { pair, enabled: false },
      })
      await push(victims, 'bob')
      const off = await comesInAs(stage, hostile, 'new')
      const { issuer } = hostile.idp
      await stage.joinery.api.ok('PUT', hostile.oidcPath, { issuer, clientId: 'joinery', pair })
      return [off, await comesInAs(stage, hostile, 'new')]
    },
    held: [403, 403],
    weakened: {
      by: () =>
        all(
          joiningAcross(() => victimsConnection),
          enforcingNoSignIn(),
          believingLinks(),
        ),
      seen: [403, 'bob@corp.example of the victims'],
    },
  },
  {
    id: 'CVE-2026-56215',
    holds: 'whoever puts an address down beforehand gets nothing of the person who signs in by it later',
    play: async (stage) => {
      const own = await stage.company({
        people: [person('eve', { email: 'eve@corp.example' }), person('pat')],
        settings: jit,
      })
      victims = own
      await stage.prove(own.accountId, 'corp.example')
      await signIn(own, 'eve')
      // Eve has her address changed to Pat's by her IdP, before Pat has ever been here.
      own.idp.people.set('00ueve', person('eve', { email: 'pat@corp.example' }))
      people.clear()
      people.set('pat@corp.example', { connectionId: own.connectionId, subject: '00ueve' })
      return [await comesInAs(stage, own, 'eve'), await comesInAs(stage, own, 'pat')]
    },
    held: ['eve@corp.example of the victims', 'pat@corp.example of the victims'],
    weakened: {
      by: () => findingByAddress(people),
      seen: ['eve@corp.example of the victims', 'eve@corp.example of the victims'],
    },
  },
  {
    id: 'CVE-2026-57580',
    holds: 'a sub is compared letter by letter: no zero width, no space and no letter case is tidied away',
    play: async (stage) => {
      await withAnn(stage)
      const odd = ['00uann\u200b', ' 00uann', '00uANN', '00uann/*', '00uann\u00ad']
      const seen: (string | number)[] = []
      for (const [index, sub] of odd.entries()) {
        victims.idp.people.set(`00uodd${index}`, { ...person(`odd${index}`), sub })
        victims.idp.people.set(sub, { ...person(`odd${index}`), sub })
        victims.idp.next.sub = sub
        const browser = createBrowser()
        const page = await browser.follow(victims.loginUrl)
        seen.push(page.status)
      }
      return seen
    },
    held: [403, 403, 403, 403, 403],
    weakened: { by: tidyingSubjects, seen: [200, 200, 200, 403, 200] },
  },
  {
    id: 'CISO-Assistant #4658',
    holds: 'SCIM takes over no member by his address, and sends him no mail',
    play: async (stage) => {
      const own = await stage.company()
      const { api } = stage.joinery
      const base = `/accounts/${own.accountId}`
      const local = await api.ok('POST', `${base}/members`, { userName: 'boss', email: 'boss@corp.example' })
      localId = local.id
      await push(own, 'boss', { userName: 'x@corp.example' })
      const { items } = await api.ok('GET', `${base}/members`)
      const still = await api.ok('GET', `${base}/members/${local.id}`)
      const mails = await api.ok('GET', `/mail?account=${own.accountId}`)
      return [items.length, still.userName, still.email, mails.items.length]
    },
    held: [2, 'boss', 'boss@corp.example', 0],
    weakened: {
      by: () => adopting(() => localId),
      seen: [1, 'x@corp.example', 'boss@corp.example', 0],
    },
  },
  {
    id: 'GitLab #396384',
    holds: 'a domain that another account has proved lets nobody be created',
    play: async (stage) => {
      await withAnn(stage)
      await stage.prove(victims.accountId, 'corp.example')
      const own = await stage.company({ people: [person('new')], settings: jit })
      return [
        await comesInAs(stage, own, 'new'),
        (await auditOf(stage.joinery, own.accountId, 'member.created')).length,
      ]
    },
    held: [403, 0],
    weakened: { by: () => believingDomains('corp.example'), seen: ['new@corp.example of his own account', 1] },
  },
  {
    id: 'Truffle Security 2025, lapsed domains',
    holds: 'a domain that is proved no more creates nobody, and whoever is linked stays by his sub alone',
    play: async (stage) => {
      const own = await stage.company({ people: [person('old')], settings: jit })
      victims = own
      await stage.prove(own.accountId, 'corp.example')
      const first = await comesInAs(stage, own, 'old')
      await stage.joinery.breakable.run((db) => db('account_domains').update({ state: 'lapsed' }))
      own.idp.people.set('00ubuyer', person('buyer'))
      return [first, await comesInAs(stage, own, 'buyer'), await comesInAs(stage, own, 'old')]
    },
    held: ['old@corp.example of the victims', 403, 'old@corp.example of the victims'],
    weakened: {
      by: () => believingDomains('corp.example'),
      seen: ['old@corp.example of the victims', 'buyer@corp.example of the victims', 'old@corp.example of the victims'],
    },
  },
  {
    id: 'CVE-2023-3115',
    holds: 'an account with a sign-in of its own is entered by that alone, on every way into it',
    play: async (stage) => {
      const { api } = stage.joinery
      const platform = await stage.company({ people: [person('sam')], settings: { platform: true } })
      const account = await api.ok('POST', '/accounts', {
        ...{ name: 'North', catalog: 'plivo' },
        owner: { userName: 'sam@corp.example', email: 'sam@corp.example' },
      })
      const { items } = await api.ok('GET', `/accounts/${account.id}/members`)
      const path = `/accounts/${account.id}/members/${items[0].id}/identities`
      await api.ok('POST', path, { connection: platform.connectionId, subject: '00usam' })
      const before = await comesInAs(stage, platform, 'sam')
      await stage.company({ account: account.id })
      const byName = await comesInAs(stage, platform, 'sam', `?account=${account.id}`)
      return [typeof before, byName, await comesInAs(stage, platform, 'sam')]
    },
    held: ['string', 403, 403],
    weakened: {
      by: () => all(enforcingNoSignIn(), believingLinks()),
      seen: ['string', 'sam@corp.example of his own account', 'sam@corp.example of his own account'],
    },
  },
])
