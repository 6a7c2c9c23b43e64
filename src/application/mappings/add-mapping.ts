import { levelOf, type Account } from '../../domain/account.ts'
import { findRole, mappableByDirectory, type Catalog } from '../../domain/catalog.ts'
import type { DirectoryGroup } from '../../domain/directory-group.ts'
import { AppError } from '../../domain/errors.ts'
import { strangerHere } from '../../domain/holder.ts'
import type { Mapping } from '../../domain/mapping.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireMayReach } from '../access/require-may-reach.ts'
import { requireOwnSignIn } from '../access/require-own-sign-in.ts'
import { holdGroups } from '../access/hold-groups.ts'
import { keepAllManaged } from '../access/keep-managed.ts'
import { requireMay, type Permitted } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import { connectionRetired, requireConnection } from '../connections/find-connections.ts'
import { groupNotFound } from '../directory-groups/change-group.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'catalogs' | 'clock' | 'newId'>
export type AddMapping = {
  accountId: string
  connectionId: string
  group: { id: string } | { name: string }
  role: string
}

/**
 * Maps a directory group to a role. By id, or by name: bound to the connection's group of that name if there is one, else
 * waiting until such a group is created. From then on it follows the group's id, whatever the group is called.
 */
export async function addMapping(ports: Needs, op: Operation, command: AddMapping): Promise<Mapping> {
  const permitted = await requireMay(ports, op, 'manage-mappings', command.accountId)
  const connection = await requireConnection(ports, command)
  if (connection.state === 'retired') throw connectionRetired(command)
  requireMayMap(permitted, command.role)
  const now = ports.clock.now()

  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    requireOwnSignIn(permitted, await tx.oidcSettings.lock(command.connectionId))
    const held = await holdGroups(ports, tx, permitted, command.role)
    if (held !== permitted) requireMayMap(held, command.role)
    await tx.accounts.hold(command.accountId)
    const group = await findGroup(tx, command)
    const { accountId, connectionId, role } = command
    const groupName = 'name' in command.group ? command.group.name : null
    const state = group === undefined ? 'waiting' : 'bound'
    const mapping: Mapping = {
      ...{ id: ports.newId(), accountId, connectionId, groupId: group?.id ?? null },
      ...{ groupName, role, state, createdAt: now },
    }
    const write = async (): Promise<void> => {
      await tx.mappings.insert(mapping)
      if (group !== undefined) await tx.accounts.bumpEpoch(accountId)
      const detail = { group: mapping.groupId, role, state }
      const after = { connection: connectionId, ...detail, groupName }
      await tx.audit.record(op, { action: 'mapping.added', accountId, target: mapping.id, detail, after }, now)
    }
    // Where a member holds one role, another one of his directory can take the place of that by which he manages the account.
    await (group === undefined ? write() : keepAllManaged(ports, op, tx, permitted, write))
    return mapping
  })
}

async function findGroup(tx: Tx, { connectionId, group }: AddMapping): Promise<DirectoryGroup | undefined> {
  if ('name' in group) return tx.groups.findByName(connectionId, group.name)
  const found = await tx.groups.find(connectionId, group.id)
  if (found === undefined) throw groupNotFound(group.id)
  return found
}

function requireMayMap(permitted: Permitted, role: string): void {
  requireMappable(catalogOf(permitted), permitted.account, role)
  requireMayReach(permitted, [role])
}

function requireMappable(catalog: Catalog, account: Account, role: string): void {
  const stranger = strangerHere(catalog, role, levelOf(catalog, account))
  if (stranger !== null) throw new AppError('policy_violation', stranger, { rule: 'role_not_mappable' })

  if (findRole(catalog, role) === undefined) {
    const known = catalog.roles.filter((each) => mappableByDirectory(catalog, each.id)).map((each) => each.id)
    const message = `catalog "${catalog.id}" has no role "${role}"; choose one of: ${known.join(', ')}`
    throw new AppError('invalid_input', message, { problems: [{ path: 'role', message }] })
  }
  if (!mappableByDirectory(catalog, role)) {
    throw new AppError(
      'policy_violation',
      `role "${role}" is never given by a directory; assign it to a person instead`,
      {
        rule: 'role_not_mappable',
        problems: [{ path: 'role', message: 'choose a role that a directory may give' }],
      },
    )
  }
}
