import type { Request } from 'express'
import type { Operation } from '../application/operation.ts'
import type { Actor } from '../domain/actor.ts'

/** What every door gets: a log, a clock, ids. */
export type HttpLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
export type HttpDeps = { log: HttpLog; clock: { now(): number }; newId: () => string }

const ids = new WeakMap<Request, string>()

/** The request's id: the caller's own `X-Request-Id` if it is sane, else a fresh one. */
export function requestId(request: Request, newId: () => string): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const told = request.headers['x-request-id']
  const id = typeof told === 'string' && /^[\w.:-]{1,100}$/.test(told) ? told : newId()
  ids.set(request, id)
  return id
}

export function newOperation(request: Request, actor: Actor, newId: () => string): Operation {
  return { actor, id: requestId(request, newId) }
}

/** The token of an `Authorization: Bearer …` header; null where there is none. */
export function bearerOf(request: Request): string | null {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').trim().split(/\s+/)
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : null
}
