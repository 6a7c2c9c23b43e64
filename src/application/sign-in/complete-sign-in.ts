import { sameJudge } from '../../domain/oidc-settings.ts'
import { endOfSession, type Session } from '../../domain/session.ts'
import { addressesOf, readClaims, tokenRefusal, type Claims, type SignInRefusal } from '../../domain/sign-in.ts'
import type { Visitor } from '../../domain/visitor.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { isUsable } from './begin-sign-in.ts'
import type { Arrival, Found, Person } from './arrival.ts'
import { barredFrom } from './barred-from.ts'
import { findPerson, notePair } from './find-person.ts'
import { endVisit, openVisit, receiveVisitor, type Visiting } from './receive-visitor.ts'
import { recordRefusal, refuse, SignInRefused } from './refused.ts'
import type { SignInSetUp } from './stores.ts'

type Needs = Pick<
  Ports,
  | 'openingRules'
  | 'unitOfWork'
  | 'views'
  | 'catalogs'
  | 'workEmail'
  | 'clock'
  | 'newId'
  | 'secrets'
  | 'vault'
  | 'sessionLimits'
>
export type CompleteSignIn = {
  /** The sign-in as it was when the callback was taken. */
  readonly signIn: SignInSetUp
  /** The claims of an ID token whose signature, issuer, audience, times and nonce have been checked. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly idToken: string | null
  readonly accountId: string | null
  /** What it is for: an invitation, by the token of its link, or (null) to open an account; and the secret of the browser. */
  readonly visiting: { readonly invitation: string | null; readonly browser: string } | null
  /** The secret of the session that begins, and of the one that this browser had. */
  readonly sessionSecret: string
  readonly formerSecret: string | null
}

/** A visitor has no session: what was proven of him serves for what he came for and for nothing else. */
export type Entered = { readonly session: Session } | { readonly visitor: Visitor }

/**
 * The end of a sign-in: who this is, whether he may come in now, and his session. What is looked at is read in the
 * transaction that writes the session, so that whoever was suspended meanwhile gets none.
 */
export async function completeSignIn(ports: Needs, op: Operation, command: CompleteSignIn): Promise<Entered> {
  authorize(op, { verb: 'sign-in' })
  const { connection, settings } = command.signIn
  const where = { accountId: connection.accountId, connectionId: connection.id }
  const claims = readClaims(command.claims, settings.pair)
  if (claims === null) return refuse(ports, op, 'token_invalid', where)
  const early = tokenRefusal(claims, settings, ports.clock.now())
  if (early !== null) return refuse(ports, op, early, where)
  const proven = await ports.views.provenDomains(connection.accountId, 'verified-or-lapsed')
  const refused = judgeAddresses(ports, claims, proven)
  if (refused !== null) return refuse(ports, op, 'not_a_work_address', { ...where, detail: refused })

  const visiting = command.visiting && (await openVisit(ports, command.visiting, settings))
  const outcome = await ports.unitOfWork((tx) => admit(ports, op, tx, { command, claims, visiting }))
  if ('refusal' in outcome) throw new SignInRefused(outcome.refusal)
  return outcome
}

/** Addresses that identify a person are work addresses, or he does not come in. */
function judgeAddresses({ workEmail }: Needs, claims: Claims, verifiedDomains: ReadonlySet<string>) {
  for (const address of addressesOf(claims)) {
    const verdict = workEmail.judgeAddress(address, { verifiedDomains })
    if (verdict.kind === 'refused') return { rule: verdict.rule, domain: verdict.domain }
  }
  return null
}

type Admission = { command: CompleteSignIn; claims: Claims; visiting: Visiting | null }
type Outcome = Entered | { readonly refusal: SignInRefusal }

async function admit(ports: Needs, op: Operation, tx: Tx, admission: Admission): Promise<Outcome> {
  const { command, claims, visiting } = admission
  const { accountId, id: connectionId } = command.signIn.connection
  const now = ports.clock.now()
  const no = async (
    refusal: SignInRefusal,
    more: Partial<Extract<Found, { refusal: string }>> = {},
  ): Promise<Outcome> => {
    const { memberId = null, detail = {} } = more
    await recordRefusal(tx, op, refusal, { accountId, connectionId, memberId, detail }, now)
    return { refusal }
  }
  const connection = await tx.connections.lock(connectionId)
  const settings = await tx.oidcSettings.lock(connectionId)
  if (connection === undefined || settings === undefined || !isUsable({ connection, settings }))
    return no('not_available')
  if (!sameJudge(settings, command.signIn.settings)) return no('settings_changed')
  const mayCreate = visiting === null
  const arrival: Arrival = { connection, settings, claims, accountId: command.accountId, mayCreate, now }
  const found = await findPerson(ports, op, tx, arrival)
  if ('member' in found) await notePair(tx, arrival)
  const entering = 'refusal' in found ? found : ((await refusedTo(tx, found)) ?? found)
  if ('member' in entering) {
    if (visiting !== null) await endVisit(tx, visiting)
    return { session: await startSession(ports, op, tx, { command, claims, found: entering, now }) }
  }
  if (visiting === null) return no(entering.refusal, entering)
  const received = await receiveVisitor(ports, op, tx, { arrival, visiting, found })
  return 'visitor' in received ? received : no(received.refusal, entering)
}

async function refusedTo(tx: Tx, found: Person): Promise<Extract<Found, { refusal: string }> | null> {
  const refusal = await barredFrom(tx, found)
  return refusal && { refusal, memberId: found.member.id }
}

type Start = { command: CompleteSignIn; claims: Claims; found: Person; now: number }

async function startSession(ports: Needs, op: Operation, tx: Tx, start: Start): Promise<Session> {
  const { command, claims, found, now } = start
  const { member, link } = found
  const { secrets, vault, newId, sessionLimits } = ports
  await endFormer(tx, command.formerSecret && secrets.hash(command.formerSecret))
  const id = newId()
  const session: Session = {
    ...{ id, secretHash: secrets.hash(command.sessionSecret), accountId: member.accountId, memberId: member.id },
    incarnation: member.incarnation,
    identity: {
      ...{ linkId: link.id, connectionId: link.connectionId, subject: link.subject, idpSession: claims.idpSession },
      ...{ acr: claims.acr, amr: claims.amr, authTime: claims.authTime },
      sealedIdToken: command.idToken === null ? null : vault.seal(command.idToken, idTokenContext(id)),
    },
    ...{ startedAt: now, lastSeenAt: now, endsAt: endOfSession(now, sessionLimits, claims.sessionEndsAt) },
  }
  await tx.identityLinks.touch(link.id, now)
  await tx.sessions.insert(session)
  const { accountId, id: memberId } = member
  const line = { action: 'sign_in.completed', accountId, target: memberId, memberId } as const
  const detail = { session: id, connection: link.connectionId, link: link.id, acr: claims.acr, amr: claims.amr }
  await tx.audit.record(op, { ...line, detail }, now)
  return session
}

/** A browser has one session: the former one ends where another begins. */
export async function endFormer(tx: Pick<Tx, 'sessions'>, secretHash: string | null): Promise<void> {
  const former = secretHash === null ? undefined : await tx.sessions.lock(secretHash)
  if (former !== undefined) await tx.sessions.remove(former.id)
}

export const idTokenContext = (sessionId: string): string => `session/${sessionId}/id-token`
