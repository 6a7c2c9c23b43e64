import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Tx } from '../ports.ts'

/** An identity as an IdP knows it. */
export type Identity = { readonly connectionId: string; readonly subject: string }

/**
 * Why an identity lets nobody in anywhere: its connection is retired, the account of that is stopped, or the person is
 * suspended or gone there. Whom the directory at home has let go enters no other account by it either. An identity that never
 * was a member's at home (of the platform's own sign-in) stands by itself.
 */
export async function barredAtHome(tx: Tx, { connectionId, subject }: Identity): Promise<SignInRefusal | null> {
  const connection = await tx.connections.find(connectionId)
  if (connection?.state !== 'active') return 'not_available'
  const account = await tx.accounts.find(connection.accountId)
  if (account === undefined || account.stopped) return 'account_suspended'
  const standing = await tx.identityLinks.standingAt(connection.accountId, connectionId, subject)
  return standing === 'active' || standing === 'stranger' ? null : standing
}
