import { isAmong, keyEnd } from '../../domain/access-key.ts'
import { levelOf, type Account } from '../../domain/account.ts'
import type { KeyActor } from '../../domain/actor.ts'
import { findRole, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { holderOf, lacksNothing, type Giver } from '../../domain/holder.ts'
import { meetsControl, type JoineryVerb } from '../../domain/joinery-verbs.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'
import { resolveStored } from '../propagation/facts.ts'
import { requireAccountCatalog } from './account-catalog.ts'
import { barred, mayNot, type AccessNeeds, type Permitted } from './require-may.ts'

export type JudgingAnew = Pick<AccessNeeds, 'catalogs' | 'clock'>
type StillHeld = Giver & { readonly catalog: Catalog }

/**
 * The first line of a transaction that makes what outlives its maker: judges whoever was let in again, his row and that of his
 * key locked until it ends, so that whoever was suspended or lost a role meanwhile leaves nothing behind.
 */
export async function requireStillMay(
  ports: JudgingAnew,
  op: Operation,
  tx: Tx,
  { permitted, verb }: { readonly permitted: Permitted; readonly verb: JoineryVerb },
): Promise<void> {
  if (permitted.kind === 'operator') return
  const before = permitted.holder
  const now = await holderNow(ports, op, tx, before)
  if (!meetsControl(now.catalog.controls[verb], now)) throw mayNot(verb)
  if (before.roles.every((role) => now.roles.includes(role)) && lacksNothing(now.access, before.access)) return
  const message = 'you have lost some of what you may do since you asked; look at what you have, and try again'
  throw new AppError('forbidden', message, { rule: 'not_allowed' })
}

/**
 * What somebody still has of what he was let in with; refuses whoever is out, or whose key is. His account is held before his
 * row is locked, as by whoever suspends it.
 */
export async function holderNow(ports: JudgingAnew, { actor }: Operation, tx: Tx, before: Giver): Promise<StillHeld> {
  if (actor.kind !== 'member' && actor.kind !== 'key') throw barred()
  const account = await tx.accounts.hold(actor.accountId)
  if (account === undefined || account.stopped) throw barred()
  const { memberId } = actor
  const held = memberId === null ? null : await memberNow(ports, tx, { account, memberId, before })
  if (actor.kind === 'key') await requireLiveKey(ports, tx, actor)
  return held ?? organisationNow(ports, tx, account, before)
}

type Judging = { readonly account: Account; readonly memberId: string; readonly before: Giver }

async function memberNow(ports: JudgingAnew, tx: Tx, { account, memberId, before }: Judging): Promise<StillHeld> {
  const member = await tx.members.lock(memberId)
  const facts = await tx.members.facts(memberId)
  if (facts === undefined || member?.status !== 'active' || member.accountId !== account.id) throw barred()
  if (await tx.identityLinks.outAtHome(memberId)) throw barred()
  const catalog = await requireAccountCatalog(ports.catalogs, account, () => Promise.resolve(facts.groups))
  const given = resolveStored(ports.catalogs, member, facts, ports.clock.now()).grants.map(({ role }) => role)
  const roles = before.roles.filter((role) => isAmong(catalog, given, role))
  const stored = await tx.customisations.find(memberId)
  const cells = stored?.incarnation === member.incarnation ? stored.cells : null
  return { ...holderOf(catalog, { roles, cells, switchedOff: member.switchedOff }, levelOf(catalog, account)), catalog }
}

async function requireLiveKey({ clock }: JudgingAnew, tx: Tx, { accountId, keyId }: KeyActor): Promise<void> {
  const key = await tx.accessKeys.lock(accountId, keyId)
  if (key === undefined || keyEnd(key, clock.now()) !== null) throw barred()
}

async function organisationNow(ports: JudgingAnew, tx: Tx, account: Account, before: Giver): Promise<StillHeld> {
  const catalog = await requireAccountCatalog(ports.catalogs, account, (id) => tx.permissionGroups.ofAccount(id))
  const roles = before.roles.filter((role) => findRole(catalog, role) !== undefined)
  return { ...holderOf(catalog, { roles, cells: null, switchedOff: [] }, levelOf(catalog, account)), catalog }
}
