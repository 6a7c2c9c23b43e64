import type { Visitor, VisitorClaims } from '../../domain/visitor.ts'
import { claimsOf, refusalOf, type SeenVisitor } from '../invitations/accept-as-visitor.ts'
import { requireNobodySuspended } from '../invitations/join-account.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { refuse } from '../sign-in/refused.ts'
import { auditOpening } from './audit-opening.ts'
import { offersFor } from './find-opening.ts'
import type { Offer } from './offers.ts'
import {
  openAccount,
  prepareOpening,
  type OpenAccount,
  type OpenedAccount,
  type Opener,
  type OpeningNeeds,
} from './open-account.ts'

type Needs = OpeningNeeds & Pick<Ports, 'vault'>

/** Whoever has signed in by this browser to open an account, and what he may open; null for nobody. */
export async function findOpeningVisitor(
  ports: Needs,
  op: Operation,
  browser: string,
): Promise<{ readonly visitor: SeenVisitor; readonly offers: readonly Offer[] } | null> {
  authorize(op, { verb: 'sign-in' })
  const visitor = await ports.views.visitor(ports.secrets.hash(browser), null)
  const claims = visitor && claimsOf(ports, visitor)
  if (visitor === undefined || claims == null) return null
  const { name, email, issuer } = claims
  return { visitor: { id: visitor.id, name, email, issuer }, offers: await offersFor(ports, visitor, email) }
}

/** `visitorId` is whom the page showed: where somebody else has signed in meanwhile in another tab, nothing happens. */
export type OpenAsVisitor = Omit<OpenAccount, 'key'> & { readonly browser: string; readonly visitorId: string }
export type VisitorOpened = OpenedAccount & { readonly connectionId: string }

/**
 * Opens the first account of somebody who is a member of nothing, by the platform's own sign-in, which called his address
 * verified. His sign-in is spent by that; a slip of typing spends nothing. Null where there is no such visitor: he signs in
 * again.
 */
export async function openAsVisitor(
  ports: Needs,
  op: Operation,
  { browser, visitorId, ...wanted }: OpenAsVisitor,
): Promise<VisitorOpened | null> {
  authorize(op, { verb: 'sign-in' })
  const browserHash = ports.secrets.hash(browser)
  const visitor = await ports.views.visitor(browserHash, null)
  const claims = visitor && claimsOf(ports, visitor)
  if (visitor?.id !== visitorId || claims == null) return null

  const { connectionId } = visitor
  const found = await ports.views.signIn(connectionId)
  if (found === undefined) return null
  const home = found.connection.accountId
  const refusal = refusalOf(visitor, found)
  if (refusal !== null) return refuse(ports, op, refusal, { accountId: home, connectionId })
  return auditOpening(ports, op, { accountId: home, memberId: null, connectionId }, async () => {
    const opener = openerOf(visitor, claims, home)
    const prepared = await prepareOpening(ports, op, { ...wanted, key: null }, opener)
    return ports.unitOfWork(async (tx) => {
      const taken = await tx.visitors.take(browserHash, null)
      if (taken?.id !== visitorId) return null
      await requireNobodySuspended(tx, opener, [home])
      return { ...(await openAccount(ports, op, tx, { opener, prepared })), connectionId }
    })
  })
}

function openerOf({ connectionId, subject }: Visitor, claims: VisitorClaims, accountId: string): Opener {
  const { issuer, objectId, email, emailVerified, name: displayName } = claims
  return { connectionId, subject, issuer, objectId, email: emailVerified ? email : null, displayName, accountId }
}
