import { mappingOrders } from '../../../application/list-orders.ts'
import { pageOf } from '../answers/common.ts'
import { boundMapping, exampleMapping, mappingAnswer } from '../answers/mappings.ts'
import type { AdminDeps } from '../deps.ts'
import { presentMapping } from '../presenters.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { mappingBody } from '../schemas.ts'

const tag = 'Mappings'
const list = listing(mappingAnswer, {
  ...{ key: 'id', is: ['connection', 'groupId', 'role', 'state'], has: ['groupName'] },
  sort: mappingOrders,
})
const mappings = '/accounts/:account/mappings'

export function mappingRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'addMapping', who: 'manage-mappings', tag, method: 'post', path: mappings, status: 201 },
      about:
        'Maps a directory group to a role. Give `groupId` or `groupName`. A name that a group has already is bound to that group at once; else the mapping waits: see [mappings by name](member-roles.md#mappings-by-name). A `conflict` where its role would take the place of that by which the last manages the account (`last_manager`).',
      body: mappingBody,
      send: { connection: '01a20d9b-6245-…', groupName: 'Engineers', role: 'developer' },
      ...{ answer: mappingAnswer, example: exampleMapping, errors: ['conflict', 'policy_violation'] },
      async handle({ op, params: { account: accountId }, body }) {
        const { connection: connectionId, groupId, groupName, role } = body
        const group = groupId === undefined ? { name: groupName ?? '' } : { id: groupId }
        return presentMapping(await app.addMapping(op, { accountId, connectionId, group, role }), clock.now())
      },
    }),
    route({
      ...{ operation: 'listMappings', who: 'manage-mappings', tag, method: 'get', path: mappings },
      about:
        'All mappings of an account. `state` is `bound`, `waiting`, `unconfirmed`, `dangling` (the group was removed) or `lapsed` (the group never came). `groupName` is what the group is called now.',
      ...{ query: list.query, answer: pageOf(mappingAnswer), example: { items: [boundMapping], next: null } },
      async handle({ op, params, query }) {
        const all = await app.listMappings(op, params.account)
        return list.page(
          all.map((mapping) => presentMapping(mapping, clock.now())),
          query,
        )
      },
    }),
    ...knownMappingRoutes({ app, clock }),
  ]
}

function knownMappingRoutes({ app, clock }: Pick<AdminDeps, 'app' | 'clock'>): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'confirmMapping',
        who: 'manage-mappings',
        tag,
        method: 'post',
        path: `${mappings}/:mapping/confirm`,
      },
      about:
        'Lets an `unconfirmed` mapping reach its role. Of a bound one it changes nothing; of a waiting one it is a `conflict`.',
      ...{ answer: mappingAnswer, example: boundMapping, errors: ['conflict'] },
      async handle({ op, params }) {
        const ref = { accountId: params.account, mappingId: params.mapping }
        return presentMapping(await app.confirmMapping(op, ref), clock.now())
      },
    }),
    route({
      ...{ operation: 'removeMapping', who: 'manage-mappings', tag, method: 'delete', path: `${mappings}/:mapping` },
      about:
        'Takes a mapping away. Whoever holds the role through it loses that path. A `conflict` where nobody would be left who manages the account (`last_manager`).',
      errors: ['conflict'],
      handle: ({ op, params }) => app.removeMapping(op, { accountId: params.account, mappingId: params.mapping }),
    }),
  ]
}
