import { differences } from '../../domain/audit.ts'
import type { Connection } from '../../domain/connection.ts'
import { sameFacts, type DirectoryUser, type UserFacts } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { holdSchemas, keepUnique, withoutClashes } from '../schemas/hold-schemas.ts'
import { auditRefusal } from './audit-refusal.ts'
import { auditedFields, auditedUser, movedAttributes } from './audited-user.ts'
import { followUser } from './follow-user.ts'
import { addressOfTold } from './require-work-person.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'workEmail' | 'clock'>
export type ChangeUser = {
  connection: Connection
  userId: string
  /** What the person should be, given what he is: pure, as it may be asked again. */
  change: (current: DirectoryUser) => UserFacts
  /** The schemas by which the change was read. */
  schemas?: AccountSchemas
  /** Hears of each unique value that stays as it was, as the person is gone and another has the one told. */
  onKept?: (path: string) => void
}

/**
 * Changes a directory user and lets his member follow in the same transaction: a suspension holds from the commit on.
 * The target is the stored row, whatever the payload says; the row is locked, so that parallel changes all count.
 */
export async function changeUser(ports: Needs, op: Operation, command: ChangeUser): Promise<DirectoryUser> {
  const { connection, userId } = command
  authorize(op, { verb: 'write-directory', connectionId: connection.id, resource: 'users' })
  let memberId: string | null = null
  const work = (): Promise<DirectoryUser> =>
    ports.unitOfWork(async (tx) => {
      const current = await tx.users.lock(connection.id, userId)
      if (current === undefined) throw userNotFound(userId)
      memberId = current.memberId
      return change(ports, op, tx, current, command)
    })
  return auditRefusal(ports, op, () => ({ accountId: connection.accountId, target: userId, memberId }), work)
}

async function change(
  ports: Needs,
  op: Operation,
  tx: Tx,
  current: DirectoryUser,
  command: ChangeUser,
): Promise<DirectoryUser> {
  const { schemas = noSchemas, onKept = () => undefined } = command
  await holdSchemas(tx, current.accountId, schemas)
  const now = ports.clock.now()
  const told = command.change(current)
  const facts = told.active ? told : await withoutClashes(tx, told, current, { schemas, onKept })
  if (sameFacts(current, facts)) return current
  const { emailPolicy, accountId: ofAccount } = command.connection
  const email = await addressOfTold(ports.workEmail, facts, {
    emailPolicy,
    provenDomains: () => tx.domains.proven(ofAccount, 'verified-or-lapsed'),
  })
  const user: DirectoryUser = { ...current, ...facts, version: current.version + 1, updatedAt: now }
  await tx.users.update(user)
  await keepUnique(tx, 'User', user, schemas)
  const { before, after } = await followUser(tx, op, user, email)
  const { accountId, memberId, id: target, version } = user
  const moved = differences(auditedUser(current, before), auditedUser(user, after), auditedFields)
  const detail = { version, attributes: movedAttributes(current, user) }
  const set = user.active ? 'user.resumed' : 'user.suspended'
  const action = before.statusVersion === after.statusVersion ? 'user.changed' : set
  await tx.audit.record(op, { action, accountId, target, memberId, detail, ...moved }, now)
  return user
}

export function userNotFound(userId: string): AppError {
  return new AppError('not_found', `there is no user "${userId.slice(0, 100)}" on this connection`)
}
