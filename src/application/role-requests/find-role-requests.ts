import type { RoleRequest } from '../../domain/role-request.ts'
import { requireMay, requireStanding, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { RoleRequestQuery, Slice } from '../views.ts'

/** A page of what was asked for in an account, the oldest first. Everybody sees what was asked for himself, and what became of it. */
export async function listRoleRequests(
  ports: AccessNeeds,
  op: Operation,
  query: RoleRequestQuery,
): Promise<Slice<RoleRequest>> {
  const { accountId, memberId } = query
  const isOwn = op.actor.kind === 'member' && op.actor.memberId === memberId
  await (isOwn ? requireStanding(ports, op, accountId) : requireMay(ports, op, 'see-members', accountId))
  return ports.views.roleRequests(query)
}
