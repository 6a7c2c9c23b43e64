import { memberBehind } from '../../domain/actor.ts'
import { accessOf, type Catalog } from '../../domain/catalog.ts'
import { beyond } from '../../domain/customisation.ts'
import { AppError } from '../../domain/errors.ts'
import type { Permitted } from '../access/require-may.ts'
import type { MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import { requireOwnAccess } from '../permission-groups/decide-group.ts'
import type { Under } from './ceiling.ts'

/** Refuses whoever would change what he himself may do. */
export function requireNotOneself({ actor }: Operation, { memberId }: MemberRef): void {
  if (memberBehind(actor) !== memberId) return
  throw new AppError('forbidden', 'nobody customises his own permissions; ask somebody else', { rule: 'own_standing' })
}

/** Refuses to give, by a change of customised permissions, what whoever asks has not himself. */
export function requireGainsWithinOwn(
  catalog: Catalog,
  permitted: Permitted,
  { access, ceiling }: Under,
  grants: Parameters<typeof accessOf>[1] | null,
): void {
  const after = grants === null ? ceiling : accessOf(catalog, grants)
  requireOwnAccess(permitted, beyond(after, access))
}
