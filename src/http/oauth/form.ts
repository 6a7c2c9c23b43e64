import express, { type NextFunction, type Request, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { OAuthError } from './oauth-error.ts'

/** The parameters of a token request; one without a value counts as not sent (RFC 6749, 3.2). */
export type Form = ReadonlyMap<string, string>

const bodyLimit = 64 * 1024
const readText = express.text({ type: () => true, limit: bodyLimit })

/** Reads a form from the body, and from nowhere else; a parameter that comes twice is refused. */
export async function readForm(request: Request, response: Response): Promise<Form> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw new OAuthError('invalid_request', 'Content-Type: application/x-www-form-urlencoded is due')
  await new Promise<void>((resolve, reject) => {
    const next: NextFunction = (error?: unknown) =>
      error === undefined ? resolve() : reject(toBodyError(error as { type?: string }))
    readText(request, response, next)
  })
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(typeof request.body === 'string' ? request.body : '')) {
    if (form.has(name)) throw new OAuthError('invalid_request', 'a parameter is there twice')
    form.set(name, value)
  }
  return new Map([...form].filter(([, value]) => value !== ''))
}

function toBodyError({ type }: { type?: string }): Error {
  if (type === 'entity.too.large') return new AppError('too_large', `the body is larger than ${bodyLimit} bytes`)
  return new OAuthError('invalid_request', 'the body could not be read whole')
}
