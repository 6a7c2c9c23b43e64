import type { AcceptingIdentity } from '../../domain/invitation.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Visitor, VisitorClaims } from '../../domain/visitor.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { openOrNull } from '../secrets/open-or-null.ts'
import { isUsable } from '../sign-in/begin-sign-in.ts'
import { visitorContext } from '../sign-in/receive-visitor.ts'
import { refuse } from '../sign-in/refused.ts'
import type { SignInSetUp } from '../sign-in/stores.ts'
import { acceptInvitation, type Acceptance } from './accept-invitation.ts'
import { auditTaking } from './audit-taking.ts'
import { openLink, readLink } from './invitation-link.ts'
import { isProven } from './is-proven.ts'

type Needs = Parameters<typeof acceptInvitation>[0] & Pick<Ports, 'views' | 'vault'>

/** What the page of an invitation shows of its visitor. */
export type SeenVisitor = {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly issuer: string
}
type InBrowser = { token: string; browser: string }

/** Who has signed in by this browser to take up an invitation; null for nobody, and for whoever has to sign in again. */
export async function findVisitor(
  ports: Needs,
  op: Operation,
  { token, browser }: InBrowser,
): Promise<SeenVisitor | null> {
  authorize(op, { verb: 'sign-in' })
  const invitation = await openLink(ports, token)
  const visitor = await ports.views.visitor(ports.secrets.hash(browser), invitation.id)
  const claims = visitor && claimsOf(ports, visitor)
  if (visitor === undefined || claims == null) return null
  return { id: visitor.id, name: claims.name, email: claims.email, issuer: claims.issuer }
}

/** `visitorId` is whom the page showed: where somebody else has signed in meanwhile in another tab, nothing happens. */
export type AcceptAsVisitor = InBrowser & { visitorId: string }
export type VisitorAcceptance = Acceptance & { readonly connectionId: string }

/**
 * Takes up an invitation as its visitor, whose sign-in is spent by that, whatever comes of it. Null where there is none: he
 * signs in again. His address counts where this very sign-in called it verified and the connection's account has proved its
 * domain.
 */
export async function acceptAsVisitor(
  ports: Needs,
  op: Operation,
  { token, browser, visitorId }: AcceptAsVisitor,
): Promise<VisitorAcceptance | null> {
  authorize(op, { verb: 'sign-in' })
  const { id: invitationId } = readLink(token)
  const browserHash = ports.secrets.hash(browser)
  const seen = await ports.views.visitor(browserHash, invitationId)
  if (seen?.id !== visitorId) return null
  const visitor = await ports.unitOfWork((tx) => tx.visitors.take(browserHash, invitationId))
  const claims = visitor && claimsOf(ports, visitor)
  if (visitor?.id !== visitorId || claims == null) return null

  const { connectionId } = visitor
  const found = await ports.views.signIn(connectionId)
  const refusal = refusalOf(visitor, found)
  if (refusal !== null || found === undefined) {
    const { accountId } = await openLink(ports, token)
    return refuse(ports, op, refusal ?? 'not_available', { accountId, connectionId })
  }
  const identity = await identityOf(ports, found.connection.accountId, visitor, claims)
  const acceptance = await auditTaking(ports, op, { token, connectionId }, () =>
    acceptInvitation(ports, op, { token, identity }),
  )
  return { ...acceptance, connectionId }
}

export function claimsOf(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  { id, sealedClaims, expiresAt }: Visitor,
): VisitorClaims | null {
  if (expiresAt <= clock.now()) return null
  const text = openOrNull(vault, sealedClaims, visitorContext(id))
  return text === null ? null : (JSON.parse(text) as VisitorClaims)
}

export function refusalOf({ settingsAt }: Visitor, found: SignInSetUp | undefined): SignInRefusal | null {
  if (found === undefined || !isUsable(found)) return 'not_available'
  return found.settings.updatedAt === settingsAt ? null : 'settings_changed'
}

async function identityOf(
  ports: Needs,
  home: string,
  { connectionId, subject }: Visitor,
  { issuer, objectId, email, emailVerified, name }: VisitorClaims,
): Promise<AcceptingIdentity> {
  const proven = email !== null && emailVerified && (await isProven(ports, home, email))
  return {
    ...{ connectionId, issuer, subject, objectId, displayName: name },
    ...{ claimedEmail: email, provenEmail: proven ? email : null },
  }
}
