import { expect } from 'vitest'
import type { ConnectionKind } from '../../src/domain/connection.ts'
import { dialects } from '../../src/http/scim/dialects.ts'
import { applyPatch } from '../../src/http/scim/patch.ts'
import { parsePatch } from '../../src/http/scim/patch-operations.ts'
import type { ScimError } from '../../src/http/scim/scim-error.ts'
import { userSchema } from '../../src/http/scim/schemas.ts'
import { enterpriseUrn, patch } from './idp.ts'

export type Resource = Record<string, any>
export type Op = { op: string; path?: string; value?: unknown }

export const work = { value: 'jo@corp.example', type: 'work', primary: true }
export const home = { value: 'jo@home.example', type: 'home' }
export const jo: Resource = {
  userName: 'jo@corp.example',
  name: { givenName: 'Jo', familyName: 'Doe' },
  title: 'Dr',
  active: true,
  emails: [work, home],
  [enterpriseUrn]: { department: 'R&D', manager: { value: 'u2', $ref: 'x' } },
}

export function patched(before: Resource, operations: readonly Op[], kind: ConnectionKind = 'generic'): Resource {
  const context = { dialect: dialects[kind], notes: [] as string[] }
  const steps = parsePatch({ schema: userSchema, resourceId: 'u1', ...context }, patch(...operations))
  return applyPatch(before, steps, context)
}

export const after = (operation: Op, kind?: ConnectionKind): Resource => patched(jo, [operation], kind)

export function refusal(
  before: Resource,
  operations: readonly Op[],
  kind?: ConnectionKind,
): [string | undefined, string] {
  try {
    patched(before, operations, kind)
  } catch (error) {
    const { status, scimType, message } = error as ScimError
    expect(status).toBe(400)
    return [scimType, message]
  }
  throw new Error('taken')
}
