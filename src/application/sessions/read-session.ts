import type { Catalog } from '../../domain/catalog.ts'
import type { EffectiveAccess } from '../../domain/joinery-verbs.ts'
import { lastSeenGrainMs, restsUntil, type Session } from '../../domain/session.ts'
import { judgeMember } from '../access/judge-member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock' | 'secrets' | 'sessionLimits'>

/** Who a browser is signed in as, judged at this very instant. */
export type SignedIn = {
  readonly session: Session
  readonly member: {
    readonly id: string
    readonly userName: string
    readonly email: string | null
    readonly displayName: string | null
  }
  readonly account: { readonly id: string; readonly name: string; readonly catalog: string; readonly level: string }
  readonly catalog: Catalog
  readonly roles: readonly string[]
  readonly access: EffectiveAccess
  /** Whether it is less than his roles give. */
  readonly customised: boolean
  /** When it ends if nobody comes back; epoch milliseconds. */
  readonly expiresAt: number
}

/**
 * Asked by each request that shows a cookie. Whatever has taken the session away since the last one counts now: an end, a
 * suspension, another life of the member, an identity or a connection that is gone; and a role that was lost is not there.
 */
export async function readSession(ports: Needs, op: Operation, secret: string): Promise<SignedIn | null> {
  authorize(op, { verb: 'sign-in' })
  const { views, clock, secrets, sessionLimits } = ports
  const found = await views.session(secrets.hash(secret))
  if (found === undefined || !found.stillLinked) return null
  const now = clock.now()
  const { session } = found
  if (restsUntil(session, sessionLimits) <= now) return null
  const judged = await judgeMember(ports, session.memberId)
  if (judged === undefined || judged.barred !== null || judged.member.incarnation !== session.incarnation) return null
  const seen = now - session.lastSeenAt < lastSeenGrainMs ? session : { ...session, lastSeenAt: now }
  if (seen !== session) await views.touchSession(session.id, now)
  const { id, userName, email, displayName, account } = judged.member
  return {
    session: seen,
    member: { id, userName, email, displayName },
    account: { id: account.id, name: account.name, catalog: account.catalog, level: judged.level },
    catalog: judged.catalog,
    roles: judged.roles,
    access: judged.access,
    customised: judged.customised,
    expiresAt: restsUntil(seen, sessionLimits),
  }
}
