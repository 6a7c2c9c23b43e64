import { AppError } from '../../domain/errors.ts'
import { PersonRefused } from '../directory-users/require-work-person.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { openLink } from './invitation-link.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock' | 'views' | 'secrets'>

/** Runs an acceptance. One that is refused leaves a line in the log of the account that invites; the address rule has its own. */
export async function auditTaking<T>(
  ports: Needs,
  op: Operation,
  { token, connectionId }: { token: string; connectionId: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof PersonRefused || error.rule === 'invitation_dead') throw error
    const { accountId, id: target } = await openLink(ports, token)
    const detail = { connection: connectionId, rule: error.rule ?? error.code }
    const line = { action: 'invitation.refused', accountId, target, detail } as const
    await ports.unitOfWork((tx) => tx.audit.record(op, line, ports.clock.now()))
    throw error
  }
}
