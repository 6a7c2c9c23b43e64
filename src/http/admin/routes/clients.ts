import { clientOrders } from '../../../application/list-orders.ts'
import { liveClientLimit, liveSecretLimit } from '../../../domain/oauth-client.ts'
import { pageOf } from '../answers/common.ts'
import { clientAnswer, clientCreated, exampleClient, exampleSecret, secretCreated } from '../answers/credentials.ts'
import type { AdminDeps } from '../deps.ts'
import { presentClient, presentSecret } from '../presenters.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { clientBody, secretBody } from '../schemas.ts'
import { clientRef, connectionRef } from './refs.ts'

const tag = 'Clients'
const list = listing(clientAnswer, { key: 'id', is: ['state'], has: ['name'], sort: clientOrders })
const clients = '/accounts/:account/connections/:connection/clients'
const secrets = `${clients}/:client/secrets` as const

export function clientRoutes({ app, clock, tokenUrl }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createClient', who: 'manage-mappings', tag, method: 'post', path: clients, status: 201 },
      about: `Makes an OAuth client. Without \`assertion\` it has a secret, \`clientSecret\`, which is answered this once and kept as a hash. With it, it proves itself by [signed assertions](scim-authentication.md#signed-assertions); \`issuer\` and \`subject\` are the client’s own id unless told, \`audience\` is the token URL. A connection has at most ${liveClientLimit} live clients.`,
      body: clientBody,
      send: {
        name: 'Entra provisioning',
        assertion: { ...exampleClient.assertion, audience: 'api://b5ba7a93-…/.default' },
      },
      ...{ answer: clientCreated, example: exampleClient, errors: ['conflict', 'policy_violation'] },
      async handle({ op, params, body }) {
        const { clientSecret, ...created } = await app.createClient(op, { ...connectionRef(params), ...body })
        const shown = presentClient(created, tokenUrl, clock.now())
        return clientSecret === null ? shown : { ...shown, clientSecret }
      },
    }),
    route({
      ...{ operation: 'listClients', who: 'manage-mappings', tag, method: 'get', path: clients },
      about:
        'All clients of a connection, revoked ones included, with their secrets. `lastUsedAt` is when it last got a token.',
      ...{ query: list.query, answer: pageOf(clientAnswer) },
      example: { items: [{ ...exampleClient, assertion: null, secrets: [exampleSecret] }], next: null },
      async handle({ op, params, query }) {
        const all = await app.listClients(op, connectionRef(params))
        return list.page(
          all.map((each) => presentClient(each, tokenUrl, clock.now())),
          query,
        )
      },
    }),
    route({
      ...{ operation: 'revokeClient', who: 'manage-mappings', tag, method: 'delete', path: `${clients}/:client` },
      about: 'Ends a client. The next request with any access token of it is 401. Revoking it twice is no error.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.revokeClient(op, clientRef(params)),
    }),
    ...secretRoutes({ app, clock }),
  ]
}

function secretRoutes({ app, clock }: Pick<AdminDeps, 'app' | 'clock'>): AdminRoute[] {
  return [
    route({
      ...{ operation: 'addClientSecret', who: 'manage-mappings', tag, method: 'post', path: secrets, status: 201 },
      about: `Adds a secret to a client that has one. \`clientSecret\` is answered this once. Up to ${liveSecretLimit} live at once: add, give it to the IdP, revoke the old one.`,
      ...{ body: secretBody, send: { expiresInDays: 730 }, errors: ['conflict'] },
      ...{ answer: secretCreated, example: { ...exampleSecret, clientSecret: 'scimcs_01a20d9b-7dd4-…_…' } },
      async handle({ op, params, body }) {
        const { clientSecret, ...added } = await app.addClientSecret(op, { ...clientRef(params), ...body })
        return { ...presentSecret(added, clock.now()), clientSecret }
      },
    }),
    route({
      ...{ operation: 'revokeClientSecret', who: 'manage-mappings', tag, method: 'delete', path: `${secrets}/:secret` },
      about: 'Ends a secret, and the access tokens that were given for it. Revoking it twice is no error.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.revokeClientSecret(op, { ...clientRef(params), secretId: params.secret }),
    }),
  ]
}
