import type { RequestDetail, RequestSummary } from '../../application/requests/request-entry.ts'
import type { AdminDeps } from './deps.ts'
import type { AdminRoute } from './route.ts'
import { requestsQuery } from './schemas.ts'
import { parseInput } from './strict.ts'

const base = '/accounts/:a/connections/:c/requests'

/** What a connection's IdP has asked, and what came of it. */
export function requestRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    {
      ...{ method: 'get', path: base },
      async handle({ op, params: { a = '', c = '' }, query }) {
        const { member: memberId, status, ...asked } = parseInput(requestsQuery, query)
        const page = await app.listRequests(op, {
          ...{ accountId: a, connectionId: c, memberId },
          ...asked,
          // A class of statuses goes by its first digit.
          status: status === undefined ? undefined : Number.parseInt(status, 10),
        })
        return { items: page.items.map(presentSummary), next: page.next }
      },
    },
    {
      ...{ method: 'get', path: `${base}/:r` },
      async handle({ op, params: { a = '', c = '', r = '' } }) {
        return presentDetail(await app.showRequest(op, { accountId: a, connectionId: c, requestId: r }))
      },
    },
  ]
}

function presentSummary(request: RequestSummary) {
  const { id, at, operation, method, path, query, status, scimType, detail, ms, credentialId, notes, changes } = request
  return {
    ...{ id, at: new Date(at).toISOString(), operation, method, path, query, status, scimType, detail, ms },
    credential: credentialId,
    repaired: notes.items,
    repairedTotal: notes.total,
    changed: changes.lines.map(({ action, target, memberId }) => ({ action, target, member: memberId })),
    changedTotal: changes.linesTotal,
    members: changes.memberIds,
    membersTotal: changes.membersTotal,
  }
}

function presentDetail(detail: RequestDetail) {
  return { ...presentSummary(detail), request: presentBody(detail.request), answer: presentBody(detail.answer) }
}

/** A body as JSON; one that had to be cut is JSON no more, and is told as text. */
function presentBody(text: string | null) {
  if (text === null) return null
  try {
    return { body: JSON.parse(text) as unknown, truncated: false }
  } catch {
    return { body: text, truncated: true }
  }
}
