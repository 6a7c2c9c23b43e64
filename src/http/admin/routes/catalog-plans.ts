import {
  appliedAnswer,
  catalogPlanAnswer,
  exampleApplied,
  examplePlan,
  examplePlannedMember,
  plannedMemberAnswer,
} from '../answers/catalog-plans.ts'
import { pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { planMembersQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { applyBody } from '../schemas.ts'

const tag = 'Catalogs'
const path = '/catalogs/:catalog/plan'
/** Accounts that one answer lists. */
const listed = 200

/** How a changed catalog comes in force. */
export function catalogPlanRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'planCatalog',
        who: 'operator',
        tag,
        method: 'get',
        path,
        answer: catalogPlanAnswer,
        example: examplePlan,
      },
      about:
        'What putting the catalog’s file in force would do: which roles, rows and rules change, and in each account who gains and who loses what. It changes nothing. `vanishing` are roles that are gone then, with what names them; `toAccept` has to be accepted when the plan is applied. At most 200 accounts are listed. See [a changed catalog](catalog-format.md#a-changed-catalog).',
      errors: ['upstream_rejected'],
      async handle({ params, op }) {
        const plan = await app.planCatalog(op, params.catalog)
        const accounts = plan.accounts.slice(0, listed)
        return { ...plan, accounts, moreAccounts: plan.accounts.length - accounts.length }
      },
    }),
    route({
      ...{ operation: 'listPlannedMembers', who: 'operator', tag, method: 'get', path: `${path}/members` },
      about:
        'Who gains and who loses what by the plan, person by person. A page looks at `limit` people and may list fewer, even none, while `next` leads on.',
      ...{ query: planMembersQuery, answer: pageOf(plannedMemberAnswer), errors: ['upstream_rejected'] },
      example: { items: [examplePlannedMember], next: null },
      handle: ({ params, op, query }) => app.planMembers(op, { id: params.catalog, ...query, after: query.after }),
    }),
    route({
      ...{ operation: 'applyCatalog', who: 'operator', tag, method: 'post', path: '/catalogs/:catalog/apply' },
      about:
        'Puts the catalog’s file in force as it was planned, for all of its accounts at once. What roles give counts from then on; roles that somebody newly holds come with the propagation. A `conflict` where the plan is not what would happen now (`plan_stale`), or has to be accepted and is not (`needs_acceptance`). The same plan twice is applied once.',
      ...{ body: applyBody, send: { plan: '51be…' }, errors: ['conflict', 'upstream_rejected'] },
      ...{ answer: appliedAnswer, example: exampleApplied },
      handle: ({ params, op, body }) => app.applyCatalog(op, { id: params.catalog, ...body }),
    }),
  ]
}
