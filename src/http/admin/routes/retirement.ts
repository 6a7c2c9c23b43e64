import { exampleRetirement, retirementAnswer } from '../answers/retirement.ts'
import type { AdminDeps } from '../deps.ts'
import { route, type AdminRoute } from '../route.ts'
import { planQuery } from '../schemas.ts'
import { connectionRef } from './refs.ts'

const tag = 'Connections'
const connection = '/accounts/:account/connections/:connection'

/** How a connection comes to its end. */
export function retirementRoutes({ app }: Pick<AdminDeps, 'app'>): AdminRoute[] {
  return [
    route({
      ...{ operation: 'planRetirement', who: 'manage-mappings', tag, method: 'get', path: `${connection}/retirement` },
      about:
        'What retiring the connection would do: how many people leave with it and which roles they hold, who stays, and what else ends. It changes nothing. See [retire a connection](../guides/retire-a-connection.md).',
      ...{ answer: retirementAnswer, example: exampleRetirement, errors: ['conflict'] },
      handle: ({ op, params }) => app.planRetirement(op, connectionRef(params)),
    }),
    route({
      ...{
        operation: 'retireConnection',
        who: 'manage-mappings',
        tag,
        method: 'delete',
        conditional: 'connection',
        path: connection,
      },
      about:
        'Retires the connection, for good, as it was planned. Its tokens, clients, sign-in, identities and sessions, and whoever comes in by it alone, end at once. It is still listed, with the state `retired`. A `conflict` where the plan is not what would happen now (`plan_stale`), or where it is retired already (`connection_retired`).',
      ...{ query: planQuery, answer: retirementAnswer, example: exampleRetirement, errors: ['conflict'] },
      handle: ({ op, params, query }) => app.retireConnection(op, { ...connectionRef(params), ...query }),
    }),
  ]
}
