import type { RoleRequest } from '../../domain/role-request.ts'
import { requireMay, requireStanding, type AccessNeeds } from '../access/require-may.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { RoleRequestQuery, Slice } from '../views.ts'

type Filters = Omit<RoleRequestQuery, 'late'> & { readonly overdue?: boolean | undefined }

/** A page of what was asked for in an account, the oldest first. Everybody sees what was asked for himself, and what became of it. */
export async function listRoleRequests(
  ports: AccessNeeds,
  op: Operation,
  query: Filters & { readonly accountId: string },
): Promise<Slice<RoleRequest>> {
  const { accountId, memberId } = query
  const isOwn = op.actor.kind === 'member' && op.actor.memberId === memberId
  await (isOwn ? requireStanding(ports, op, accountId) : requireMay(ports, op, 'see-members', accountId))
  return found(ports, query)
}

/** The same of all accounts, for the platform's own people, who keep what the catalogs promise. */
export async function listAllRoleRequests(
  ports: Pick<Ports, 'views' | 'clock'>,
  op: Operation,
  query: Filters,
): Promise<Slice<RoleRequest>> {
  authorize(op, { verb: 'operate' })
  return found(ports, query)
}

function found(
  { views, clock }: Pick<Ports, 'views' | 'clock'>,
  { overdue, ...query }: Filters,
): Promise<Slice<RoleRequest>> {
  const late = overdue === undefined ? undefined : { at: clock.now(), overdue }
  return views.roleRequests({ ...query, late })
}
