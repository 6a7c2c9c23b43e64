import type { NextFunction, Request, Response } from 'express'
import type { RequestEntry } from '../../../application/requests/request-entry.ts'
import { parseCredential } from '../../../domain/credential-text.ts'
import { bearerOf, requestId, type HttpDeps } from '../../operation.ts'
import { redactBody } from './redact-body.ts'
import { redactQuery, redactUrlPath } from './redact-url.ts'
import { redactDetail, redactWords } from './redact-value.ts'
import { createThrottle } from './throttle.ts'
import { traceOf, type Trace } from './trace.ts'

/** Takes an entry at once, and never throws. Null where no log is kept. */
export type RequestSink = { add(entry: RequestEntry): void; skipped(): void } | null
type Deps = Pick<HttpDeps, 'clock' | 'newId' | 'log'> & { requestLog: RequestSink }

const mostNotes = 20
const longestMethod = 20
const wentAway = 'the client went away before it had the answer'

/**
 * Writes each request of the door into the request log, after its answer is out: mounted before the door's own routes. Whatever
 * goes wrong here is logged and nobody's business.
 */
export function recorded({ clock, newId, log, requestLog }: Deps) {
  const throttle = createThrottle(() => clock.now())
  const keep = (request: Request, trace: Trace, started: Started): void => {
    try {
      const entry = toEntry(request, trace, started)
      const isFree = entry.status === 429 || trace.credentialId === null
      if (isFree && !throttle(entry.connectionId)) requestLog?.skipped()
      else requestLog?.add(entry)
    } catch (error) {
      log.error({ err: error, op: started.operation }, 'a request could not be recorded')
    }
  }
  return (request: Request, response: Response, next: NextFunction): void => {
    if (requestLog === null) return next()
    const connectionId = String(request.params.connectionId).slice(0, 64)
    const moment = { id: newId(), at: clock.now(), ticks: performance.now() }
    const started = { ...moment, connectionId, url: request.url, operation: requestId(request, newId) }
    const trace = traceOf(request)
    response.once('close', () => {
      const isGone = !response.writableFinished
      const finish = (): void => keep(request, trace, { ...started, isGone, status: response.statusCode })
      // Whoever went away is recorded when it is known what became of his request.
      if (isGone && trace.answer === null) trace.answered = finish
      else finish()
    })
    next()
  }
}

type Started = {
  readonly id: string
  readonly at: number
  readonly ticks: number
  readonly url: string
  readonly operation: string
  readonly connectionId: string
  /** The client did not wait for its answer. */
  readonly isGone: boolean
  readonly status: number
}

function toEntry(request: Request, trace: Trace, started: Started): RequestEntry {
  const { id, at, operation, connectionId, isGone, status } = started
  const [path = '', query = ''] = split(started.url)
  const subject = { hidden: trace.hidden, isGroup: /^(\/v2)?\/Groups\b/.test(path) }
  const { scimType = null, detail = null } = errorOf(trace)
  return {
    ...{ id, at, operation, connectionId, scimType },
    method: request.method.slice(0, longestMethod),
    path: redactUrlPath(path),
    query: redactQuery(query, subject),
    status: trace.answer?.status ?? status,
    detail: isGone ? wentAway : detail && redactDetail(detail),
    ms: Math.round((performance.now() - started.ticks) * 1000) / 1000,
    credentialId: trace.credentialId ?? tokenNamed(request),
    resourceId: /^(?:\/v2)?\/Users\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? null,
    request: redactBody(request.body, subject),
    answer: redactBody(trace.answer?.body, subject),
    notes: { items: trace.notes.slice(0, mostNotes).map(redactWords), total: trace.notes.length },
    changes: trace.changes(),
  }
}

function split(url: string): string[] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)]
}

/** What the answer says went wrong. */
function errorOf({ answer }: Trace): { scimType?: string; detail?: string } {
  if (answer === null || answer.status < 400) return {}
  return answer.body ?? {}
}

/** The token that the caller shows, by its id alone; whether it is one of the connection is found out when it is written. */
function tokenNamed(request: Request): string | null {
  return parseCredential('scim', bearerOf(request) ?? '')?.id ?? null
}
