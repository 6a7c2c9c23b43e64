import type { AuditLine } from '../../domain/audit.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { PersonRefused } from './require-work-person.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'clock'>

/**
 * Runs a verb's work. Of a person whom the address rule refuses nothing is kept but one audit line, in a transaction of its
 * own: the attribute, the rule and the domain, and nothing of the person.
 */
export async function auditRefusal<T>(
  ports: Needs,
  op: Operation,
  about: () => Pick<AuditLine, 'accountId' | 'target' | 'memberId'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PersonRefused) {
      const line = { ...about(), action: 'user.refused', detail: error.refusal } as const
      await ports.unitOfWork((tx) => tx.audit.record(op, line, ports.clock.now()))
    }
    throw error
  }
}
