import { pageOf } from '../answers/common.ts'
import { exampleHolding, exampleReport, holdingAnswer, presentHolding } from '../answers/reports.ts'
import type { AdminDeps } from '../deps.ts'
import { route, streamRoute, type AdminRoute } from '../route.ts'
import { reportQuery } from '../list-queries.ts'

const tag = 'Members'
const path = '/accounts/:account/reports/assignments'

/** What is looked through regularly. */
export function reportRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'reportAssignments', who: 'see-members', tag, method: 'get', path, query: reportQuery },
      about:
        'Who holds what now: since when, given by whom or what, until when, and when he was last seen. A page covers `limit` members, with a line for each role and source. See [the review](member-roles.md#reviewing-assignments).',
      ...{ answer: pageOf(holdingAnswer), example: { items: [exampleHolding], next: null } },
      async handle({ op, params, query }) {
        const page = await app.reportAssignments(op, { accountId: params.account, ...query, after: query.after })
        return { items: page.items.map(presentHolding), next: page.next }
      },
    }),
    streamRoute({
      ...{ operation: 'exportAssignments', who: 'see-members', tag, path: `${path}/csv` },
      about:
        'The same report as CSV (RFC 4180), sent as it is read. A field that a spreadsheet would take for a formula begins with an apostrophe.',
      stream: { media: 'text/csv; charset=utf-8', example: exampleReport },
      handle: ({ op, params }) => app.exportAssignments(op, params.account),
    }),
  ]
}
