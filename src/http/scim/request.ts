import type { Request } from 'express'

/** A request as the handlers see it: from HTTP, or one operation of a bulk request. */
export type ScimRequest = {
  /** The resource's id from the path; empty on a collection. */
  readonly id: string
  readonly query: Parameters
  readonly body: unknown
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

/** The parameters of a query (RFC 7644, 3.4.2), from a URL or the body of a search; each as text. */
export type Parameters = Readonly<Record<string, string>>

export type ScimAnswer = {
  readonly status: number
  readonly body?: object
  /** The body as text piece by piece, where it may be large; `body` then is the beginning of it. */
  readonly text?: AsyncIterable<string>
  readonly headers?: Readonly<Record<string, string>>
}

export function fromHttp(request: Request): ScimRequest {
  return {
    id: typeof request.params.id === 'string' ? request.params.id : '',
    query: parametersOf(request),
    body: request.body as unknown,
    ifMatch: request.headers['if-match'],
    ifNoneMatch: request.headers['if-none-match'],
  }
}

/** Of a parameter that is told more than once, the first counts. Names keep their spelling. */
export function parametersOf(request: Request): Parameters {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) {
    const first: unknown = Array.isArray(value) ? value[0] : value
    if (typeof first === 'string') parameters[name] = first
  }
  return parameters
}

/** A parameter's value, the empty text where it is absent. */
export function param(parameters: Parameters, name: string): string {
  return parameters[name] ?? ''
}
