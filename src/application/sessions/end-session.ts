import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import { openSetUp } from '../oidc/credentials.ts'
import type { Ports } from '../ports.ts'
import { openOrNull } from '../secrets/open-or-null.ts'
import { idTokenContext } from '../sign-in/complete-sign-in.ts'
import type { ProviderSetUp } from '../sign-in/open-id.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'secrets' | 'vault'>

/** What it takes to sign out at the IdP too (OpenID Connect RP-Initiated Logout 1.0). */
export type IdpLogout = { readonly provider: ProviderSetUp; readonly idToken: string }

/** Signs a browser out. Answers how to sign out at the IdP; null where there is none, or nothing to show it. */
export async function endSession(ports: Needs, op: Operation, secret: string): Promise<IdpLogout | null> {
  authorize(op, { verb: 'sign-in' })
  const { unitOfWork, clock, secrets } = ports
  const ended = await unitOfWork(async (tx) => {
    const session = await tx.sessions.lock(secrets.hash(secret))
    if (session === undefined) return undefined
    await tx.sessions.remove(session.id)
    const { accountId, memberId } = session
    const line = { action: 'session.ended', accountId, target: session.id, memberId } as const
    await tx.audit.record(op, { ...line, detail: { reason: 'signed_out' } }, clock.now())
    return session
  })
  const identity = ended?.identity
  if (ended === undefined || identity?.sealedIdToken == null) return null
  const signIn = await ports.views.signIn(identity.connectionId)
  if (signIn === undefined) return null
  const idToken = openOrNull(ports.vault, identity.sealedIdToken, idTokenContext(ended.id))
  if (idToken === null) return null
  try {
    return { provider: await openSetUp(ports, signIn.settings), idToken }
  } catch (error) {
    if (error instanceof AppError) return null // signed out here all the same
    throw error
  }
}
