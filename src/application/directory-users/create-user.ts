import type { Connection } from '../../domain/connection.ts'
import { decideProvisioning, type DirectoryUser, type UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'
import { followDirectory, rehire, type Member } from '../../domain/member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { holdSchemas, keepUnique, withoutClashes } from '../schemas/hold-schemas.ts'
import { auditRefusal } from './audit-refusal.ts'
import { auditedUser } from './audited-user.ts'
import { addressOfTold } from './require-work-person.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'workEmail' | 'clock' | 'newId'>
export type CreateUser = {
  connection: Connection
  facts: UserFacts
  /** The schemas by which the facts were read. */
  schemas?: AccountSchemas
  /** Hears of each unique value that is left out, as the person is not active and another has it. */
  onKept?: (path: string) => void
}

/**
 * A person whom the directory tells of for the first time, or again: a new member, or a former one in a new incarnation.
 * The directory user always gets a new id. A refused one is nobody yet: his audit line is about the connection.
 */
export async function createUser(ports: Needs, op: Operation, command: CreateUser): Promise<DirectoryUser> {
  const { accountId, id: target } = command.connection
  authorize(op, { verb: 'write-directory', connectionId: target, resource: 'users' })
  return auditRefusal(
    ports,
    op,
    () => ({ accountId, target }),
    () => admit(ports, op, command),
  )
}

async function admit(ports: Needs, op: Operation, command: CreateUser): Promise<DirectoryUser> {
  const { connection, facts: told, schemas = noSchemas, onKept = () => undefined } = command
  const email = await addressOfTold(ports.workEmail, told, {
    emailPolicy: connection.emailPolicy,
    provenDomains: () => ports.views.provenDomains(connection.accountId, 'verified'),
  })
  const now = ports.clock.now()
  const id = ports.newId()

  return ports.unitOfWork(async (tx) => {
    await holdSchemas(tx, connection.accountId, schemas)
    const nobody = { id, connectionId: connection.id, attributes: {} }
    const facts = told.active ? told : await withoutClashes(tx, told, nobody, { schemas, onKept })
    const matches = await tx.users.matches(connection.id, facts)
    const decision = decideProvisioning(facts, matches)
    const member =
      decision.kind === 'join'
        ? await join(tx, op, newMember(connection, facts, email, ports.newId(), now))
        : await comeBack(tx, op, decision.memberId, { facts, email, now })
    const { accountId, id: connectionId } = connection
    const row = { id, accountId, connectionId, memberId: member.id, version: 1, createdAt: now, updatedAt: now }
    const user: DirectoryUser = { ...facts, ...row, removedAt: null }
    await tx.users.insert(user)
    await requireStillOpen(tx, connectionId)
    await keepUnique(tx, 'User', user, schemas)
    const action = decision.kind === 'join' ? 'user.joined' : 'user.rehired'
    const detail = { connection: connectionId, active: facts.active }
    const after = auditedUser(user, member)
    await tx.audit.record(op, { action, accountId, target: id, memberId: member.id, detail, after }, now)
    return user
  })
}

/** Whoever retires the connection waits for this transaction or is waited for, as the new row names the connection. */
async function requireStillOpen(tx: Tx, connectionId: string): Promise<void> {
  if ((await tx.connections.find(connectionId))?.state === 'active') return
  throw new AppError('unauthenticated', 'the connection has been retired', { rule: 'invalid_token' })
}

function newMember({ accountId }: Connection, facts: UserFacts, email: string | null, id: string, now: number): Member {
  const { userName, displayName } = facts
  const life = { status: 'active', suspendedBy: [], incarnation: 1, statusVersion: 1 } as const
  const blank: Member = { id, accountId, userName, email, displayName, ...life, createdAt: now, updatedAt: now }
  return followDirectory(blank, facts, email)
}

async function join(tx: Tx, op: Operation, member: Member): Promise<Member> {
  await tx.members.insert(member)
  await tx.propagations.start(member, op, member.createdAt)
  return member
}

type Return = { facts: UserFacts; email: string | null; now: number }

async function comeBack(tx: Tx, op: Operation, memberId: string, { facts, email, now }: Return): Promise<Member> {
  const former = await tx.members.lock(memberId)
  if (former === undefined) throw new AppError('not_found', `the former member "${memberId}" has been erased`)
  const member = { ...rehire(former, facts, email), updatedAt: now }
  await tx.members.update(member)
  await tx.propagations.mark(member, false, op, now)
  return member
}
