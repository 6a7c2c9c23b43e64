import type { Request } from 'express'
import { AppError } from '../../domain/errors.ts'
import { etagOf } from './user-mapper.ts'

type Versioned = Parameters<typeof etagOf>[0]

/**
 * If-Match (RFC 7644, 3.14): whoever names a version changes that one or nothing. Asked of the locked row. There is no
 * If-None-Match: a user's groups and the names of a group's members move without their resource's version.
 */
export function requireVersion(request: Request, row: Versioned): void {
  const told = request.headers['if-match']
  if (told === undefined) return
  const tags = told.split(',').map((tag) => tag.trim())
  if (tags.includes('*') || tags.some((tag) => opaque(tag) === opaque(etagOf(row)))) return
  throw new AppError('precondition_failed', `the resource is at version ${etagOf(row)} by now; read it again`)
}

/** Versions count changes, so that weak and strong say the same. */
function opaque(tag: string): string {
  return tag.replace(/^W\//, '')
}
