import { AppError } from '../../domain/errors.ts'
import { PersonRefused } from '../directory-users/require-work-person.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type About = { readonly accountId: string; readonly memberId: string | null; readonly connectionId: string | undefined }

/** Runs an opening. One that is refused leaves a line in the log of the account where the person came in; a slip of typing none. */
export async function auditOpening<T>(
  ports: Pick<Ports, 'unitOfWork' | 'clock'>,
  op: Operation,
  { accountId, memberId, connectionId }: About,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || isSlip(error)) throw error
    const detail = { connection: connectionId, rule: error.rule ?? error.code }
    const line = {
      action: 'account.opening_refused',
      accountId,
      target: memberId ?? accountId,
      memberId,
      detail,
    } as const
    await ports.unitOfWork((tx) => tx.audit.record(op, line, ports.clock.now()))
    throw error
  }
}

function isSlip(error: AppError): boolean {
  return error.code === 'upstream_unavailable' || (error.code === 'invalid_input' && !(error instanceof PersonRefused))
}
