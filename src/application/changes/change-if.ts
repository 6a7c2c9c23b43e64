import { AppError } from '../../domain/errors.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

/** What is to be changed: the account whose log it is in, and the id that its lines name as their target or their member. */
export type ChangedThing = { readonly accountId: string; readonly id: string }

export type Conditional<T> = {
  readonly isSeen: () => Promise<boolean>
  readonly act: (op: Operation) => Promise<T>
}

/**
 * Changes something only if it is still what the caller has seen. Lines about it are counted first; `isSeen` then looks, as
 * the caller did; and the transaction of the change counts again, under its lock, before it writes its own line. Every
 * change writes one, so whatever came in between is found, by whichever door and process. `isSeen` and `act` authorize.
 */
export async function changeIf<T>(
  { auditLog }: Pick<Ports, 'auditLog'>,
  op: Operation,
  thing: ChangedThing,
  { isSeen, act }: Conditional<T>,
): Promise<T> {
  let lines = await auditLog.linesAbout(thing)
  if (!(await isSeen())) throw hasChanged()
  const isAbout = ({ accountId, target, memberId }: Line): boolean =>
    accountId === thing.accountId && (target === thing.id || memberId === thing.id)
  return act({
    ...op,
    expects: { ...thing, lines: () => lines },
    committed(changed) {
      lines += changed.lines.filter(isAbout).length
      op.committed?.(changed)
    },
  })
}
type Line = { accountId: string; target: string; memberId?: string | null }

export function hasChanged(): AppError {
  const mend = 'it has changed since you read it; read it again, and send the change with the ETag that it has now'
  return new AppError('precondition_failed', mend, { rule: 'has_changed' })
}
