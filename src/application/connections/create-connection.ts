import { requireMayTakeRoles } from '../access/require-may-reach.ts'
import type { Connection, ConnectionKind, EmailPolicy } from '../../domain/connection.ts'
import type { ProfileMapping } from '../../domain/profile.ts'
import type { OwnRateLimit } from '../../domain/rate-limit.ts'
import { requireMay } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { requireSources } from './profile-sources.ts'
import { requireWithinPace } from './require-within-pace.ts'

type Needs = Pick<Ports, 'catalogs' | 'unitOfWork' | 'views' | 'clock' | 'newId' | 'scimPace'>
export type CreateConnection = {
  accountId: string
  name: string
  kind: ConnectionKind
  emailPolicy?: EmailPolicy | undefined
  rateLimit?: OwnRateLimit | null | undefined
  rolesFromIdp?: boolean | undefined
  profileMapping?: ProfileMapping | undefined
}

/** Opens a connection of an account: its SCIM endpoint answers as soon as a token has been made. */
export async function createConnection(ports: Needs, op: Operation, command: CreateConnection): Promise<Connection> {
  const permitted = await requireMay(ports, op, 'manage-mappings', command.accountId)
  if (command.rolesFromIdp === true) await requireMayTakeRoles(ports, op, command.accountId)
  requireWithinPace(ports, permitted, command.rateLimit ?? null)
  const { accountId, name, kind, emailPolicy = 'standard', rateLimit = null, rolesFromIdp = false } = command
  const now = ports.clock.now()
  const told: Connection = {
    id: ports.newId(),
    accountId,
    name,
    kind,
    emailPolicy,
    rateLimit,
    rolesFromIdp,
    profileMapping: {},
    state: 'active',
    createdAt: now,
  }

  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    const { profileMapping = {} } = command
    const { list } = await tx.schemas.lock(accountId)
    const connection = { ...told, profileMapping: requireSources(profileMapping, list) }
    await tx.connections.insert(connection)
    const line = {
      action: 'connection.created',
      accountId,
      target: connection.id,
      detail: { kind, rolesFromIdp },
      after: { name, kind, emailPolicy, rateLimit, rolesFromIdp },
    } as const
    await tx.audit.record(op, line, now)
    return connection
  })
}
