import type { IdentityLink } from '../../domain/identity-link.ts'
import type { Member } from '../../domain/member.ts'
import { restsUntil, type Session, type SessionIdentity } from '../../domain/session.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { openOrNull } from '../secrets/open-or-null.ts'
import { barredFrom } from '../sign-in/barred-from.ts'
import { idTokenContext } from '../sign-in/complete-sign-in.ts'
import { recordRefusal, SignInRefused } from '../sign-in/refused.ts'
import type { Membership } from '../sign-in/stores.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'secrets' | 'vault' | 'newId' | 'sessionLimits'>

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
 * that it takes the place of. That one has to be good at this instant, too.
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
  const { connectionId, sealedIdToken } = identity
  const no = async (refusal: SignInRefusal, memberId: string | null): Promise<{ refusal: SignInRefusal }> => {
    await recordRefusal(tx, op, refusal, { accountId: former.accountId, connectionId, memberId }, now)
    return { refusal }
  }
  const rests = restsUntil(former, ports.sessionLimits) > now
  const judged = rests ? await judgeMove(tx, former.incarnation, identity, accountId) : overdue(former)
  if ('refusal' in judged) return no(judged.refusal, judged.memberId)
  const { member, link } = judged

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

type Refused = { readonly refusal: SignInRefusal; readonly memberId: string | null }

const overdue = ({ memberId }: Session): Refused => ({ refusal: 'session_over', memberId })

/** The session that is left is judged as the one that begins. */
export async function judgeMove(
  tx: Tx,
  incarnation: number,
  { connectionId, subject, linkId }: SessionIdentity,
  accountId: string,
): Promise<{ readonly member: Member; readonly link: IdentityLink } | Refused> {
  const links = await tx.identityLinks.ofIdentity(connectionId, subject)
  const present = links.find((each) => each.id === linkId)
  const link = links.find((each) => each.accountId === accountId)
  const members = await lockMembers(tx, [present, link])
  const open = (await tx.oidcSettings.lock(connectionId))?.enabled === true
  const left = open ? await barredAs(tx, present, members, incarnation) : 'not_available'
  if (left !== null) return { refusal: left, memberId: present?.memberId ?? null }
  const barred = await barredAs(tx, link, members)
  const member = link && members.get(link.memberId)
  if (barred === null && link !== undefined && member !== undefined) return { member, link }
  return { refusal: barred ?? 'not_provisioned', memberId: link?.memberId ?? null }
}

/** In the order of their ids, as whoever locks several does. */
async function lockMembers(tx: Tx, links: readonly (IdentityLink | undefined)[]): Promise<Map<string, Member>> {
  const ids = [...new Set(links.flatMap((link) => link?.memberId ?? []))].sort()
  const members = new Map<string, Member>()
  for (const id of ids) {
    const member = await tx.members.lock(id)
    if (member !== undefined) members.set(id, member)
  }
  return members
}

/** Why an identity is nobody here now. */
async function barredAs(
  tx: Tx,
  link: IdentityLink | undefined,
  members: ReadonlyMap<string, Member>,
  incarnation = link?.incarnation,
): Promise<SignInRefusal | null> {
  const member = link && members.get(link.memberId)
  if (link === undefined || member === undefined) return 'not_provisioned'
  if (member.incarnation !== incarnation || link.incarnation !== incarnation) return 'not_provisioned'
  return barredFrom(tx, { member, link })
}
