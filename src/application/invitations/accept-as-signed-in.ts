import type { AcceptingIdentity } from '../../domain/invitation.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { SignedIn } from '../sessions/read-session.ts'
import { acceptInvitation, type Acceptance } from './accept-invitation.ts'
import { auditTaking } from './audit-taking.ts'
import { isProven } from './is-proven.ts'

type Needs = Parameters<typeof acceptInvitation>[0] & Pick<Ports, 'views'>
export type AcceptAsSignedIn = { token: string; who: Pick<SignedIn, 'session' | 'member' | 'account'> }

/**
 * Takes up an invitation as the person who is signed in. His address counts as proven only in the account of the connection
 * that he signed in by, and only where that account has proved its domain: what another account wrote down of him proves nothing.
 */
export async function acceptAsSignedIn(ports: Needs, op: Operation, command: AcceptAsSignedIn): Promise<Acceptance> {
  authorize(op, { verb: 'sign-in' })
  const { token, who } = command
  const identity = await identityOf(ports, who)
  const where = { token, connectionId: identity.connectionId }
  return auditTaking(ports, op, where, () => acceptInvitation(ports, op, { token, identity }))
}

async function identityOf(ports: Needs, who: AcceptAsSignedIn['who']): Promise<AcceptingIdentity> {
  const { identity } = who.session
  const link = (await ports.views.identityLinks(who.member.id)).find(({ id }) => id === identity?.linkId)
  const found = link && (await ports.views.signIn(link.connectionId))
  if (link === undefined || found === undefined) throw noSignIn('an invitation is not taken up')
  const home = found.connection.accountId
  const { email, displayName } = who.member
  const proven = who.account.id === home && email !== null && (await isProven(ports, home, email))
  const { connectionId, issuer, subject, objectId } = link
  return {
    ...{ connectionId, issuer, subject, objectId, displayName },
    ...{ claimedEmail: email, provenEmail: proven ? email : null },
  }
}

export function noSignIn(what: string): AppError {
  const mend = 'sign in by your company’s sign-in, and come back'
  return new AppError('forbidden', `${what} from a one-time link; ${mend}`, {
    rule: 'no_sign_in',
  })
}
