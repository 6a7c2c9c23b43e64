import {
  presentAccount,
  presentCatalog,
  presentClient,
  presentSecret,
  presentConnection,
  presentMapping,
  presentMember,
  presentMemberDetail,
  presentToken,
} from './presenters.ts'
import type { AdminDeps } from './deps.ts'
import type { AdminRoute } from './route.ts'
import { requestRoutes } from './request-routes.ts'
import {
  accountBody,
  clientBody,
  connectionBody,
  connectionChange,
  secretBody,
  listQuery,
  mappingBody,
  membersQuery,
  tokenBody,
} from './schemas.ts'
import { parseInput } from './strict.ts'

/** Every route of the admin API, on one page. */
export function routes(deps: AdminDeps): AdminRoute[] {
  return [
    ...catalogRoutes(deps),
    ...accountRoutes(deps),
    ...connectionRoutes(deps),
    ...tokenRoutes(deps),
    ...clientRoutes(deps),
    ...secretRoutes(deps),
    ...mappingRoutes(deps),
    ...memberRoutes(deps),
    ...requestRoutes(deps),
  ]
}

const account = '/accounts/:a'
const connection = `${account}/connections/:c`
const refOf = ({ a = '', c = '' }: Record<string, string>) => ({ accountId: a, connectionId: c })

function catalogRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'get', path: '/catalogs', tagged: true },
      handle: ({ op }) => Promise.resolve({ items: app.listCatalogs(op).map(presentCatalog) }),
    },
    {
      ...{ method: 'get', path: '/catalogs/:k', tagged: true },
      handle: ({ op, params: { k = '' } }) => Promise.resolve(app.getCatalog(op, k)),
    },
  ]
}

function accountRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: '/accounts', status: 201 },
      async handle({ op, body }) {
        const { ownerId, ...created } = await app.createAccount(op, parseInput(accountBody, body))
        return { ...presentAccount(created), ownerId }
      },
    },
    {
      ...{ method: 'get', path: '/accounts' },
      async handle({ op, query }) {
        const { limit, after } = parseInput(listQuery, query)
        const page = await app.listAccounts(op, { limit, after })
        return { items: page.items.map(presentAccount), next: page.next }
      },
    },
    {
      ...{ method: 'get', path: account },
      handle: async ({ op, params: { a = '' } }) => presentAccount(await app.getAccount(op, a)),
    },
  ]
}

function connectionRoutes({ app, scimUrl }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: `${account}/connections`, status: 201 },
      async handle({ op, params: { a = '' }, body }) {
        const created = await app.createConnection(op, { accountId: a, ...parseInput(connectionBody, body) })
        return presentConnection(created, scimUrl(created.id))
      },
    },
    {
      ...{ method: 'get', path: `${account}/connections` },
      async handle({ op, params: { a = '' } }) {
        return { items: (await app.listConnections(op, a)).map((each) => presentConnection(each, scimUrl(each.id))) }
      },
    },
    {
      ...{ method: 'patch', path: connection },
      async handle({ op, params, body }) {
        const change = { ...refOf(params), ...parseInput(connectionChange, body) }
        const changed = await app.changeConnection(op, change)
        return presentConnection(changed, scimUrl(changed.id))
      },
    },
    {
      ...{ method: 'get', path: `${connection}/groups` },
      handle: async ({ op, params }) => ({ items: await app.listGroups(op, refOf(params)) }),
    },
  ]
}

function tokenRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: `${connection}/tokens`, status: 201 },
      async handle({ op, params, body }) {
        const { token, ...created } = await app.createToken(op, { ...refOf(params), ...parseInput(tokenBody, body) })
        return { ...presentToken(created, clock.now()), token }
      },
    },
    {
      ...{ method: 'get', path: `${connection}/tokens` },
      async handle({ op, params }) {
        return { items: (await app.listTokens(op, refOf(params))).map((token) => presentToken(token, clock.now())) }
      },
    },
    {
      ...{ method: 'delete', path: `${connection}/tokens/:t` },
      async handle({ op, params }) {
        await app.revokeToken(op, { ...refOf(params), tokenId: params.t ?? '' })
        return undefined
      },
    },
  ]
}

