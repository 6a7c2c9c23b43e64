import { AppError } from '../../domain/errors.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

/** A sign-in that was refused, and is in the audit log where there was an account to write it to. */
export class SignInRefused extends AppError {
  readonly refusal: SignInRefusal

  constructor(refusal: SignInRefusal, cause?: unknown) {
    super('forbidden', `the sign-in was refused: ${refusal}`, { rule: refusal, cause })
    this.refusal = refusal
  }
}

export type RefusedWhere = {
  readonly accountId: string
  readonly connectionId: string | null
  readonly memberId?: string | null
  readonly detail?: Readonly<Record<string, unknown>>
}

export function recordRefusal(
  tx: Pick<Tx, 'audit'>,
  op: Operation,
  refusal: SignInRefusal,
  { accountId, connectionId, memberId = null, detail = {} }: RefusedWhere,
  now: number,
): Promise<void> {
  const target = connectionId ?? memberId ?? accountId
  const line = { action: 'sign_in.refused', accountId, target, memberId } as const
  return tx.audit.record(op, { ...line, detail: { refusal, ...detail } }, now)
}

/** The audit line in a transaction of its own, and then the refusal. */
export async function refuse(
  { unitOfWork, clock }: Pick<Ports, 'unitOfWork' | 'clock'>,
  op: Operation,
  refusal: SignInRefusal,
  where: RefusedWhere,
  cause?: unknown,
): Promise<never> {
  await unitOfWork((tx) => recordRefusal(tx, op, refusal, where, clock.now()))
  throw new SignInRefused(refusal, cause)
}
