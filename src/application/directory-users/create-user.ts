import { differences } from '../../domain/audit.ts'
import type { Connection } from '../../domain/connection.ts'
import {
  decideProvisioning,
  type DirectoryUser,
  type Provisioning,
  type UserFacts,
} from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'
import { firstLife, followDirectory, rehire, type Member } from '../../domain/member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { holdSchemas, keepUnique, withoutClashes } from '../schemas/hold-schemas.ts'
import { auditRefusal } from './audit-refusal.ts'
import { auditedUser } from './audited-user.ts'
import { followUser, lockMember } from './follow-user.ts'
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
 * A person whom the directory tells of for the first time, or again: a new member, one who signed in before his directory
 * told of him, or a former one in a new incarnation.
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
    await holdOpen(tx, connection.id)
    const nobody = { id, connectionId: connection.id, attributes: {} }
    const facts = told.active ? told : await withoutClashes(tx, told, nobody, { schemas, onKept })
    const matches = await tx.users.matches(connection.id, facts)
    const decision = decideProvisioning(facts, matches, await signedIn(tx, connection.id, facts))
    const memberId = decision.kind === 'join' ? ports.newId() : decision.memberId
    const { accountId, id: connectionId } = connection
    const row = { id, accountId, connectionId, memberId, version: 1, createdAt: now, updatedAt: now }
    const user: DirectoryUser = { ...facts, ...row, removedAt: null }
    const { was, is } = await enter[decision.kind](tx, op, user, email)
    await keepUnique(tx, 'User', user, schemas)
    const detail = { connection: connectionId, active: facts.active }
    const after = auditedUser(user, is)
    await tx.audit.record(op, { action: actions[decision.kind], accountId, target: id, memberId, detail, after }, now)
    if (was !== null && was.statusVersion !== is.statusVersion) await tellOfSuspension(tx, op, user, { was, is })
    return user
  })
}

const actions = { join: 'user.joined', recognise: 'user.recognised', rehire: 'user.rehired' } as const

/** Whom the first word of his directory suspended has the line that everybody has whom it suspends. */
async function tellOfSuspension(tx: Tx, op: Operation, user: DirectoryUser, { was, is }: Known): Promise<void> {
  const { accountId, id: target, memberId, version, updatedAt } = user
  const moved = differences(auditedUser(user, was), auditedUser(user, is), ['status'])
  const line = { action: 'user.suspended', accountId, target, memberId, detail: { version, attributes: [] } } as const
  await tx.audit.record(op, { ...line, ...moved }, updatedAt)
}
type Known = { readonly was: Member; readonly is: Member }

/** Stores the directory user with the member that he is, and that he was in the same life. */
type Entered = { readonly was: Member | null; readonly is: Member }
type Enter = (tx: Tx, op: Operation, user: DirectoryUser, email: string | null) => Promise<Entered>
const enter: Readonly<Record<Provisioning['kind'], Enter>> = {
  async join(tx, op, user, email) {
    const member = newMember(user, email)
    await tx.members.insert(member)
    await tx.users.insert(user)
    await tx.propagations.start(member, op, user.createdAt)
    return { was: null, is: member }
  },
  async recognise(tx, op, user, email) {
    await tx.users.insert(user)
    const { before, after } = await followUser(tx, op, user, email)
    return { was: before, is: after }
  },
  async rehire(tx, op, user, email) {
    const former = await lockMember(tx, user)
    const member = { ...rehire(former, user, email), updatedAt: user.createdAt }
    await tx.members.update(member)
    await tx.users.insert(user)
    await tx.propagations.mark(member, false, op, user.createdAt)
    return { was: null, is: member }
  },
}

/** Whoever the pair names, his row locked: asked again under it, as he may have been removed meanwhile, or told of by another. */
async function signedIn(tx: Tx, connectionId: string, facts: UserFacts): Promise<string[]> {
  const found = await tx.identityLinks.signedInAs(connectionId, facts)
  const [memberId] = found
  if (memberId === undefined || found.length > 1) return found
  await tx.members.lock(memberId)
  return tx.identityLinks.signedInAs(connectionId, facts)
}

/** Whoever retires the connection waits for this transaction or is waited for, and so does a sign-in that makes somebody. */
async function holdOpen(tx: Tx, connectionId: string): Promise<void> {
  if ((await tx.connections.hold(connectionId))?.state === 'active') return
  throw new AppError('unauthenticated', 'the connection has been retired', { rule: 'invalid_token' })
}

function newMember(user: DirectoryUser, email: string | null): Member {
  const { memberId: id, accountId, userName, displayName, createdAt } = user
  const blank: Member = { id, accountId, userName, email, displayName, ...firstLife, createdAt, updatedAt: createdAt }
  return followDirectory(blank, user, email)
}
