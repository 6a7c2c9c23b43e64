import { AppError } from '../../domain/errors.ts'
import { stateOf, type Invitation } from '../../domain/invitation.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import { mostVisitors, visitorLifeMs, type Visitor, type VisitorClaims } from '../../domain/visitor.ts'
import type { OidcSettings } from '../../domain/oidc-settings.ts'
import { openLink } from '../invitations/invitation-link.ts'
import { listOffers } from '../openings/offers.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { Arrival, Found } from './arrival.ts'
import { notePair, wasRemoved } from './find-person.ts'
import { barredAtHome } from './home-standing.ts'

type Needs = Pick<Ports, 'views' | 'clock' | 'newId' | 'secrets' | 'vault' | 'catalogs' | 'openingRules'>

/** What somebody signs in for: an invitation, null where it is over by now; or to open an account of his own. */
export type Visiting = { readonly purpose: Invitation | 'opening' | null; readonly browserHash: string }

/**
 * What a sign-in is for beside coming in. Accounts are opened by strangers at the platform's own sign-in alone, and only where
 * the deployment lets people open some: any other sign-in is an ordinary one.
 */
export async function openVisit(
  ports: Needs,
  { invitation: token, browser }: { invitation: string | null; browser: string },
  { platform }: Pick<OidcSettings, 'platform'>,
): Promise<Visiting | null> {
  const browserHash = ports.secrets.hash(browser)
  if (token === null) return platform && listOffers(ports).length > 0 ? { purpose: 'opening', browserHash } : null
  try {
    const invitation = await openLink(ports, token)
    const open = stateOf(invitation, ports.clock.now()) === 'pending'
    return { purpose: open ? invitation : null, browserHash }
  } catch (error) {
    if (error instanceof AppError && error.rule === 'invitation_dead') return { purpose: null, browserHash }
    throw error
  }
}

/** Whoever signs in as a member takes the place of the visitor that this browser had for the same purpose. */
export async function endVisit(tx: Tx, { purpose, browserHash }: Visiting): Promise<void> {
  if (purpose !== null) await tx.visitors.take(browserHash, invitationOf(purpose))
}

type Visit = { readonly arrival: Arrival; readonly visiting: Visiting; readonly found: Found }

/** Keeps whoever comes in nowhere as a visitor, for one purpose, or says why not. */
export async function receiveVisitor(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { arrival, visiting: { purpose, browserHash }, found }: Visit,
): Promise<{ readonly visitor: Visitor } | { readonly refusal: SignInRefusal }> {
  const refusal = await unfit(tx, arrival, found)
  if (refusal !== null) return { refusal }
  if (purpose === null) return { refusal: 'invitation_over' }
  if (purpose === 'opening' && !hasVerifiedAddress(arrival)) return { refusal: 'opening_unverified' }
  const { connection, settings, claims, now } = arrival
  const id = ports.newId()
  const { objectId, email, emailVerified, name } = claims
  const told: VisitorClaims = { issuer: settings.issuer, objectId, email, emailVerified, name }
  const visitor: Visitor = {
    ...{ id, invitationId: invitationOf(purpose), browserHash, connectionId: connection.id, subject: claims.subject },
    ...{ idpSession: claims.idpSession, settingsAt: settings.updatedAt },
    sealedClaims: ports.vault.seal(JSON.stringify(told), visitorContext(id)),
    ...{ createdAt: now, expiresAt: now + visitorLifeMs },
  }
  await notePair(tx, arrival)
  await tx.visitors.put(visitor, mostVisitors)
  await tx.audit.record(
    op,
    { ...lineOf(purpose, arrival), detail: { connection: connection.id, issuer: settings.issuer } },
    now,
  )
  return { visitor }
}

const invitationOf = (purpose: Invitation | 'opening'): string | null => (purpose === 'opening' ? null : purpose.id)

/** An account's owner is reached by his address, and nobody but this sign-in has looked whether it is his. */
const hasVerifiedAddress = ({ claims }: Arrival): boolean => claims.email !== null && claims.emailVerified

function lineOf(purpose: Invitation | 'opening', { connection: { accountId, id: target } }: Arrival) {
  if (purpose === 'opening') return { action: 'account.opening_visited', accountId, target } as const
  return { action: 'invitation.visited', accountId: purpose.accountId, target: purpose.id } as const
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
