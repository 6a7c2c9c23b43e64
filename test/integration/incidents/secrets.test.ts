import { describedOperations, pathTo } from '../../support/api-document.ts'
import { okta } from '../../support/idp.ts'
import { playIncidents } from '../../support/incident.ts'
import { oneOfEach } from '../../support/one-of-each.ts'
import { clientSecret, push } from '../../support/sign-in.ts'

let wanted = ''
let former = ''

playIncidents('incidents of secrets and ids', [
  {
    id: 'CVE-2026-40166',
    holds: 'no answer of the admin API holds a client secret, however deep',
    play: async ({ joinery, company }) => {
      const { accountId: account, connectionId: connection } = await company()
      const ids = { ...(await oneOfEach(joinery.api)), account, connection }
      const reads = describedOperations().filter(({ method }) => method === 'GET')
      const told: string[] = []
      let answered = 0
      for (const route of reads) {
        const answer = await joinery.api.call('GET', pathTo(route, ids))
        if (answer.status === 200) answered += 1
        if (JSON.stringify(answer.body).includes(clientSecret)) told.push(route.path)
      }
      return { told, many: answered > 15 }
    },
    held: { told: [], many: true },
    weakened: {
      by: () => (ports) => ({
        ...ports,
        views: {
          ...ports.views,
          signIn: async (id) => {
            const found = await ports.views.signIn(id)
            return found && { ...found, settings: { ...found.settings, scopes: [clientSecret] } }
          },
        },
      }),
      seen: { told: ['/accounts/{account}/connections/{connection}/oidc'], many: true },
    },
  },
  {
    id: 'Doyensec, SCIM Hunting',
    holds: 'another issuer gets no secret that it was not given: it is refused, and asked nothing',
    play: async ({ joinery, company }) => {
      const [own, other] = [await company(), await company()]
      former = own.idp.issuer
      wanted = other.idp.issuer
      const answer = await joinery.api.call('PUT', own.oidcPath, { issuer: wanted, clientId: 'joinery' })
      const stored = await joinery.breakable.rows<{ issuer: string }>((db) =>
        db('oidc_settings').where({ connection_id: own.connectionId }),
      )
      return [answer.status, stored[0]?.issuer === former]
    },
    held: [400, true],
    weakened: {
      by: () => (ports) => ({
        ...ports,
        views: {
          ...ports.views,
          // As if it had been this issuer all the time.
          signIn: async (id) => {
            const found = await ports.views.signIn(id)
            if (found?.settings.issuer !== former) return found
            return { ...found, settings: { ...found.settings, issuer: wanted } }
          },
        },
      }),
      seen: [200, false],
    },
  },
  {
    id: 'CVE-2025-41115',
    holds: 'an externalId is nobody’s id here',
    play: async ({ company }) => {
      wanted = ''
      const own = await company()
      const victim = await push(own, 'victim')
      const same: string[] = []
      for (const [index, externalId] of ['1', '0', '-1', '01', '../', victim].entries()) {
        wanted = externalId
        const answer = await own.scim('POST', '/Users', okta.createUser(`p${index}`, { externalId }))
        if (answer.status !== 201 || answer.body.id === externalId)
          same.push(externalId === victim ? 'the victim' : externalId)
      }
      wanted = ''
      return same
    },
    held: [],
    weakened: {
      by: () => (ports) => ({
        ...ports,
        newId: () => {
          const id = wanted === '' ? ports.newId() : wanted
          wanted = ''
          return id
        },
      }),
      seen: ['1', '0', '-1', '01', '../', 'the victim'],
    },
  },
])
