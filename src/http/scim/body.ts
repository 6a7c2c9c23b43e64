import express, { type NextFunction, type Request, type Response } from 'express'
import { AppError } from '../../domain/errors.ts'
import type { JsonBounds } from './json-scan.ts'
import { parseInSlices } from './json-slices.ts'
import { invalidSyntax, ScimError } from './scim-error.ts'

export const userBodyLimit = 1024 * 1024
export const groupBodyLimit = 16 * 1024 * 1024

/** How many bytes a body may have, and what may be in it. */
export type Body = { readonly limit: number; readonly bounds: JsonBounds }

/** What a body may hold. A user is few values; a group is members by the hundred thousand, worked off in slices. */
const userBounds: JsonBounds = { values: 20_000, keys: 1000, depth: 32, text: userBodyLimit }

export const userBody: Body = { limit: userBodyLimit, bounds: userBounds }
export const bulkBody: Body = { limit: userBodyLimit, bounds: { ...userBounds, values: 200_000 } }
export const groupBody: Body = { limit: groupBodyLimit, bounds: { ...userBounds, values: 5_000_000 } }

type BodyError = { type?: string; status?: number }

/** Reads a JSON body of at most `limit` bytes; whatever is wrong with it is a SCIM error. */
export function readBody({ limit, bounds }: Body): (request: Request, response: Response) => Promise<void> {
  const readText = express.text({ type: () => true, limit })
  return async (request, response) => {
    requireJson(request)
    await new Promise<void>((resolve, reject) => {
      const next: NextFunction = (error?: unknown) =>
        error === undefined ? resolve() : reject(toBodyError(error as BodyError, limit))
      readText(request, response, next)
    })
    const text: unknown = request.body
    request.body = await parseInSlices(typeof text === 'string' ? text : '', bounds)
  }
}

function requireJson(request: Request): void {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (['application/scim+json', 'application/json'].includes(type.trim().toLowerCase())) return
  throw new ScimError(415, undefined, 'Content-Type: application/scim+json is due')
}

function toBodyError({ type, status }: BodyError, limit: number): Error {
  if (type === 'entity.too.large')
    return new AppError('too_large', `the body is larger than ${limit} bytes; send it in parts`)
  if (status === 415)
    return new ScimError(415, undefined, 'this charset or encoding of the body is not understood; use UTF-8')
  return invalidSyntax('the body could not be read whole')
}
