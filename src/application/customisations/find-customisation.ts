import { accessOf, type Cells } from '../../domain/catalog.ts'
import { beyond, cellsOf } from '../../domain/customisation.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { memberNotFound, type MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import { underCeiling } from './ceiling.ts'

/** A member's permissions beside what his roles give, in his own account and without regard to suspensions. */
export type ShownCustomisation = {
  readonly memberId: string
  readonly customised: boolean
  readonly roles: readonly string[]
  readonly setBy: string | null
  readonly setAt: number | null
  /** What he may do, apart from role groups that are switched off for him. */
  readonly permissions: Cells
  /** What his roles give and he is not let have. */
  readonly withheld: Cells
  /** What he was let have and his roles give no more. */
  readonly beyondRole: Cells
}

export async function showCustomisation(
  ports: AccessNeeds,
  op: Operation,
  ref: MemberRef,
): Promise<ShownCustomisation> {
  const permitted = await requireMay(ports, op, 'see-members', ref.accountId)
  const catalog = catalogOf(permitted)
  const member = await ports.views.member(ref.accountId, ref.memberId)
  if (member === undefined) throw memberNotFound(ref)
  const facts = (await ports.views.facts([member.id])).get(member.id)
  const stored = await ports.views.customisation(member.id)
  const now = ports.clock.now()
  const under = underCeiling({ catalog, account: permitted.account, member, facts, stored, now })
  const { customisation, ceiling, access, roles } = under
  const wanted = customisation === null ? ceiling : accessOf(catalog, { kind: 'cells', cells: customisation.cells })
  return {
    ...{ memberId: member.id, customised: customisation !== null, roles },
    ...{ setBy: customisation?.setBy ?? null, setAt: customisation?.setAt ?? null },
    permissions: cellsOf(catalog, access),
    withheld: cellsOf(catalog, beyond(ceiling, access)),
    beyondRole: cellsOf(catalog, beyond(wanted, ceiling)),
  }
}
