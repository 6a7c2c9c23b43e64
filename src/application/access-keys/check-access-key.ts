import type { KeyActor } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { judgeReadKey, type JudgedKey } from '../access/judge-key.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { ownAccountOf } from '../decisions/question.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { opensKey } from './key-secrets.ts'

type Needs = AccessNeeds & Pick<Ports, 'secrets' | 'vault'>
/** An id and a secret as somebody shows them. */
export type ShownKey = { readonly id: string; readonly secret: string }

/** How stale "last used" may get: it is a hint, not a log, and costs a write. */
const lastUsedGrainMs = 60_000

/**
 * Whose key somebody shows and what it may do now; null for whatever lets nobody in. Of a wrong secret, an unknown, disabled
 * or expired key, one of somebody who is out, and one of an account that the asker does not see it tells nothing apart.
 */
export async function checkAccessKey(ports: Needs, op: Operation, shown: ShownKey): Promise<JudgedKey | null> {
  authorize(op, { verb: 'decide' })
  const judged = await openKey(ports, shown)
  if (judged === null) return null
  const own = ownAccountOf(op.actor)
  if (own !== null && own !== judged.account.id) {
    const path = await ports.views.accountPath(judged.account.id)
    if (!path.some(({ id }) => id === own)) return null
  }
  noteUse(ports, judged)
  return judged
}

/** Who speaks with a key to Joinery itself. */
export async function authenticateAccessKey(ports: Needs, shown: ShownKey): Promise<KeyActor> {
  const judged = await openKey(ports, shown)
  if (judged === null) {
    const message = 'the access key is not valid; look whether it is there, live, and its secret whole'
    throw new AppError('unauthenticated', message, { rule: 'invalid_access_key' })
  }
  noteUse(ports, judged)
  const { key, account, person } = judged
  return { kind: 'key', keyId: key.id, accountId: account.id, memberId: person?.id ?? null }
}

async function openKey(ports: Needs, { id, secret }: ShownKey): Promise<JudgedKey | null> {
  // The secret first: whoever has none learns by no delay, and by no fault of the set-up, whether the key is there.
  const key = await ports.views.accessKey(id)
  if (!(await opensKey(ports, key, secret)) || key === undefined) return null
  const judged = await judgeReadKey(ports, key)
  return judged?.barred === null ? judged : null
}

/** Best effort: a lost "last used" never fails a request. */
function noteUse({ views, clock }: Needs, { key }: JudgedKey): void {
  const now = clock.now()
  if (key.lastUsedAt !== null && now - key.lastUsedAt < lastUsedGrainMs) return
  views.touchAccessKey(key.id, now).catch(() => undefined)
}
