import { hasRole } from '../../domain/access-key.ts'
import { levelOf } from '../../domain/account.ts'
import { memberBehind } from '../../domain/actor.ts'
import { holderOf, type Giver } from '../../domain/holder.ts'
import { meetsControl } from '../../domain/joinery-verbs.ts'
import { requireAccountCatalog } from '../access/account-catalog.ts'
import { barred, mayNot, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'
import { resolveStored } from '../propagation/facts.ts'
import { lacking } from './choose-roles.ts'
import type { KeyPermit } from './key-access.ts'

type Needs = Pick<AccessNeeds, 'catalogs' | 'clock'>
type Making = { readonly permit: KeyPermit; readonly roles: readonly string[] | null }

/**
 * Judges whoever makes a key of the organisation again, his row locked: such a key keeps its roles whatever becomes of its
 * maker, so that he must have them when it is written. A person’s own key acts with what he has whenever it is used.
 */
export async function requireStillHis(ports: Needs, op: Operation, tx: Tx, { permit, roles }: Making): Promise<void> {
  if (permit.kind === 'own' || permit.permitted.kind === 'operator') return
  const holder = await holderNow(ports, tx, memberBehind(op.actor) ?? '', permit.permitted.holder)
  if (!meetsControl(holder.catalog.controls['manage-keys'], holder)) throw mayNot('manage-keys')
  const lost = roles?.find((role) => !hasRole(permit.catalog, holder, role))
  if (lost !== undefined) throw lacking(lost)
}

/** What somebody still has of what he was let in with. */
async function holderNow(ports: Needs, tx: Tx, memberId: string, before: Giver) {
  const member = await tx.members.lock(memberId)
  const facts = await tx.members.facts(memberId)
  const account = member && (await tx.accounts.find(member.accountId))
  if (account === undefined || facts === undefined || member?.status !== 'active' || facts.accountStopped)
    throw barred()
  const catalog = await requireAccountCatalog(ports.catalogs, account, () => Promise.resolve(facts.groups))
  const given = resolveStored(ports.catalogs, member, facts, ports.clock.now()).grants
  const roles = before.roles.filter((role) => given.some((grant) => grant.role === role))
  const stored = await tx.customisations.find(memberId)
  const cells = stored?.incarnation === member.incarnation ? stored.cells : null
  return { ...holderOf(catalog, { roles, cells }, levelOf(catalog, account)), catalog }
}
