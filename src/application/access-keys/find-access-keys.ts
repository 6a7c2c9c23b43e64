import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { AccessKeyPage, AccessKeyQuery, AccessKeyRow } from './access-key-store.ts'
import { keyNotFound, requireKeyPermit, seesKey, type KeyPermit, type KeyRef } from './key-access.ts'

/**
 * A page of the keys of an account, or of one of its people. Whoever lacks the right to manage keys asks for his own. A key
 * that the asker does not see is left out, so that a page may hold fewer than its limit while more follow.
 */
export async function listAccessKeys(ports: AccessNeeds, op: Operation, query: AccessKeyQuery): Promise<AccessKeyPage> {
  const { accountId, memberId } = query
  const permit = await requireKeyPermit(ports, op, { accountId, memberId: memberId ?? null })
  const page = await ports.views.accessKeys(query)
  const seen = await Promise.all(page.items.map((key) => seesKey(ports, permit, key)))
  return { items: page.items.filter((_, index) => seen[index]), next: page.next }
}

export async function showAccessKey(ports: AccessNeeds, op: Operation, ref: KeyRef): Promise<AccessKeyRow> {
  return (await requireKey(ports, op, ref)).key
}

/** The key, for whoever manages it; for whoever does not see it there is none. */
export async function requireKey(
  ports: AccessNeeds,
  op: Operation,
  ref: KeyRef,
): Promise<{ key: AccessKeyRow; permit: KeyPermit }> {
  const found = await ports.views.accessKey(ref.keyId)
  const key = found?.accountId === ref.accountId ? found : undefined
  const permit = await requireKeyPermit(ports, op, {
    accountId: ref.accountId,
    memberId: key?.person?.memberId ?? null,
  })
  if (key === undefined || !(await seesKey(ports, permit, key))) throw keyNotFound(ref)
  return { key, permit }
}

/** The key as it is after a change. */
export async function readBack({ views }: Pick<AccessNeeds, 'views'>, ref: KeyRef): Promise<AccessKeyRow> {
  const key = await views.accessKey(ref.keyId)
  if (key === undefined) throw keyNotFound(ref)
  return key
}
