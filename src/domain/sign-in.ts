import type { JoiningPair, OidcSettings } from './oidc-settings.ts'

/** Why a sign-in was refused: a closed list, kept in the audit log. */
export const signInRefusals = [
  'not_begun_here',
  'too_late',
  'connection_mixed_up',
  'not_available',
  'settings_changed',
  'declined_by_idp',
  'other_issuer',
  'response_invalid',
  'code_refused',
  'token_invalid',
  'idp_unreachable',
  'idp_misconfigured',
  'session_over',
  'wrong_tenant',
  'identity_changed',
  'not_provisioned',
  'ambiguous_person',
  'linked_otherwise',
  'not_a_work_address',
  'no_verified_address',
  'opening_unverified',
  'domain_not_verified',
  'own_sign_in_required',
  'suspended',
  'removed',
  'out_at_home',
  'account_suspended',
  'link_spent',
  'invitation_over',
] as const
export type SignInRefusal = (typeof signInRefusals)[number]

/** What an ID token says, as far as anything here looks at it. Whatever has not the right form counts as not said. */
export type Claims = {
  readonly subject: string
  /** Whom the token is for, where it is for one alone. */
  readonly audience: string | null
  readonly tenant: string | null
  readonly objectId: string | null
  readonly email: string | null
  /** Said in this very token, and as a boolean: `"true"` proves nothing. */
  readonly emailVerified: boolean
  readonly preferredUsername: string | null
  readonly upn: string | null
  readonly name: string | null
  readonly pairValue: string | null
  readonly idpSession: string | null
  readonly acr: string | null
  readonly amr: readonly string[]
  readonly authTime: number | null
  /** When the IdP wants the session to end (`session_expiry`), epoch milliseconds. */
  readonly sessionEndsAt: number | null
}

const longest = 255

/** NUL and halves of surrogate pairs are no text that a database keeps. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > longest) return null
  return /[\u0000\p{Cs}]/u.test(value) ? null : value
}

function soleOf(value: unknown): string | null {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.length === 1 && typeof all[0] === 'string' ? all[0] : null
}

function secondsOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value * 1000) : null
}

/** Null where there is no `sub` that could be kept. */
export function readClaims(told: Readonly<Record<string, unknown>>, pair: JoiningPair | null): Claims | null {
  const own = (name: string): unknown => (Object.hasOwn(told, name) ? told[name] : undefined)
  const subject = textOf(own('sub'))
  if (subject === null) return null
  const amr = own('amr')
  return {
    subject,
    audience: soleOf(own('aud')),
    tenant: textOf(own('tid'))?.toLowerCase() ?? null,
    objectId: textOf(own('oid')),
    email: textOf(own('email')),
    emailVerified: own('email_verified') === true || own('xms_edov') === true,
    preferredUsername: textOf(own('preferred_username')),
    upn: textOf(own('upn')),
    name: textOf(own('name')),
    pairValue: pair && textOf(own(pair.claim)),
    idpSession: textOf(own('sid')),
    acr: textOf(own('acr')),
    amr: Array.isArray(amr) ? amr.flatMap((each) => textOf(each) ?? []).slice(0, 20) : [],
    authTime: secondsOf(own('auth_time')),
    sessionEndsAt: secondsOf(own('session_expiry')),
  }
}

/** Addresses in a token that identify a person: each is judged by the work e-mail rule. */
export function addressesOf({ email, preferredUsername, upn }: Claims): string[] {
  return [email, preferredUsername, upn].filter((each) => each?.includes('@') === true) as string[]
}

/** What speaks against a token before anybody is looked for; null: nothing. */
export function tokenRefusal(claims: Claims, settings: OidcSettings, now: number): SignInRefusal | null {
  if (claims.audience !== settings.clientId) return 'token_invalid'
  if (settings.tenant !== null && claims.tenant !== settings.tenant) return 'wrong_tenant'
  if (claims.sessionEndsAt !== null && claims.sessionEndsAt <= now) return 'session_over'
  return null
}

export const signInLifeMs = 10 * 60_000
