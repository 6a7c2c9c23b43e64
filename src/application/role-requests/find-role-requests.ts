import type { RoleRequest } from '../../domain/role-request.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { RoleRequestQuery, Slice } from '../views.ts'

/** A page of what was asked for in an account, the oldest first. */
export async function listRoleRequests(
  ports: AccessNeeds,
  op: Operation,
  query: RoleRequestQuery,
): Promise<Slice<RoleRequest>> {
  await requireMay(ports, op, 'see-members', query.accountId)
  return ports.views.roleRequests(query)
}
