import { tokenOrders } from '../../../application/list-orders.ts'
import { liveTokenLimit } from '../../../domain/scim-token.ts'
import { pageOf } from '../answers/common.ts'
import { exampleToken, tokenAnswer, tokenCreated } from '../answers/credentials.ts'
import type { AdminDeps } from '../deps.ts'
import { presentToken } from '../presenters.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { tokenBody } from '../schemas.ts'
import { connectionRef } from './refs.ts'

const tag = 'Tokens'
const list = listing(tokenAnswer, { key: 'id', is: ['state', 'scopes'], sort: tokenOrders })
const tokens = '/accounts/:account/connections/:connection/tokens'

export function tokenRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createToken', who: 'manage-mappings', tag, method: 'post', path: tokens, status: 201 },
      about: `Makes a bearer token. \`token\` is answered this once and kept as a hash. A connection has at most ${liveTokenLimit} live tokens: make the second, give it to the IdP, revoke the first. \`scopes\` narrows [what it may do](scim-authentication.md#scopes).`,
      ...{ body: tokenBody, send: { expiresInDays: 180 }, errors: ['conflict'] },
      ...{ answer: tokenCreated, example: { ...exampleToken, token: 'scim_01a20d9b-7dd4-…_…' } },
      async handle({ op, params, body }) {
        const { token, ...created } = await app.createToken(op, { ...connectionRef(params), ...body })
        return { ...presentToken(created, clock.now()), token }
      },
    }),
    route({
      ...{ operation: 'listTokens', who: 'manage-mappings', tag, method: 'get', path: tokens },
      about:
        'All tokens of a connection, past ones included. `state` is `live`, `expired` or `revoked`; `hint` is the end of the secret; `lastUsedAt` is exact to a minute.',
      ...{ query: list.query, answer: pageOf(tokenAnswer), example: { items: [exampleToken], next: null } },
      async handle({ op, params, query }) {
        const all = await app.listTokens(op, connectionRef(params))
        return list.page(
          all.map((token) => presentToken(token, clock.now())),
          query,
        )
      },
    }),
    route({
      ...{ operation: 'revokeToken', who: 'manage-mappings', tag, method: 'delete', path: `${tokens}/:token` },
      about: 'Ends a token. The next request with it is 401. Revoking it twice is no error.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.revokeToken(op, { ...connectionRef(params), tokenId: params.token }),
    }),
  ]
}
