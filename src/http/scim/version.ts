import type { NextFunction, Request, Response } from 'express'
import { sendScim } from './context.ts'
import { ScimError, toErrorAnswer } from './scim-error.ts'

const named = /^\/(v\d+)(?=[/?]|$)/

/**
 * A protocol version before the endpoint (RFC 7644, 3.13), as in `/v2/Users`: the one that there is is used, another one
 * is refused. Without a name it is the same, as there is no other.
 */
export function readVersion(request: Request, response: Response, next: NextFunction): void {
  const version = named.exec(request.url)?.[1]
  if (version === undefined) return next()
  if (version !== 'v2') return refuse(response, version)
  const rest = request.url.slice(version.length + 1)
  request.url = rest.startsWith('/') ? rest : `/${rest}`
  next()
}

/** The same for the version in the base URL, mounted beside the door at `/scim`. */
export function refuseOtherVersion(request: Request, response: Response, next: NextFunction): void {
  const version = named.exec(request.url)?.[1]
  if (version === undefined || version === 'v2') return next()
  refuse(response, version)
}

function refuse(response: Response, version: string): void {
  const error = new ScimError(400, 'invalidVers', `version ${version.slice(0, 20)} of SCIM is not spoken here; use v2`)
  sendScim(response, toErrorAnswer(error, ''))
}
