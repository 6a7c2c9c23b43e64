import { pageOf } from '../answers/common.ts'
import { exampleRequest, exampleRequestDetail, requestAnswer, requestDetailAnswer } from '../answers/requests.ts'
import type { AdminDeps } from '../deps.ts'
import { presentRequest, presentRequestDetail } from '../presenters.ts'
import { requestsQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { connectionRef } from './refs.ts'

const tag = 'Requests'
const requests = '/accounts/:account/connections/:connection/requests'

export function requestRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listRequests', who: 'manage-mappings', tag, method: 'get', path: requests },
      about:
        'A page of what the IdP has asked, the newest first: the [request log](request-log.md). `status` is one status or a class such as `4xx`; `failed` finds what was refused or failed, or (`false`) what was not; `member` finds what was about a member or changed him; `since` is included, `until` is not. `repaired`, `changed` and `members` are cut, and their totals are not.',
      ...{ query: requestsQuery, answer: pageOf(requestAnswer), example: { items: [exampleRequest], next: null } },
      async handle({ op, params, query: { member: memberId, status, ...asked } }) {
        const page = await app.listRequests(op, {
          ...{ ...connectionRef(params), memberId, ...asked },
          // A class of statuses goes by its first digit.
          status: status === undefined ? undefined : Number.parseInt(status, 10),
        })
        return { items: page.items.map(presentRequest), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getRequest', who: 'manage-mappings', tag, method: 'get', path: `${requests}/:request` },
      about:
        'One request with its bodies, [redacted](request-log.md#what-is-redacted). A body longer than 8 KiB is a text that was cut, and `truncated`. `request` and `answer` are null where there was no body.',
      ...{ answer: requestDetailAnswer, example: exampleRequestDetail },
      async handle({ op, params }) {
        const ref = { ...connectionRef(params), requestId: params.request }
        return presentRequestDetail(await app.showRequest(op, ref))
      },
    }),
  ]
}
