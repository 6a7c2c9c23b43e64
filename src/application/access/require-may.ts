import type { Account } from '../../domain/account.ts'
import type { Actor, KeyActor, MemberActor } from '../../domain/actor.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { Giver } from '../../domain/holder.ts'
import { meetsControl, type JoineryVerb } from '../../domain/joinery-verbs.ts'
import { AppError } from '../../domain/errors.ts'
import { looksDown, reaches } from '../../domain/purview.ts'
import { accountNotFound } from '../accounts/find-accounts.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { Purview } from '../views.ts'
import { accountCatalog, requireLoaded } from './account-catalog.ts'
import { judgeKey } from './judge-key.ts'
import { judgeMember } from './judge-member.ts'

export type AccessNeeds = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/**
 * Who was let in: the operator, who may do whatever a person may, or somebody with what he holds in his own account. The
 * catalog is that of the account, its groups included; undefined where it is not loaded.
 */
export type Permitted = { readonly account: Account; readonly catalog: Catalog | undefined } & (
  { readonly kind: 'operator' } | { readonly kind: 'holder'; readonly holder: Giver; readonly levelsDown: number }
)

/**
 * The first line of each verb that people of an account may use: the operator may; a person may who is let in by the
 * control that his catalog puts on the verb, in his own account and, where the catalog's purview says so, in those below it;
 * nobody else. To whom an account is out of purview it does not exist.
 */
export async function requireMay(
  ports: AccessNeeds,
  op: Operation,
  verb: JoineryVerb,
  accountId: string,
): Promise<Permitted> {
  const permitted = await requireWithin(ports, op, accountId)
  if (permitted.kind === 'operator') return permitted
  const { account, holder } = permitted
  const { controls, entitlements } = requireLoaded(account, permitted.catalog)
  if (!meetsControl(controls[verb], holder)) throw mayNot(verb)
  const missing = entitlements.find(({ flag, gates }) => gates.includes(verb) && !account.entitlements.includes(flag))
  if (missing !== undefined) throw notEntitled(missing)
  return permitted
}

/**
 * The first line of what everybody of an account may look at: it takes no capability to be of one's own account, and any role
 * that reaches down to be seen in one below.
 */
export async function requireStanding(ports: AccessNeeds, op: Operation, accountId: string): Promise<Permitted> {
  const permitted = await requireWithin(ports, op, accountId)
  if (permitted.kind === 'operator' || permitted.levelsDown === 0) return permitted
  if (!looksDown(requireLoaded(permitted.account, permitted.catalog), permitted.holder))
    throw accountNotFound(accountId)
  return permitted
}

/** The first line of what lists accounts: those that `requireStanding` lets somebody into; undefined is every account. */
export async function requirePurview(ports: AccessNeeds, op: Operation): Promise<Purview | undefined> {
  const { actor } = op
  if (actor.kind === 'operator') return undefined
  if (!isPerson(actor)) throw noPerson()
  const { homeId, catalog, roles } = await judgeActor(ports, actor)
  return { homeId, catalog: catalog.id, below: looksDown(catalog, { roles }) }
}

/** The operator, or somebody who is not out, in an account of his purview. */
async function requireWithin(ports: AccessNeeds, op: Operation, accountId: string): Promise<Permitted> {
  const { actor } = op
  if (actor.kind !== 'operator' && !isPerson(actor)) throw noPerson()
  const path = await ports.views.accountPath(accountId)
  const [account] = path
  if (account === undefined) throw accountNotFound(accountId)
  const catalog = await accountCatalog(ports.catalogs, account, (id) => ports.views.permissionGroups(id))
  if (actor.kind === 'operator') return { account, catalog, kind: 'operator' }

  const judged = await judgeActor(ports, actor)
  const levelsDown = path.findIndex(({ id }) => id === judged.homeId)
  if (!reaches(judged.catalog, account, levelsDown)) throw accountNotFound(accountId)
  return { account, catalog, kind: 'holder', holder: judged, levelsDown }
}

type Judged = Giver & { readonly homeId: string; readonly catalog: Catalog }

/** A person, or a program by its key, with what he has in his own account; refuses whoever is out. */
export async function judgeActor(ports: AccessNeeds, actor: KeyActor | MemberActor): Promise<Judged> {
  const judged = actor.kind === 'key' ? await judgeKey(ports, actor.keyId) : await judgeMember(ports, actor.memberId)
  if (judged === undefined || judged.barred !== null) throw barred()
  return { ...judged, homeId: 'key' in judged ? judged.account.id : judged.member.accountId }
}

function isPerson(actor: Actor): actor is KeyActor | MemberActor {
  return actor.kind === 'member' || actor.kind === 'key'
}

function noPerson(): AppError {
  const message = 'this is for people of the account and their access keys; ask with a session or a key of one of them'
  return new AppError('forbidden', message)
}

export function barred(): AppError {
  return new AppError(
    'forbidden',
    'you are suspended or removed, or your key is at its end; ask whoever manages the members of your account, or use a live key',
    { rule: 'barred' },
  )
}

export function mayNot(verb: JoineryVerb): AppError {
  return new AppError('forbidden', `your roles do not let you do that here (${verb})`, { rule: 'not_allowed' })
}

function notEntitled({ flag, reason }: { flag: string; reason: string }): AppError {
  return new AppError('forbidden', `this account’s plan does not have "${flag}": ${reason}`, { rule: 'not_entitled' })
}
