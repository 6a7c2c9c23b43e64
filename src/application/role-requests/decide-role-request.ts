import { actorName } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { hasPart, type RoleRequest } from '../../domain/role-request.ts'
import { catalogOf, requireMayChange, requireMayGive } from '../access/require-may-change.ts'
import { holdGroups } from '../access/hold-groups.ts'
import { judgeMember } from '../access/judge-member.ts'
import { barred, requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import { giveRole } from '../members/assign-role.ts'
import { lockHeldMember } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { requirePerson } from './require-person.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'newId'>
export type RequestRef = { accountId: string; requestId: string }
export type DecideRoleRequest = RequestRef & { answer?: string | undefined }

/** Grants a request: the role is assigned in the same transaction. Nobody grants what he asked for, or what is for him. */
export async function grantRoleRequest(ports: Needs, op: Operation, command: DecideRoleRequest): Promise<RoleRequest> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  return ports.unitOfWork(async (tx) => {
    const request = await lockOpen(tx, command)
    requireOthers(op, request)
    const { accountId, memberId, role } = request
    const held = await holdGroups(ports, tx, permitted, role)
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const catalog = catalogOf(held)
    requireMayGive(catalog, held, role)
    const member = await lockHeldMember(tx, { accountId, memberId })
    if (member.incarnation !== request.incarnation) throw ofFormerLife()
    await requireMayChange(tx, { catalog, permitted, member }, ports.clock.now())
    await giveRole(ports, op, tx, { catalog, permitted, member, role })
    return settle(ports, op, tx, { ...request, state: 'granted', answer: command.answer ?? null })
  })
}

/** Declines a request; the answer says why. */
export async function declineRoleRequest(
  ports: Needs,
  op: Operation,
  command: DecideRoleRequest,
): Promise<RoleRequest> {
  await requireMay(ports, op, 'manage-members', command.accountId)
  return ports.unitOfWork(async (tx) => {
    const request = await lockOpen(tx, command)
    requireOthers(op, request)
    return settle(ports, op, tx, { ...request, state: 'declined', answer: command.answer ?? null })
  })
}

/** Takes a request back: whoever asked, whom it is for, or the operator. */
export async function withdrawRoleRequest(ports: Needs, op: Operation, ref: RequestRef): Promise<RoleRequest> {
  const { actor } = op
  requirePerson(op)
  if (actor.kind === 'member' && (await judgeMember(ports, actor.memberId))?.barred !== null) throw barred()
  return ports.unitOfWork(async (tx) => {
    const known = await tx.roleRequests.lock(ref.accountId, ref.requestId)
    if (known === undefined || (actor.kind === 'member' && !hasPart(known, actorName(actor)))) throw notFound(ref)
    const request = requireOpen(known)
    return settle(ports, op, tx, { ...request, state: 'withdrawn' })
  })
}

async function lockOpen(tx: Tx, ref: RequestRef): Promise<RoleRequest> {
  const request = await tx.roleRequests.lock(ref.accountId, ref.requestId)
  if (request === undefined) throw notFound(ref)
  return requireOpen(request)
}

function requireOpen(request: RoleRequest): RoleRequest {
  if (request.state === 'open') return request
  throw new AppError('conflict', `the request is ${request.state} already`, { rule: 'request_closed' })
}

function ofFormerLife(): AppError {
  const mend = 'decline it; the person may ask anew'
  return new AppError('conflict', `the person left and came back since this was asked; ${mend}`, {
    rule: 'former_life',
  })
}

function requireOthers(op: Operation, request: RoleRequest): void {
  if (op.actor.kind === 'key') {
    const message = 'an access key decides on no request: a key could be of whoever asked; sign in and decide'
    throw new AppError('forbidden', message, { rule: 'person_needed' })
  }
  if (!hasPart(request, actorName(op.actor))) return
  const message = 'nobody decides on what he asked for, or on what is for him; ask somebody else'
  throw new AppError('forbidden', message, { rule: 'own_request' })
}

const decisions = {
  granted: 'role_request.granted',
  declined: 'role_request.declined',
  withdrawn: 'role_request.withdrawn',
} as const

async function settle(ports: Needs, op: Operation, tx: Tx, request: RoleRequest): Promise<RoleRequest> {
  const now = ports.clock.now()
  const decided: RoleRequest = { ...request, decidedBy: actorName(op.actor), decidedAt: now }
  await tx.roleRequests.update(decided)
  const { id, accountId, memberId, role, state } = decided
  const line = { action: decisions[state as Exclude<typeof state, 'open'>], accountId, target: id, memberId } as const
  await tx.audit.record(op, { ...line, before: { state: 'open' }, after: { state, role } }, now)
  return decided
}

function notFound({ accountId, requestId }: RequestRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no role request "${requestId}"`)
}