const client = `${connection}/clients/:o`
const clientRefOf = (params: Record<string, string>) => ({ ...refOf(params), clientId: params.o ?? '' })

function clientRoutes({ app, clock, tokenUrl }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: `${connection}/clients`, status: 201 },
      async handle({ op, params, body }) {
        const { clientSecret, ...created } = await app.createClient(op, {
          ...refOf(params),
          ...parseInput(clientBody, body),
        })
        const shown = presentClient(created, tokenUrl, clock.now())
        return clientSecret === null ? shown : { ...shown, clientSecret }
      },
    },
    {
      ...{ method: 'get', path: `${connection}/clients` },
      async handle({ op, params }) {
        const clients = await app.listClients(op, refOf(params))
        return { items: clients.map((each) => presentClient(each, tokenUrl, clock.now())) }
      },
    },
    {
      ...{ method: 'delete', path: client },
      async handle({ op, params }) {
        await app.revokeClient(op, clientRefOf(params))
        return undefined
      },
    },
  ]
}

function secretRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: `${client}/secrets`, status: 201 },
      async handle({ op, params, body }) {
        const command = { ...clientRefOf(params), ...parseInput(secretBody, body) }
        const { clientSecret, ...added } = await app.addClientSecret(op, command)
        return { ...presentSecret(added, clock.now()), clientSecret }
      },
    },
    {
      ...{ method: 'delete', path: `${client}/secrets/:s` },
      async handle({ op, params }) {
        await app.revokeClientSecret(op, { ...clientRefOf(params), secretId: params.s ?? '' })
        return undefined
      },
    },
  ]
}

function mappingRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'post', path: `${account}/mappings`, status: 201 },
      async handle({ op, params: { a = '' }, body }) {
        const { connection: connectionId, groupId, groupName, role } = parseInput(mappingBody, body)
        const group = groupId === undefined ? { name: groupName ?? '' } : { id: groupId }
        return presentMapping(await app.addMapping(op, { accountId: a, connectionId, group, role }), clock.now())
      },
    },
    {
      ...{ method: 'get', path: `${account}/mappings` },
      async handle({ op, params: { a = '' } }) {
        return { items: (await app.listMappings(op, a)).map((mapping) => presentMapping(mapping, clock.now())) }
      },
    },
    {
      ...{ method: 'post', path: `${account}/mappings/:m/confirm` },
      async handle({ op, params: { a = '', m = '' } }) {
        return presentMapping(await app.confirmMapping(op, { accountId: a, mappingId: m }), clock.now())
      },
    },
    {
      ...{ method: 'delete', path: `${account}/mappings/:m` },
      async handle({ op, params: { a = '', m = '' } }) {
        await app.removeMapping(op, { accountId: a, mappingId: m })
        return undefined
      },
    },
  ]
}

function memberRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'get', path: `${account}/members` },
      async handle({ op, params: { a = '' }, query }) {
        const { limit, after, ...filters } = parseInput(membersQuery, query)
        const page = await app.listMembers(op, { accountId: a, limit, after, ...filters })
        return { items: page.items.map(presentMember), next: page.next }
      },
    },
    {
      ...{ method: 'get', path: `${account}/members/:m` },
      async handle({ op, params: { a = '', m = '' } }) {
        return presentMemberDetail(await app.showMember(op, { accountId: a, memberId: m }))
      },
    },
    {
      ...{ method: 'post', path: `${account}/members/:m/propagation/retry` },
      async handle({ op, params: { a = '', m = '' } }) {
        await app.retryPropagation(op, { accountId: a, memberId: m })
        return undefined
      },
    },
    {
      ...{ method: 'get', path: `${account}/propagation` },
      handle: ({ op, params: { a = '' } }) => app.propagationStatus(op, a),
    },
  ]
}
