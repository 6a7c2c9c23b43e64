import { examplePermissions, exampleWhy, permissionsAnswer, whyAnswer } from '../answers/access.ts'
import type { AdminDeps } from '../deps.ts'
import { route, type AdminRoute } from '../route.ts'
import { permissionsQuery, whyQuery } from '../schemas.ts'
import { memberRef } from './refs.ts'

const member = '/accounts/:account/members/:member'

export function accessRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'getPermissions',
        who: 'see-members',
        tag: 'Members',
        method: 'get',
        path: `${member}/permissions`,
      },
      about:
        'All that a member may do now, capability by capability, and through which roles and paths. `at` names the account in which he would act, his own unless told.',
      ...{ query: permissionsQuery, answer: permissionsAnswer, example: examplePermissions },
      async handle({ op, params, query }) {
        const { memberId, ...rest } = await app.showPermissions(op, { ...memberRef(params), ...query })
        return { member: memberId, ...rest }
      },
    }),
    route({
      ...{ operation: 'explainAccess', who: 'see-members', tag: 'Members', method: 'get', path: `${member}/why` },
      about:
        'Why a member holds a role (`role`), or may do something with a capability (`capability` and `action`). It tells every path that grants it now, and every path that was considered and [lost](decisions.md#why), with its reason. Asked for neither, it tells of all his roles.',
      ...{ query: whyQuery, answer: whyAnswer, example: exampleWhy },
      async handle({ op, params, query }) {
        const { memberId, ...rest } = await app.explainAccess(op, { ...memberRef(params), ...query })
        return { member: memberId, ...rest }
      },
    }),
  ]
}
