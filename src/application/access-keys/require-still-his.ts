import { hasRole } from '../../domain/access-key.ts'
import { meetsControl } from '../../domain/joinery-verbs.ts'
import { holdGroups } from '../access/hold-groups.ts'
import { mayNot } from '../access/require-may.ts'
import { holderNow, type JudgingAnew } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'
import { lacking, requireOnKeys } from './choose-roles.ts'
import type { KeyPermit } from './key-access.ts'

type Making = { readonly permit: KeyPermit; readonly roles: readonly string[] | null }

/**
 * Looks whether permission groups that the key is to carry are still there; they stay until the transaction ends. Judges whoever makes a key of the organisation again, his row locked: such a key keeps its roles whatever becomes of its
 * maker, so that he must have them when it is written. A person’s own key acts with what he has whenever it is used.
 */
export async function requireStillHis(
  ports: JudgingAnew,
  op: Operation,
  tx: Tx,
  { permit, roles }: Making,
): Promise<void> {
  const held = await holdGroups(ports, tx, permit, ...(roles ?? []))
  for (const role of roles ?? []) requireOnKeys(held, role)
  if (permit.kind === 'own' || permit.permitted.kind === 'operator') return
  const holder = await holderNow(ports, op, tx, permit.permitted.holder)
  if (!meetsControl(holder.catalog.controls['manage-keys'], holder)) throw mayNot('manage-keys')
  const lost = roles?.find((role) => !hasRole(permit.catalog, holder, role))
  if (lost !== undefined) throw lacking(lost)
}
