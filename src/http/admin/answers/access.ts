import { z } from 'zod'
import { id, text } from './common.ts'
import { examplePath, grantPath } from './members.ts'

const place = { member: id, at: id, level: id }
const granting = { role: id, source: text, path: grantPath }

export const whyAnswer = z
  .strictObject({
    ...{ ...place, holds: z.boolean(), granted: z.array(z.strictObject(granting)) },
    lost: z.array(z.strictObject({ ...granting, reason: text })),
  })
  .meta({ id: 'Why' })

export const permissionsAnswer = z
  .strictObject({
    ...{ ...place, roles: z.array(id), customised: z.boolean() },
    permissions: z.array(
      z.strictObject({
        ...{ capability: id, access: z.array(id) },
        sources: z.array(z.strictObject({ ...granting, access: z.array(id) })),
      }),
    ),
  })
  .meta({ id: 'Permissions' })

const examplePlace = { member: '01a20d9b-8cfd-…', at: '01a20d9b-5f10-…', level: 'account' }
const exampleGrant = { role: 'developer', source: 'directory', path: examplePath }
export const exampleWhy = {
  ...{ ...examplePlace, holds: true, granted: [exampleGrant] },
  lost: [{ role: 'developer', source: 'manual', path: { assignment: '01a20d9b-9b02-…' }, reason: 'expired' }],
}
export const examplePermissions = {
  ...{ ...examplePlace, roles: ['developer'], customised: false },
  permissions: [
    { capability: 'account-settings.team', access: ['view'], sources: [{ ...exampleGrant, access: ['view'] }] },
  ],
}
