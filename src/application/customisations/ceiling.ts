import { levelOf, type Account } from '../../domain/account.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { Customisation } from '../../domain/customisation.ts'
import { holderOf } from '../../domain/holder.ts'
import type { EffectiveAccess } from '../../domain/joinery-verbs.ts'
import type { Member } from '../../domain/member.ts'
import type { Tx } from '../ports.ts'
import { resolveFree, type StoredFacts } from '../propagation/facts.ts'

/** What a member's roles give in his account, and what he is let have of it. */
export type Under = {
  readonly roles: readonly string[]
  readonly ceiling: EffectiveAccess
  readonly access: EffectiveAccess
  /** That of his present life. */
  readonly customisation: Customisation | null
}

type Whose = {
  readonly catalog: Catalog
  readonly account: Account
  readonly member: Pick<Member, 'incarnation'>
  readonly facts: StoredFacts | undefined
  readonly stored: Customisation | undefined
  readonly now: number
}

/** It looks past role groups that are switched off, and past suspensions: whoever is suspended has his permissions again when he comes back. */
export function underCeiling({ catalog, account, member, facts, stored, now }: Whose): Under {
  const { grants = [] } = (facts && resolveFree(catalog, member.incarnation, facts, now)) ?? {}
  const roles = [...new Set(grants.map(({ role }) => role))].sort()
  const level = levelOf(catalog, account)
  const customisation = stored?.incarnation === member.incarnation ? stored : null
  const all = { roles, cells: null, switchedOff: [] }
  const { access: ceiling } = holderOf(catalog, all, level)
  const { access } = holderOf(catalog, { ...all, cells: customisation?.cells ?? null }, level)
  return { roles, ceiling, access, customisation }
}

/** The same, read in a transaction. */
export async function readUnder(
  tx: Tx,
  {
    member,
    ...place
  }: Pick<Whose, 'catalog' | 'account' | 'now'> & { readonly member: Pick<Member, 'id' | 'incarnation'> },
): Promise<Under> {
  const [stored, facts] = [await tx.customisations.find(member.id), await tx.members.facts(member.id)]
  return underCeiling({ ...place, member, stored, facts })
}
