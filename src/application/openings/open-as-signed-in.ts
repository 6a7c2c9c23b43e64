import { AppError } from '../../domain/errors.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import { restsUntil } from '../../domain/session.ts'
import { noSignIn } from '../invitations/accept-as-signed-in.ts'
import { requireNobodySuspended } from '../invitations/join-account.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { SignedIn } from '../sessions/read-session.ts'
import { judgeMove } from '../sessions/switch-account.ts'
import { auditOpening } from './audit-opening.ts'
import {
  openAccount,
  prepareOpening,
  type OpenAccount,
  type OpenedAccount,
  type Opener,
  type OpeningNeeds,
} from './open-account.ts'

type Needs = OpeningNeeds & Pick<Ports, 'sessionLimits'>
type Who = Pick<SignedIn, 'session' | 'member' | 'account'>
export type OpenAsSignedIn = OpenAccount & { readonly who: Who }

/**
 * Opens an account as the person who is signed in: his identity enters it, as it enters the account where he is. Null where
 * his session has ended meanwhile. Joinery proves nothing by his address, which is the one that his account has of him.
 */
export async function openAsSignedIn(
  ports: Needs,
  op: Operation,
  { who, ...wanted }: OpenAsSignedIn,
): Promise<OpenedAccount | null> {
  authorize(op, { verb: 'sign-in' })
  const about = { accountId: who.account.id, memberId: who.member.id, connectionId: who.session.identity?.connectionId }
  return auditOpening(ports, op, about, async () => {
    const opener = await openerOf(ports, who)
    const prepared = await prepareOpening(ports, op, wanted, opener)
    return ports.unitOfWork(async (tx) => {
      if (!(await stillSignedIn(ports, tx, who))) return null
      const home = await tx.connections.find(opener.connectionId)
      await requireNobodySuspended(tx, opener, [who.account.id, home?.accountId ?? ''])
      return openAccount(ports, op, tx, { opener, prepared })
    })
  })
}

async function openerOf(ports: Pick<Ports, 'views'>, { session, member, account }: Who): Promise<Opener> {
  const links = await ports.views.identityLinks(member.id)
  const link = links.find(({ id }) => id === session.identity?.linkId)
  if (link === undefined) throw noSignIn('an account is not opened')
  const { connectionId, subject, issuer, objectId } = link
  const { email, displayName } = member
  return { connectionId, subject, issuer, objectId, email, displayName, accountId: account.id }
}

/** The session as it is now, its row locked: two requests of one session wait for each other. */
async function stillSignedIn(
  ports: Pick<Ports, 'clock' | 'sessionLimits'>,
  tx: Tx,
  { session }: Who,
): Promise<boolean> {
  const now = await tx.sessions.lock(session.secretHash)
  if (now?.identity == null || restsUntil(now, ports.sessionLimits) <= ports.clock.now()) return false
  const judged = await judgeMove(tx, now.incarnation, now.identity, now.accountId)
  if ('refusal' in judged) throw barred(judged.refusal)
  return true
}

function barred(refusal: SignInRefusal): AppError {
  return new AppError('forbidden', `you are let in nowhere by this sign-in now (${refusal}); sign in again`, {
    rule: refusal,
  })
}
