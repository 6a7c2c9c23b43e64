import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { Named } from '../../application/answers/answer-once.ts'
import { AppError } from '../../domain/errors.ts'

const bodies = new WeakMap<object, string>()
const digest = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

/** Remembers what a request’s body was, byte by byte, before it is parsed. */
export function noteBody(request: object, _response: object, body: Buffer): void {
  bodies.set(request, digest(body))
}

/** How a request names itself by its Idempotency-Key; null where it has none, or is none that the key is for. */
export function namedRequest(request: Request): Named | null {
  const told = request.get('Idempotency-Key')
  if (told === undefined || request.method !== 'POST') return null
  const key = /^"(.*)"$/.exec(told)?.[1] ?? told
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = 'must have 1 to 255 visible ASCII characters, such as a UUID'
    const problems = [{ path: 'Idempotency-Key', message }]
    throw new AppError('invalid_input', `Idempotency-Key: ${message}`, { problems })
  }
  return { key, request: digest(`${request.method} ${request.originalUrl} ${bodies.get(request) ?? ''}`) }
}
