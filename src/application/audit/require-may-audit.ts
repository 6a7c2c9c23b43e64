import { serviceAccount } from '../../domain/audit.ts'
import { meetsControl } from '../../domain/joinery-verbs.ts'
import { AppError } from '../../domain/errors.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { authorize, type Operation } from '../operation.ts'

/** Whether names and addresses are shown to whoever was let in. */
export type MayAudit = { readonly personal: boolean }

/**
 * Lets in whoever may read an account's audit log. Names and addresses are for those who may see the account's people
 * besides. The log of the service itself is the operator's.
 */
export async function requireMayAudit(ports: AccessNeeds, op: Operation, accountId: string): Promise<MayAudit> {
  if (accountId === serviceAccount) {
    authorize(op, { verb: 'operate' })
    return { personal: true }
  }
  const permitted = await requireMay(ports, op, 'read-audit', accountId)
  if (permitted.kind === 'operator') return { personal: true }
  return { personal: meetsControl(catalogOf(permitted).controls['see-members'], permitted.holder) }
}

/** Refuses names and addresses to whoever may read the log and not see the people. */
export function requirePersonal({ personal }: MayAudit): void {
  if (personal) return
  const message = 'your roles let you read the log and not see the people: ask for it without "personal"'
  const problems = [{ path: 'personal', message }]
  throw new AppError('forbidden', message, { rule: 'not_allowed', problems })
}
