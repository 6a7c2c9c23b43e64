import type { Account } from '../../domain/account.ts'
import type { Actor } from '../../domain/actor.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { DenialReason } from '../../domain/decision.ts'
import type { Held } from '../../domain/holder.ts'
import { reaches } from '../../domain/purview.ts'
import { judgeKey } from '../access/judge-key.ts'
import { judgeReadMember } from '../access/judge-member.ts'
import type { Ports } from '../ports.ts'
import type { MemberWithAccount } from '../views.ts'
import { denied, ownAccountOf, type Denial, type Subject } from './question.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** Somebody with what counts of him now, in the account that is asked about. */
export type SubjectHere = { readonly held: Held; readonly catalog: Catalog; readonly account: Account }

/** Who is meant, and whether he reaches the account at all. */
export async function findSubject(
  ports: Needs,
  actor: Actor,
  subject: Subject,
  accountId: string,
): Promise<SubjectHere | Denial> {
  const { judged, ambiguous } = await meantBy(ports, subject, accountId)
  const place = await placeOf(ports, actor, judged, accountId)
  if ('decision' in place) return place
  if (ambiguous) return denied('ambiguous_subject')
  if (judged === undefined || place.refusal === 'unknown_subject') return denied('unknown_subject')
  const refusal = judged.barred ?? (place.account.stopped ? 'account_suspended' : place.refusal)
  return refusal === null ? { held: judged, catalog: judged.catalog, account: place.account } : denied(refusal)
}

/** A member or an access key with what it has in its own account. */
type Judged = Held & {
  readonly home: Account
  readonly catalog: Catalog
  readonly barred: DenialReason | null
}
type Meant = { readonly judged: Judged | undefined; readonly ambiguous: boolean }
const nobody: Meant = { judged: undefined, ambiguous: false }

async function meantBy(ports: Needs, { type, id }: Subject, accountId: string): Promise<Meant> {
  if (type === 'access_key') return keyMeant(ports, id)
  if (type === 'member') return memberMeant(ports, await ports.views.memberWithAccount(id))
  const [first, second] = type === 'user' ? await ports.views.membersNamed(accountId, id) : []
  const twice = first !== undefined && second?.levelsUp === first.levelsUp && second.member.status !== 'removed'
  return twice ? { judged: undefined, ambiguous: true } : memberMeant(ports, first?.member)
}

async function memberMeant(ports: Needs, member: MemberWithAccount | undefined): Promise<Meant> {
  if (member === undefined) return nobody
  const found = await judgeReadMember(ports, member)
  return { judged: { ...found, home: member.account }, ambiguous: false }
}

async function keyMeant(ports: Needs, keyId: string): Promise<Meant> {
  const found = await judgeKey(ports, keyId)
  return found === undefined ? nobody : { judged: { ...found, home: found.account }, ambiguous: false }
}

type PlaceOfSubject = { readonly account: Account; readonly refusal: DenialReason | null }

/** The account that is asked about, and why a subject does not reach it. A credential sees its own account and those below. */
async function placeOf(
  { views }: Needs,
  actor: Actor,
  judged: Judged | undefined,
  accountId: string,
): Promise<PlaceOfSubject | Denial> {
  const own = ownAccountOf(actor)
  if (judged?.home.id === accountId && (own === null || own === accountId))
    return { account: judged.home, refusal: null }
  const path = await views.accountPath(accountId)
  const [account] = path
  if (account === undefined || (own !== null && !path.some(({ id }) => id === own))) return denied('unknown_account')
  if (judged === undefined) return { account, refusal: 'unknown_subject' }
  const levelsDown = path.findIndex(({ id }) => id === judged.home.id)
  // Who is of an account aside does not exist for a credential that cannot see that account.
  if (levelsDown < 0) return { account, refusal: own === null ? 'outside_purview' : 'unknown_subject' }
  return { account, refusal: reaches(judged.catalog, account, levelsDown) ? null : 'outside_purview' }
}
