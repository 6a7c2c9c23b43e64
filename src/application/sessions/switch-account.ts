import type { Session } from '../../domain/session.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { openOrNull } from '../secrets/open-or-null.ts'
import { barredFrom } from '../sign-in/barred-from.ts'
import { idTokenContext } from '../sign-in/complete-sign-in.ts'
import { recordRefusal, SignInRefused } from '../sign-in/refused.ts'
import type { Membership } from '../sign-in/stores.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'secrets' | 'vault' | 'newId'>

/** The accounts that the identity behind a session may enter, its present one among them. */
export async function listMemberships(
  ports: Pick<Needs, 'views'>,
  op: Operation,
  session: Session,
): Promise<Membership[]> {
  authorize(op, { verb: 'sign-in' })
  const { identity } = session
  return identity === null ? [] : ports.views.memberships(identity.connectionId, identity.subject)
}

export type SwitchAccount = { secret: string; newSecret: string; accountId: string }

/**
 * Goes over to another membership of the same identity: a session of its own, judged anew, which ends no later than the one
 * that it takes the place of.
 */
export async function switchAccount(ports: Needs, op: Operation, command: SwitchAccount): Promise<Session> {
  authorize(op, { verb: 'sign-in' })
  const outcome = await ports.unitOfWork((tx) => move(ports, op, tx, command))
  if ('refusal' in outcome) throw new SignInRefused(outcome.refusal)
  return outcome
}

async function move(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { secret, newSecret, accountId }: SwitchAccount,
): Promise<Session | { refusal: SignInRefusal }> {
  const { clock, secrets, vault, newId } = ports
  const now = clock.now()
  const former = await tx.sessions.lock(secrets.hash(secret))
  if (former?.identity == null) return { refusal: 'not_begun_here' }
  const { identity } = former
  const { connectionId, subject, sealedIdToken } = identity
  const no = async (refusal: SignInRefusal, memberId: string | null): Promise<{ refusal: SignInRefusal }> => {
    await recordRefusal(tx, op, refusal, { accountId: former.accountId, connectionId, memberId }, now)
    return { refusal }
  }
  const links = await tx.identityLinks.ofIdentity(connectionId, subject)
  const link = links.find((each) => each.accountId === accountId)
  const member = link && (await tx.members.lock(link.memberId))
  if (link === undefined || member?.incarnation !== link.incarnation) return no('not_provisioned', null)
  const barred = await barredFrom(tx, { member, link })
  if (barred !== null) return no(barred, member.id)

  const id = newId()
  const idToken = sealedIdToken && openOrNull(vault, sealedIdToken, idTokenContext(former.id))
  const session: Session = {
    ...{ ...former, id, secretHash: secrets.hash(newSecret), accountId, memberId: member.id },
    ...{ incarnation: member.incarnation, startedAt: now, lastSeenAt: now },
    identity: { ...identity, linkId: link.id, sealedIdToken: idToken && vault.seal(idToken, idTokenContext(id)) },
  }
  await tx.sessions.remove(former.id)
  await tx.sessions.insert(session)
  await tx.identityLinks.touch(link.id, now)
  const line = { action: 'session.switched', accountId, target: id, memberId: member.id } as const
  await tx.audit.record(op, { ...line, detail: { from: former.accountId, connection: connectionId } }, now)
  return session
}
