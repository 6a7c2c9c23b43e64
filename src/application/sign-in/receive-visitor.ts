import { AppError } from '../../domain/errors.ts'
import { stateOf, type Invitation } from '../../domain/invitation.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import { mostVisitors, visitorLifeMs, type Visitor, type VisitorClaims } from '../../domain/visitor.ts'
import { openLink } from '../invitations/invitation-link.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { Arrival, Found } from './arrival.ts'
import { notePair, wasRemoved } from './find-person.ts'
import { barredAtHome } from './home-standing.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'newId' | 'secrets' | 'vault'>

/** The invitation that somebody signs in to take up; null where it is over by now. */
export type Visiting = { readonly invitation: Invitation | null; readonly browserHash: string }

export async function openVisit(
  ports: Needs,
  { invitation: token, browser }: { invitation: string; browser: string },
): Promise<Visiting> {
  const browserHash = ports.secrets.hash(browser)
  try {
    const invitation = await openLink(ports, token)
    const open = stateOf(invitation, ports.clock.now()) === 'pending'
    return { invitation: open ? invitation : null, browserHash }
  } catch (error) {
    if (error instanceof AppError && error.rule === 'invitation_dead') return { invitation: null, browserHash }
    throw error
  }
}

/** Whoever signs in as a member takes the place of the visitor that this browser had for the invitation. */
export async function endVisit(tx: Tx, { invitation, browserHash }: Visiting): Promise<void> {
  if (invitation !== null) await tx.visitors.take(browserHash, invitation.id)
}

type Visit = { readonly arrival: Arrival; readonly visiting: Visiting; readonly found: Found }

/** Keeps whoever comes in nowhere as the visitor of one invitation, or says why not. */
export async function receiveVisitor(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { arrival, visiting: { invitation, browserHash }, found }: Visit,
): Promise<{ readonly visitor: Visitor } | { readonly refusal: SignInRefusal }> {
  const refusal = await unfit(tx, arrival, found)
  if (refusal !== null) return { refusal }
  if (invitation === null) return { refusal: 'invitation_over' }
  const { connection, settings, claims, now } = arrival
  const id = ports.newId()
  const { objectId, email, emailVerified, name } = claims
  const told: VisitorClaims = { issuer: settings.issuer, objectId, email, emailVerified, name }
  const visitor: Visitor = {
    ...{ id, invitationId: invitation.id, browserHash, connectionId: connection.id, subject: claims.subject },
    ...{ idpSession: claims.idpSession, settingsAt: settings.updatedAt },
    sealedClaims: ports.vault.seal(JSON.stringify(told), visitorContext(id)),
    ...{ createdAt: now, expiresAt: now + visitorLifeMs },
  }
  await notePair(tx, arrival)
  await tx.visitors.put(visitor, mostVisitors)
  const line = { action: 'invitation.visited', accountId: invitation.accountId, target: invitation.id } as const
  await tx.audit.record(op, { ...line, detail: { connection: connection.id, issuer: settings.issuer } }, now)
  return { visitor }
}

/**
 * Why somebody does not even become a visitor. Where a directory says who is there, whom it does not know does not pass by
 * its sign-in; whom it has let go passes nowhere. Being barred in some other account says nothing of this one.
 */
async function unfit(tx: Tx, arrival: Arrival, found: Found): Promise<SignInRefusal | null> {
  const { connection, settings, claims } = arrival
  if ('refusal' in found && found.refusal !== 'not_provisioned') return found.refusal
  const barred = await barredAtHome(tx, { connectionId: connection.id, subject: claims.subject })
  if (barred !== null) return barred
  if ('member' in found && found.member.accountId === connection.accountId) return statusOf(found)
  if (await wasRemoved(tx, arrival)) return 'removed'
  return settings.platform || settings.authority === 'jit' ? null : 'not_provisioned'
}

function statusOf({ member }: Extract<Found, { member: object }>): SignInRefusal {
  return member.status === 'active' ? 'account_suspended' : member.status
}

export const visitorContext = (id: string): string => `visitor/${id}`
