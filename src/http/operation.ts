import type { Request } from 'express'
import type { Operation } from '../application/operation.ts'
import type { Actor } from '../domain/actor.ts'
import { isStorable } from './storable-text.ts'

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

/** The id and the secret of an `Authorization: Basic …` header (RFC 7617); null where there is none, or what it holds is none. */
export function basicOf(request: Request): { id: string; secret: string } | null {
  const [scheme = '', encoded = ''] = (request.headers.authorization ?? '').trim().split(/\s+/)
  if (scheme.toLowerCase() !== 'basic' || encoded.length > 1000) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 1 || !isStorable(text) ? null : { id: text.slice(0, colon), secret: text.slice(colon + 1) }
}
