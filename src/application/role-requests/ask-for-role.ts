import { actorName } from '../../domain/actor.ts'
import { isOwnerLevel, type Catalog } from '../../domain/catalog.ts'
import type { RoleRequests } from '../../domain/catalog-rules.ts'
import { AppError } from '../../domain/errors.ts'
import { meetsControl } from '../../domain/joinery-verbs.ts'
import type { RoleRequest } from '../../domain/role-request.ts'
import { accountNotFound, requireAccount } from '../accounts/find-accounts.ts'
import { accountCatalog } from '../access/account-catalog.ts'
import { judgeMember } from '../access/judge-member.ts'
import { catalogOf, requireMayGive } from '../access/require-may-change.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { lockPresentMember, type MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { requirePerson } from './require-person.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'newId'>
export type AskForRole = MemberRef & { role: string; reason?: string | undefined }

const hourMs = 3_600_000

/**
 * Asks for a role: a person for himself, and for others whom the catalog lets. The operator writes down what a person asked
 * him for. The answer is promised within the catalog's time.
 */
export async function askForRole(ports: Needs, op: Operation, command: AskForRole): Promise<RoleRequest> {
  const rule = await requireMayAsk(ports, op, command)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const { accountId, memberId, role, reason = null } = command
    const { incarnation } = await lockPresentMember(tx, command)
    for (const open of await tx.roleRequests.openOf(memberId)) {
      if (open.role !== role) continue
      if (open.incarnation === incarnation) throw askedAlready(role)
      await tx.roleRequests.update({ ...open, state: 'withdrawn', decidedBy: actorName(op.actor), decidedAt: now })
    }
    const askedBy = op.actor.kind === 'operator' ? `member:${memberId}` : actorName(op.actor)
    const request: RoleRequest = {
      ...{ id: ports.newId(), accountId, memberId, incarnation, role, reason },
      ...{ state: 'open', askedBy, askedAt: now },
      ...{ promisedAt: now + rule.promisedHours * hourMs, decidedBy: null, decidedAt: null, answer: null },
    }
    await tx.roleRequests.insert(request)
    const line = { action: 'role_request.asked', accountId, target: request.id, memberId } as const
    await tx.audit.record(op, { ...line, before: null, after: { role, askedBy, promisedAt: request.promisedAt } }, now)
    return request
  })
}

/** What the catalog promises to whoever may ask; refuses the others, and a role that nobody could be given here. */
async function requireMayAsk(ports: Needs, op: Operation, command: AskForRole): Promise<RoleRequests> {
  const { actor } = op
  requirePerson(op)
  const account = await requireAccount(ports, command.accountId)
  const catalog = catalogOf({
    account,
    catalog: await accountCatalog(ports.catalogs, account, (id) => ports.views.permissionGroups(id)),
  })
  const rule = catalog.roleRequests
  if (actor.kind === 'member') {
    const judged = await judgeMember(ports, actor.memberId)
    if (judged === undefined || judged.barred !== null) throw refused('barred', 'you are suspended or removed')
    if (judged.member.accountId !== account.id) throw accountNotFound(account.id)
    const forOther = actor.memberId !== command.memberId
    if (forOther && (rule === undefined || !meetsControl(rule.forOthers, judged)))
      throw refused('not_allowed', 'your roles do not let you ask for others')
  }
  if (rule === undefined) throw noRequests(catalog)
  requireMayGive(catalog, { kind: 'operator', account, catalog }, command.role)
  if (isOwnerLevel(catalog, command.role)) throw refused('owner_stands', 'ownership is handed over, not asked for')
  return rule
}

function refused(rule: string, message: string): AppError {
  return new AppError('forbidden', message, { rule })
}

function noRequests({ id }: Catalog): AppError {
  const message = `catalog "${id}" has no role requests; ask an administrator of the account`
  return new AppError('policy_violation', message, { rule: 'no_role_requests' })
}

function askedAlready(role: string): AppError {
  return new AppError('conflict', `"${role}" is asked for already; withdraw that first`, { rule: 'asked_already' })
}
