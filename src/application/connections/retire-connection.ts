import { memberBehind } from '../../domain/actor.ts'
import type { AuditLine } from '../../domain/audit.ts'
import type { Connection } from '../../domain/connection.ts'
import { isLive } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import { openConnection, type Opened } from '../access/require-may-reach.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import { ended } from '../ended.ts'
import { dropCredentials } from '../oidc/credentials.ts'
import { endIdentities } from '../sign-in/end-identities.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { ConnectionRef } from './find-connections.ts'
import { leftUnmanaged } from './left-unmanaged.ts'
import { retiringFrom, toPlan, type Retirement, type RetirementNeeds } from './retirement.ts'
import type { Leaver } from './retirement-store.ts'

type Needs = RetirementNeeds & Pick<Ports, 'unitOfWork'>
export type RetireConnection = ConnectionRef & { readonly plan: string }

/**
 * Ends a connection for good, as it was planned: its tokens, clients, sign-in, identities and sessions, and whoever comes in
 * by it alone, all in one transaction. Stored grants follow through the propagation, and count for nobody meanwhile. The owner of the account
 * stays a member. A plan that is not what would happen now is refused.
 */
export async function retireConnection(ports: Needs, op: Operation, command: RetireConnection): Promise<Retirement> {
  const opened = await openConnection(ports, op, command)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const connection = await requireStillOpen(ports, op, tx, opened)
    await tx.assignments.owners(connection.accountId) // the account changes hands before this, or after it
    const leavers = await tx.retirements.leavers(connection.id)
    const plan = await planNow(ports, tx, { ...opened, connection }, now)
    if (plan.plan !== command.plan) throw stale()
    await requireNotHimself(tx, { connection, leavers, plan }, memberBehind(op.actor))
    await endCredentials(tx, op, connection, now)
    const identities = await endSignIn(tx, op, connection, now)
    await tx.retirements.retire(connection.id, now)
    await tx.accounts.bumpEpoch(connection.accountId)
    await note(tx, op, { connection, plan: { ...plan, identities }, leave: leavers.length }, now)
    await removeAll(tx, op, { connection, leavers }, now)
    return { ...plan, leave: leavers.length }
  })
}

/** What would happen now, the connection and its sign-in being locked. */
async function planNow(ports: Needs, tx: Tx, { permitted, connection }: Opened, now: number): Promise<Retirement> {
  const issuer = (await tx.oidcSettings.lock(connection.id))?.issuer ?? null
  const from = retiringFrom(permitted, connection)
  const unmanaged = await leftUnmanaged(ports, connection.id, (slice) => tx.retirements.people(from, slice))
  return toPlan(ports, connection, { ...(await tx.retirements.facts(connection.id, now)), issuer, unmanaged })
}

async function endCredentials(tx: Tx, op: Operation, { id, accountId }: Connection, now: number): Promise<void> {
  const line = { accountId, detail: { connection: id }, ...ended }
  for (const token of await tx.tokens.ofConnection(id)) {
    if (!isLive(token, now)) continue
    await tx.tokens.revoke(token.id, now)
    await tx.audit.record(op, { action: 'token.revoked', target: token.id, ...line }, now)
  }
  for (const client of await tx.clients.ofConnection(id)) {
    if (client.revokedAt !== null) continue
    await tx.clients.revoke(client.id, now)
    await tx.audit.record(op, { action: 'client.revoked', target: client.id, ...line }, now)
  }
}

/** Identities end everywhere, also where they lead into other accounts. */
async function endSignIn(
  tx: Tx,
  op: Operation,
  { id: connectionId, accountId }: Connection,
  now: number,
): Promise<number> {
  const identities = await endIdentities(tx, op, { connectionId, accountId }, now)
  await tx.oidcSettings.remove(connectionId)
  await dropCredentials(tx, { accountId, connectionId }, { hasSecret: false, key: null })
  return identities
}

type Told = { readonly connection: Connection; readonly plan: Retirement; readonly leave: number }

async function note(tx: Tx, op: Operation, { connection, plan, leave }: Told, now: number): Promise<void> {
  const { accountId, id: target } = connection
  const { people, groups, identities, mappings, owners, unmanaged, roles } = plan
  const detail = {
    people,
    groups,
    identities,
    mappings,
    leave,
    owners,
    unmanaged,
    roles: roles.map(({ role }) => role),
  }
  const states = { before: { state: 'active' }, after: { state: 'retired' } }
  await tx.audit.record(op, { action: 'connection.retired', accountId, target, detail, ...states }, now)
}

type Leaving = { readonly connection: Connection; readonly leavers: readonly Leaver[] }
const slice = 500

async function removeAll(tx: Tx, op: Operation, { connection, leavers }: Leaving, now: number): Promise<void> {
  const { accountId, id } = connection
  for (let start = 0; start < leavers.length; start += slice) {
    const part = leavers.slice(start, start + slice)
    await tx.retirements.removeMembers(
      part.map((each) => each.id),
      now,
    )
    const lines = part.map((leaver) => lineOf(accountId, id, leaver))
    await tx.audit.recordEach(op, lines, now)
  }
  const members = leavers.map((leaver) => ({ id: leaver.id, accountId }))
  await tx.propagations.markLeaving(members, op, now)
}

function lineOf(accountId: string, connection: string, { id, status }: Leaver): AuditLine {
  const states = { before: { status }, after: { status: 'removed' } }
  return { action: 'member.removed', accountId, target: id, memberId: id, detail: { connection }, ...states }
}

/** The owner would stay a member, and without a way in unless he has an identity elsewhere. */
async function requireNotHimself(
  tx: Tx,
  { connection, leavers, plan }: Leaving & { readonly plan: Retirement },
  whoAsks: string | null,
): Promise<void> {
  if (whoAsks === null) return
  const leaves = leavers.some(({ id }) => id === whoAsks)
  if (!leaves && !(plan.owners.includes(whoAsks) && !(await entersOtherwise(tx, whoAsks, connection.id)))) return
  const message = 'you come in by this connection alone and would shut yourself out; ask somebody else'
  throw new AppError('forbidden', message, { rule: 'own_standing' })
}

async function entersOtherwise(tx: Tx, memberId: string, retired: string): Promise<boolean> {
  const links = await tx.identityLinks.ofMember(memberId)
  return links.some(({ connectionId }) => connectionId !== retired)
}

function stale(): AppError {
  const message = 'this plan is not what would happen now; plan again, and look at it'
  return new AppError('conflict', message, { rule: 'plan_stale' })
}
