import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { AppError } from '../../domain/errors.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'

/** A refusal with what may be kept of it: error codes, no text of the other side. */
export type ProviderRefusal = { readonly refusal: SignInRefusal; readonly detail: Readonly<Record<string, unknown>> }

/** The IdP answered that it does not let the person pass. */
export class SignInDeclined extends Error {}

const word = /^[\w.-]{1,60}$/

/**
 * What went wrong between the IdP and us, as one of our refusals; null for a fault of our own. Before the token was
 * asked for, it was the browser that brought the wrong thing. */
export function toRefusal(error: unknown, tokenAsked: boolean): ProviderRefusal | null {
  if (error instanceof SignInDeclined) return refused('declined_by_idp', 'access_denied')
  if (error instanceof AuthorizationResponseError) return refused('declined_by_idp', error.error)
  if (error instanceof ResponseBodyError) {
    const client = error.error === 'invalid_client' || error.error === 'unauthorized_client'
    return refused(client ? 'idp_misconfigured' : 'code_refused', error.error)
  }
  if (error instanceof WWWAuthenticateChallengeError) return refused('idp_misconfigured', 'challenge')
  const known = causes(error).find((each): each is AppError => each instanceof AppError)
  if (known !== undefined) {
    const away = known.code === 'upstream_unavailable'
    return refused(away ? 'idp_unreachable' : 'idp_misconfigured', known.rule ?? known.code)
  }
  if (!(error instanceof ClientError)) return null
  const code = error.code ?? ''
  if (code === 'OAUTH_TIMEOUT') return refused('idp_unreachable', code)
  return refused(tokenAsked ? 'token_invalid' : 'response_invalid', code)
}

function refused(refusal: SignInRefusal, code: string): ProviderRefusal {
  return { refusal, detail: word.test(code) ? { code } : {} }
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let each = error; each instanceof Error && found.length < 5; each = each.cause) found.push(each)
  return found
}
