import { gatewayOrders } from '../../../application/list-orders.ts'
import type { Gateway } from '../../../domain/gateway.ts'
import { pageOf } from '../answers/common.ts'
import { exampleGateway, gatewayAnswer, gatewayCreated } from '../answers/gateways.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { gatewayBody } from '../schemas.ts'

const tag = 'Gateways'
const list = listing(gatewayAnswer, { key: 'id', is: ['state'], has: ['name'], sort: gatewayOrders })
const ofAccount = '/accounts/:account/gateways'
const ofPlatform = '/gateways'
const send = { name: 'Voice API gateway' }
const created = { ...exampleGateway, token: 'gw_01a20d9b-a1c4-…_…' }
const wide = { account: null }

/** Credentials of an account, and those of the whole platform. */
export function gatewayRoutes(deps: AdminDeps): AdminRoute[] {
  return [...accountGateways(deps), ...platformGateways(deps)]
}

function accountGateways({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createGateway', who: 'operator', tag, method: 'post', path: ofAccount, status: 201 },
      about:
        'Makes a credential that [asks for decisions](decisions.md) about the account and those below it. `token` is answered this once and kept as a hash.',
      ...{ body: gatewayBody, send, answer: gatewayCreated, example: created },
      handle: async ({ op, params, body }) =>
        toCreated(await app.createGateway(op, { accountId: params.account, ...body })),
    }),
    route({
      ...{ operation: 'listGateways', who: 'operator', tag, method: 'get', path: ofAccount },
      about: 'All gateways of an account, past ones included. `lastUsedAt` is exact to ten minutes.',
      ...{ query: list.query, answer: pageOf(gatewayAnswer), example: { items: [exampleGateway], next: null } },
      handle: async ({ op, params, query }) =>
        list.page((await app.listGateways(op, params.account)).map(presentGateway), query),
    }),
    route({
      ...{ operation: 'revokeGateway', who: 'operator', tag, method: 'delete', path: `${ofAccount}/:gateway` },
      about: 'Ends the credential of a gateway. The next question with it is 401. Revoking it twice is no error.',
      handle: ({ op, params }) => app.revokeGateway(op, { accountId: params.account, gatewayId: params.gateway }),
    }),
  ]
}

function platformGateways({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createPlatformGateway', who: 'operator', tag, method: 'post', path: ofPlatform, status: 201 },
      about:
        'Makes a credential that asks about every account. Its questions name the account, as `resource.properties.account`.',
      ...{ body: gatewayBody, send, answer: gatewayCreated, example: { ...created, ...wide } },
      handle: async ({ op, body }) => toCreated(await app.createGateway(op, { accountId: null, ...body })),
    }),
    route({
      ...{ operation: 'listPlatformGateways', who: 'operator', tag, method: 'get', path: ofPlatform },
      about: 'All gateways that ask about every account, past ones included.',
      ...{ query: list.query, answer: pageOf(gatewayAnswer) },
      example: { items: [{ ...exampleGateway, ...wide }], next: null },
      handle: async ({ op, query }) => list.page((await app.listGateways(op, null)).map(presentGateway), query),
    }),
    route({
      ...{ operation: 'revokePlatformGateway', who: 'operator', tag, method: 'delete', path: `${ofPlatform}/:gateway` },
      about: 'Ends the credential of a gateway that asks about every account. Revoking it twice is no error.',
      handle: ({ op, params }) => app.revokeGateway(op, { accountId: null, gatewayId: params.gateway }),
    }),
  ]
}

function toCreated({ token, ...gateway }: Gateway & { token: string }) {
  return { ...presentGateway(gateway), token }
}

function presentGateway({ id, accountId, name, hint, createdAt, revokedAt, lastUsedAt }: Gateway) {
  const state: 'live' | 'revoked' = revokedAt === null ? 'live' : 'revoked'
  const times = {
    createdAt: iso(createdAt),
    revokedAt: isoOrNull(revokedAt),
    lastUsedAt: isoOrNull(lastUsedAt),
  }
  return { id, account: accountId, name, hint, state, ...times }
}
