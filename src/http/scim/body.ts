import express, { type NextFunction, type Request, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import { invalidSyntax, ScimError } from './scim-error.ts'

export const userBodyLimit = 1024 * 1024
export const groupBodyLimit = 16 * 1024 * 1024

type BodyError = { type?: string; status?: number }

/** Reads a JSON body of at most `limit` bytes; whatever is wrong with it is a SCIM error. */
export function readBody(limit: number): (request: Request, response: Response) => Promise<void> {
  const readText = express.text({ type: () => true, limit })
  return async (request, response) => {
    requireJson(request)
    await new Promise<void>((resolve, reject) => {
      const next: NextFunction = (error?: unknown) =>
        error === undefined ? resolve() : reject(toBodyError(error as BodyError, limit))
      readText(request, response, next)
    })
    request.body = parseJson(request.body)
  }
}

function requireJson(request: Request): void {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (['application/scim+json', 'application/json'].includes(type.trim().toLowerCase())) return
  throw new ScimError(415, undefined, 'Content-Type: application/scim+json is due')
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : '')
  } catch {
    throw invalidSyntax('the body is not JSON')
  }
}

function toBodyError({ type, status }: BodyError, limit: number): Error {
  if (type === 'entity.too.large')
    return new AppError('too_large', `the body is larger than ${limit} bytes; send it in parts`)
  if (status === 415)
    return new ScimError(415, undefined, 'this charset or encoding of the body is not understood; use UTF-8')
  return invalidSyntax('the body could not be read whole')
}
