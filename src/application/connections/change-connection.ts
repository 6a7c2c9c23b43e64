import { keepAllManaged } from '../access/keep-managed.ts'
import { openConnection, requireMayTakeRoles } from '../access/require-may-reach.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import { differences } from '../../domain/audit.ts'
import type { Connection } from '../../domain/connection.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { requireSources } from './profile-sources.ts'
import { requireWithinPace } from './require-within-pace.ts'
import type { ConnectionRef } from './find-connections.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock' | 'scimPace'>
const settings = ['name', 'emailPolicy', 'rateLimit', 'rolesFromIdp', 'profileMapping'] as const
type Settings = Pick<Connection, (typeof settings)[number]>
export type ChangeConnection = ConnectionRef & { [K in keyof Settings]?: Settings[K] | undefined }

/** Changes what is told and leaves the rest. It counts from the next request on. */
export async function changeConnection(ports: Needs, op: Operation, command: ChangeConnection): Promise<Connection> {
  const opened = await openConnection(ports, op, command)
  if (command.rolesFromIdp === true) await requireMayTakeRoles(ports, op, command.accountId)
  return ports.unitOfWork(async (tx) => {
    const before = await requireStillOpen(ports, op, tx, opened)
    const { name = before.name, emailPolicy = before.emailPolicy } = command
    const { rateLimit = before.rateLimit, rolesFromIdp = before.rolesFromIdp } = command
    const profileMapping = await mappingAfter(tx, before, command.profileMapping)
    const after: Connection = { ...before, name, emailPolicy, rateLimit, rolesFromIdp, profileMapping }
    const fields = settings.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    if (fields.length === 0) return before
    if (fields.includes('rateLimit')) requireWithinPace(ports, opened.permitted, rateLimit)
    const write = () => writeSettings(ports, op, tx, { before, after, fields })
    if (!fields.includes('rolesFromIdp')) await write()
    else {
      await tx.accounts.hold(after.accountId)
      await keepAllManaged(ports, op, tx, opened.permitted, write)
    }
    return after
  })
}

type Settled = { readonly before: Connection; readonly after: Connection; readonly fields: readonly string[] }

async function writeSettings(ports: Needs, op: Operation, tx: Tx, { before, after, fields }: Settled): Promise<void> {
  await tx.connections.update(after)
  // Whoever was told a role has it, or has it no more, and profiles move: the whole account lags, so that a loss counts at once.
  const moves = fields.includes('rolesFromIdp') || fields.includes('profileMapping')
  if (moves) await tx.accounts.bumpEpoch(after.accountId)
  const { emailPolicy, rateLimit, rolesFromIdp, profileMapping } = after
  const line = { action: 'connection.changed', accountId: after.accountId, target: after.id } as const
  const detail = { fields, emailPolicy, rateLimit, rolesFromIdp, profileMapping }
  await tx.audit.record(op, { ...line, detail, ...differences(before, after, settings) }, ports.clock.now())
}

/** Fields that are named move; the others stay. The schemas stay as they are meanwhile. */
async function mappingAfter(
  tx: Tx,
  { accountId, profileMapping }: Connection,
  told: Connection['profileMapping'] | undefined,
): Promise<Connection['profileMapping']> {
  if (told === undefined) return profileMapping
  const { list } = await tx.schemas.lock(accountId)
  return { ...profileMapping, ...requireSources(told, list) }
}
