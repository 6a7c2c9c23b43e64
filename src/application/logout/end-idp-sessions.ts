import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { IdpSubject } from './idp-signals.ts'
import type { SignInSetUp } from '../sign-in/stores.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'secrets' | 'idpSignals' | 'domainRule'>

/** For how long a signal is known again: longer than one may be old. */
const rememberMs = 15 * 60_000

export type BackChannelLogout = { connectionId: string; token: string }

/** The IdP signed somebody out (OpenID Connect Back-Channel Logout 1.0): of one of its sessions, or of all. */
export async function endByBackChannel(
  ports: Needs,
  op: Operation,
  { connectionId, token }: BackChannelLogout,
): Promise<number> {
  authorize(op, { verb: 'sign-in' })
  const { settings } = await requireSignIn(ports, connectionId)
  const { issuer, clientId } = settings
  const { subject, idpSession, jti } = await ports.idpSignals.logout(token, { issuer, clientId, audience: clientId })
  return ports.unitOfWork(async (tx) => {
    await spend(ports, tx, connectionId, jti)
    return end(ports, op, tx, connectionId, { kind: 'told', subject, idpSession }, 'back_channel_logout')
  })
}

/** As RFC 9493 names somebody. */
export type RevokedSubject =
  | { readonly format: 'iss_sub'; readonly iss: string; readonly sub: string }
  | { readonly format: 'email'; readonly email: string }
export type GlobalRevocation = { connectionId: string; token: string; endpoint: string; subject: RevokedSubject }

/**
 * The IdP asks that somebody be signed out everywhere (Okta's Universal Logout). An address is looked for among the people
 * of this connection alone, and only in a domain that its account has proved.
 */
export async function endByRevocation(ports: Needs, op: Operation, command: GlobalRevocation): Promise<number> {
  authorize(op, { verb: 'sign-in' })
  const { connectionId, token, endpoint, subject } = command
  const signIn = await requireSignIn(ports, connectionId)
  const { issuer, clientId } = signIn.settings
  const { jti } = await ports.idpSignals.revocation(token, { issuer, clientId, audience: endpoint })
  const who = await toSubject(ports, signIn, subject)
  const ended = await ports.unitOfWork(async (tx) => {
    await spend(ports, tx, connectionId, jti)
    if (who === null || !(await tx.idpSessions.isKnown(connectionId, who))) return null
    return end(ports, op, tx, connectionId, who, 'universal_logout')
  })
  if (ended === null) throw new AppError('not_found', 'nobody of this connection is known by that name')
  return ended
}

async function requireSignIn({ views }: Needs, connectionId: string): Promise<SignInSetUp> {
  const found = await views.signIn(connectionId)
  if (found?.settings.enabled === true && found.connection.state === 'active') return found
  throw new AppError('unauthenticated', 'there is no sign-in to end here', { rule: 'invalid_token' })
}

async function toSubject(
  { views, domainRule }: Needs,
  { connection, settings }: SignInSetUp,
  subject: RevokedSubject,
): Promise<IdpSubject | null> {
  if (subject.format === 'iss_sub')
    return subject.iss === settings.issuer ? { kind: 'told', subject: subject.sub, idpSession: null } : null
  const at = subject.email.lastIndexOf('@')
  const { domain } = domainRule.judge(subject.email.slice(at + 1))
  const owner = domain === '' ? undefined : await views.domainOwner(domain)
  if (owner?.accountId !== connection.accountId) return null
  return { kind: 'email', email: `${subject.email.slice(0, at)}@${domain}` }
}

/** A signal counts once: whoever sends it again changes nothing. */
async function spend({ clock, secrets }: Needs, tx: Tx, connectionId: string, jti: string): Promise<void> {
  const now = clock.now()
  if (await tx.idpSessions.spend(connectionId, secrets.hash(jti), { now, until: now + rememberMs })) return
  throw new AppError('unauthenticated', 'the token was used before', { rule: 'invalid_token' })
}

async function end(
  { clock }: Needs,
  op: Operation,
  tx: Tx,
  connectionId: string,
  who: IdpSubject,
  reason: 'back_channel_logout' | 'universal_logout',
): Promise<number> {
  const sessions = await tx.idpSessions.end(connectionId, who)
  for (const { id: target, accountId, memberId } of sessions) {
    const detail = { reason, connection: connectionId }
    await tx.audit.record(op, { action: 'session.ended', accountId, target, memberId, detail }, clock.now())
  }
  return sessions.length
}
