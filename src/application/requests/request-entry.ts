import type { requestOrders, SortOf } from '../list-orders.ts'
/** One audit line that a request has left: what happened, to which user, group or mapping, and to whose member. */
export type RequestChange = { readonly action: string; readonly target: string; readonly memberId: string | null }

/** What a request has changed; long lists are cut, and say how long they were. */
export type RequestChanges = {
  readonly lines: readonly RequestChange[]
  readonly linesTotal: number
  /** Whose roles are looked at anew because of it. */
  readonly memberIds: readonly string[]
  readonly membersTotal: number
}

/** What was repaired on the way in. */
export type RequestNotes = { readonly items: readonly string[]; readonly total: number }

/** One SCIM request as its connection's log keeps it: redacted by the door, before it is handed over. */
export type RequestSummary = {
  readonly id: string
  readonly connectionId: string
  readonly at: number
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly status: number
  readonly scimType: string | null
  readonly detail: string | null
  readonly ms: number
  readonly credentialId: string | null
  readonly notes: RequestNotes
  readonly changes: RequestChanges
}

/** Bodies are texts: JSON, unless they had to be cut. */
export type RequestDetail = RequestSummary & { readonly request: string | null; readonly answer: string | null }

/** `resourceId` is the id in the path: whoever it belongs to is found by the request, even where nothing changed. */
export type RequestEntry = RequestDetail & { readonly resourceId: string | null }

/** A page of a connection's log, the newest first unless asked otherwise. */
export type RequestQuery = {
  readonly connectionId: string
  readonly limit: number
  readonly after?: string | undefined
  readonly sort?: SortOf<typeof requestOrders> | undefined
  /** One status, or a class of them by its first digit. */
  readonly status?: number | undefined
  readonly method?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly memberId?: string | undefined
  readonly failed?: boolean | undefined
}
