import { connectionOrders, directoryGroupOrders } from '../../../application/list-orders.ts'
import { pageOf } from '../answers/common.ts'
import { connectionAnswer, exampleConnection, groupAnswer } from '../answers/connections.ts'
import type { AdminDeps } from '../deps.ts'
import { presentConnection } from '../presenters.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { connectionBody, connectionChange } from '../schemas.ts'
import { connectionRef } from './refs.ts'

const tag = 'Connections'
const list = listing(connectionAnswer, { key: 'id', is: ['kind', 'state'], has: ['name'], sort: connectionOrders })
const groups = listing(groupAnswer, { key: 'id', is: ['externalId'], has: ['displayName'], sort: directoryGroupOrders })
const connections = '/accounts/:account/connections'

export function connectionRoutes(deps: AdminDeps): AdminRoute[] {
  return [...allRoutes(deps), ...oneRoutes(deps), ...groupRoutes(deps)]
}

function allRoutes({ app, scimUrl }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createConnection', who: 'manage-mappings', tag, method: 'post', path: connections, status: 201 },
      about:
        'Opens a SCIM endpoint for one IdP. It answers as soon as a token or a client has been made. `kind` chooses the [dialect](scim-door.md#dialects); `emailPolicy` `strict` also judges home addresses. `profileMapping` says where [the profile of members](member-roles.md#the-profile-of-a-member) comes from. `rolesFromIdp` lets [roles in a user’s profile](member-roles.md#roles-in-a-users-profile) count. `rateLimit` is the connection’s own; without it `SCIM_RATE_LIMIT` counts. `perSecond` 0 switches it off, and less than 25 is refused; members set no more than `SCIM_RATE_LIMIT` (`operator_only`).',
      ...{ body: connectionBody, send: { name: 'Okta', kind: 'okta' } },
      ...{ answer: connectionAnswer, example: exampleConnection },
      async handle({ op, params, body }) {
        const created = await app.createConnection(op, { accountId: params.account, ...body })
        return presentConnection(created, scimUrl(created.id))
      },
    }),
    route({
      ...{ operation: 'listConnections', who: 'manage-mappings', tag, method: 'get', path: connections },
      about: 'All connections of an account.',
      ...{ query: list.query, answer: pageOf(connectionAnswer), example: { items: [exampleConnection], next: null } },
      async handle({ op, params, query }) {
        const all = await app.listConnections(op, params.account)
        return list.page(
          all.map((each) => presentConnection(each, scimUrl(each.id))),
          query,
        )
      },
    }),
  ]
}

function oneRoutes({ app, scimUrl }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'getConnection', who: 'manage-mappings', tag, method: 'get', path: `${connections}/:connection` },
      about: 'One connection, with its settings.',
      ...{ answer: connectionAnswer, example: exampleConnection },
      async handle({ op, params }) {
        const found = await app.showConnection(op, connectionRef(params))
        return presentConnection(found, scimUrl(found.id))
      },
    }),
    route({
      ...{
        operation: 'changeConnection',
        who: 'manage-mappings',
        tag,
        method: 'patch',
        conditional: 'connection',
        path: `${connections}/:connection`,
      },
      about:
        'Changes what is told and leaves the rest. It counts from the next request on. `rateLimit` null goes back to `SCIM_RATE_LIMIT`. `rolesFromIdp` moves the whole account: roles that were told are applied, or gone at once.',
      ...{ body: connectionChange, send: { name: 'Okta, production', rateLimit: { perSecond: 200 } } },
      answer: connectionAnswer,
      errors: ['conflict'],
      example: { ...exampleConnection, name: 'Okta, production', rateLimit: { perSecond: 200, burst: 600 } },
      async handle({ op, params, body }) {
        const changed = await app.changeConnection(op, { ...connectionRef(params), ...body })
        return presentConnection(changed, scimUrl(changed.id))
      },
    }),
  ]
}

function groupRoutes({ app }: Pick<AdminDeps, 'app'>): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'listGroups',
        who: 'manage-mappings',
        tag,
        method: 'get',
        path: `${connections}/:connection/groups`,
      },
      about: 'The groups that the IdP has pushed, by name. `memberCount` counts members that are not known, too.',
      ...{ query: groups.query, answer: pageOf(groupAnswer) },
      example: {
        items: [{ id: '01a20d9b-8e14-…', displayName: 'Engineers', externalId: null, memberCount: 12 }],
        next: null,
      },
      handle: async ({ op, params, query }) => groups.page(await app.listGroups(op, connectionRef(params)), query),
    }),
  ]
}
