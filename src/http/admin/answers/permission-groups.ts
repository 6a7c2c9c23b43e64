import { z } from 'zod'
import type { SavedGroup } from '../../../application/permission-groups/decide-group.ts'
import type { CountedGroup } from '../../../application/permission-groups/find-groups.ts'
import type { ChangeRow } from '../../../application/views.ts'
import { groupRoleId, type PermissionGroup } from '../../../domain/permission-group.ts'
import { count, id, instant, text } from './common.ts'
import { iso } from '../iso.ts'

const groupFields = {
  ...{ id, role: id, name: text, permissions: z.record(id, z.array(text)), copiedFrom: id.nullable() },
  ...{ createdAt: instant, updatedAt: instant },
}
const access = { capability: id, access: text }

export const groupAnswer = z.strictObject({ ...groupFields, users: count }).meta({ id: 'PermissionGroup' })
export const savedGroupAnswer = z
  .strictObject({
    ...groupFields,
    added: z.array(z.strictObject(access)).describe('What was added because other permissions need it.'),
    warnings: z.array(z.strictObject({ ...access, warning: text })).describe('What the platform advises against.'),
  })
  .meta({ id: 'SavedPermissionGroup' })
export const groupChangeAnswer = z
  .strictObject({
    ...{ id, at: instant, action: text, actor: text },
    before: z.record(text, z.unknown()).nullable(),
    after: z.record(text, z.unknown()).nullable(),
  })
  .meta({ id: 'PermissionGroupChange' })

function presentGroup(group: PermissionGroup) {
  const { id: groupId, name, cells: permissions, copiedFrom, createdAt, updatedAt } = group
  const times = { createdAt: iso(createdAt), updatedAt: iso(updatedAt) }
  return { id: groupId, role: groupRoleId(groupId), name, permissions, copiedFrom, ...times }
}

export function presentCountedGroup({ users, ...group }: CountedGroup) {
  return { ...presentGroup(group), users }
}

export function presentSavedGroup({ group, added, advice }: SavedGroup) {
  return { ...presentGroup(group), added, warnings: advice }
}

export function presentGroupChange({ at, ...change }: ChangeRow) {
  return { ...change, at: iso(at) }
}

const example = {
  id: '01a20d9b-9a10-…',
  role: 'group:01a20d9b-9a10-…',
  name: 'Night shift',
  permissions: { reports: ['view'], 'route-plan': ['edit'] },
  copiedFrom: 'view-only',
  createdAt: '2026-11-24T12:50:27.703Z',
  updatedAt: '2026-11-24T12:50:27.703Z',
}
const warning = 'Another route can keep a customer from making calls; View is enough to look at it'
export const exampleGroup = { ...example, users: 12 }
export const exampleSavedGroup = {
  ...{ ...example, added: [] },
  warnings: [{ capability: 'route-plan', access: 'edit', warning }],
}
export const exampleGroupChange = {
  ...{ id: '01a20d9b-9a11-…', at: example.createdAt, action: 'permission_group.changed', actor: 'operator' },
  ...{ before: { name: 'Nights' }, after: { name: example.name } },
}
