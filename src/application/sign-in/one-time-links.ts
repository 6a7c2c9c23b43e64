import { AppError } from '../../domain/errors.ts'
import type { Session } from '../../domain/session.ts'
import type { Member } from '../../domain/member.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { barredHere } from './barred-from.ts'
import { endFormer } from './complete-sign-in.ts'
import { recordRefusal, SignInRefused } from './refused.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'newId' | 'secrets' | 'sessionLimits'>

const linkLifeMs = 60 * 60_000
/** Long enough to set up the sign-in that is used from then on. */
const sessionLifeMs = 60 * 60_000

export type CreateOneTimeLink = { accountId: string; memberId: string }
/** The secret is answered once and never stored. */
export type CreatedOneTimeLink = { readonly id: string; readonly secret: string; readonly expiresAt: number }

/** A link by which a member signs in once without an IdP: the first administrator of an account that has none yet. */
export async function createOneTimeLink(
  ports: Needs,
  op: Operation,
  { accountId, memberId }: CreateOneTimeLink,
): Promise<CreatedOneTimeLink> {
  authorize(op, { verb: 'operate' })
  const { unitOfWork, views, clock, newId, secrets } = ports
  const now = clock.now()
  const [id, secret] = [newId(), secrets.token()]
  const [ownSignIn] = await views.signInsOfAccount(accountId)
  if (ownSignIn !== undefined) {
    const mend = 'people of this account sign in by its connection; switch that sign-in off first if it is broken'
    throw new AppError('conflict', mend, { rule: 'own_sign_in_required' })
  }
  return unitOfWork(async (tx) => {
    const member = await tx.members.lock(memberId)
    if (member?.accountId !== accountId)
      throw new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
    if (member.status !== 'active') throw new AppError('conflict', `the member is ${member.status}`)
    if (await tx.identityLinks.outAtHome(memberId)) throw outAtHome()
    const { incarnation } = member
    const expiresAt = now + linkLifeMs
    const secretHash = secrets.hash(secret)
    await tx.oneTimeLinks.insert({ id, secretHash, accountId, memberId, incarnation, createdAt: now, expiresAt })
    const line = { action: 'one_time_link.created', accountId, target: id, memberId } as const
    await tx.audit.record(op, { ...line, detail: { expiresAt } }, now)
    return { id, secret, expiresAt }
  })
}

function outAtHome(): AppError {
  const mend = 'let an identity of the platform’s sign-in into the membership, or hand the account over'
  return new AppError('conflict', `the member is suspended or removed where he comes from; ${mend}`, {
    rule: 'out_at_home',
  })
}

/** Since the link was made, his company may have let him go, and a sign-in of its own may have come to the account. */
async function barredByLink(tx: Tx, member: Member): Promise<SignInRefusal | null> {
  const barred = await barredHere(tx, member)
  if (barred !== null) return barred
  if (await tx.identityLinks.outAtHome(member.id)) return 'out_at_home'
  return (await tx.identityLinks.hasOwnSignIn(member.accountId, '')) ? 'own_sign_in_required' : null
}

/** `formerSecret`: of the session that this browser had. */
export type UseOneTimeLink = { secret: string; sessionSecret: string; formerSecret: string | null }

/** Takes the link and begins a session of an hour; whoever comes second is refused. */
export async function useOneTimeLink(ports: Needs, op: Operation, command: UseOneTimeLink): Promise<Session> {
  authorize(op, { verb: 'sign-in' })
  const { unitOfWork, clock, newId, secrets, sessionLimits } = ports
  const now = clock.now()
  const outcome = await unitOfWork(async (tx): Promise<Session | SignInRefusal> => {
    const link = await tx.oneTimeLinks.take(secrets.hash(command.secret))
    if (link === undefined) return 'link_spent'
    const { accountId, memberId, incarnation, expiresAt } = link
    const member = await tx.members.lock(memberId)
    const dead = expiresAt <= now || member?.incarnation !== incarnation
    const refusal = dead ? 'link_spent' : await barredByLink(tx, member)
    if (refusal !== null) {
      await recordRefusal(tx, op, refusal, { accountId, connectionId: null, memberId }, now)
      return refusal
    }
    await endFormer(tx, command.formerSecret && secrets.hash(command.formerSecret))
    const id = newId()
    const session: Session = {
      ...{ id, secretHash: secrets.hash(command.sessionSecret), accountId, memberId, incarnation, identity: null },
      ...{ startedAt: now, lastSeenAt: now, endsAt: now + Math.min(sessionLifeMs, sessionLimits.absoluteMs) },
    }
    await tx.sessions.insert(session)
    const line = { action: 'one_time_link.used', accountId, target: link.id, memberId } as const
    await tx.audit.record(op, { ...line, detail: { session: id } }, now)
    return session
  })
  if (typeof outcome === 'string') throw new SignInRefused(outcome)
  return outcome
}
