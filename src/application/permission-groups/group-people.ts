import type { MemberAssignment } from '../../domain/assignment.ts'
import { groupRoleId } from '../../domain/permission-group.ts'
import { assignRole, type AssignRole } from '../members/assign-role.ts'
import { unassignRole } from '../members/unassign-role.ts'
import { requireMay } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import { groupIn, type GroupRef } from './find-group.ts'

type Needs = Parameters<typeof assignRole>[0]
export type GroupPerson = GroupRef & Pick<AssignRole, 'memberId' | 'validFrom' | 'validTo'>

/** Puts a person into a group: the group is assigned as any role is, and takes the place of what it excludes. */
export async function addToPermissionGroup(
  ports: Needs,
  op: Operation,
  person: GroupPerson,
): Promise<MemberAssignment> {
  const { groupId, ...assignment } = await knownGroup(ports, op, person)
  return assignRole(ports, op, { ...assignment, role: groupRoleId(groupId) })
}

/** Takes a person out of a group into which a person put him. */
export async function takeFromPermissionGroup(ports: Needs, op: Operation, person: GroupPerson): Promise<void> {
  const { accountId, groupId, memberId } = await knownGroup(ports, op, person)
  await unassignRole(ports, op, { accountId, memberId, role: groupRoleId(groupId) })
}

async function knownGroup(ports: Needs, op: Operation, person: GroupPerson): Promise<GroupPerson> {
  await requireMay(ports, op, 'manage-members', person.accountId)
  groupIn(await ports.views.permissionGroups(person.accountId), person)
  return person
}
