import { z } from 'zod'
import { ROLE_FLAGS } from '../../domain/catalog.ts'
import { JOINERY_VERBS } from '../../domain/joinery-verbs.ts'
import { UNSAFE_KEYS } from '../documents/document-problem.ts'
import type { CatalogRule } from './catalog-problem.ts'

const breaks = (rule: CatalogRule, error: string) => ({ params: { rule }, error })
const ID = /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/
const isId = (value: string) => value.length <= 64 && ID.test(value) && !UNSAFE_KEYS.has(value)
// One line: labels go into tables, menus and log lines.
const isText = (value: string) => value.length <= 300 && value.trim() === value && /^[^\p{Cc}]+$/u.test(value)
const isUnique = (values: readonly string[]) => new Set(values).size === values.length

const id = z
  .string()
  .refine(
    isId,
    breaks('bad-id', 'An id begins with a lower-case letter: up to 64 of a-z and 0-9, in words joined by . - or _'),
  )
const text = z
  .string()
  .refine(isText, breaks('bad-text', 'A text is one line of 1 to 300 characters, no blanks around'))
const ids = z.array(id).max(500).refine(isUnique, breaks('repeated', 'Name each only once'))
const named = { id, label: text }
const list = <T extends z.ZodType>(item: T) => z.array(item).max(2000)

/** Some verbs, or one level: which of the two is for the checks, since it depends on the vocabulary. */
const cell = z.union([id, ids], { error: 'A cell is one level, as in "read", or a list of verbs, as in [view, edit]' })
const needs = z.record(id, id)

const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('levels'), levels: list(z.strictObject(named)).min(2) }),
  z.strictObject({
    kind: z.literal('verbs'),
    noAccess: text,
    verbs: list(z.strictObject({ ...named, implies: ids.default([]) })).min(1),
  }),
])

const capability = z.strictObject({
  ...named,
  section: id.optional(),
  parent: id.optional(),
  allows: ids.optional(),
  availableAt: z
    .union([ids, z.record(id, cell)], { error: 'Give a list of account levels, or account level: cell' })
    .optional(),
  grants: z.record(id, cell.nullable()).default({}),
})

const role = z.strictObject({
  ...named,
  description: text.optional(),
  flags: z.array(z.enum(ROLE_FLAGS)).max(ROLE_FLAGS.length).default([]),
  userType: id.optional(),
  group: id.optional(),
  grants: z.literal('everything').optional(),
})

const control = z.union(
  [
    z.literal('operator'),
    z.strictObject({ needs: needs.default({}), roles: ids.default([]), userTypes: ids.default([]) }),
  ],
  { error: 'Write operator, or an object with needs, roles or userTypes' },
)

const owner = z.strictObject({
  role: z.union([id, z.record(id, id)], { error: 'Write a role, or account level: role' }),
  kind: z.enum(['exclusive', 'first']),
})

const assignBelow = z.strictObject({
  row: z
    .strictObject({ ...named, section: id.optional(), after: id.optional(), availableAt: ids.optional() })
    .optional(),
  roles: z.record(id, ids),
})

const roleRequests = z.strictObject({
  promisedHours: z.int().min(1).max(10_000),
  forOthers: control.default('operator'),
})

const accessKeys = z.strictObject({
  belongTo: z.enum(['person', 'organisation']),
  maxPerUser: z.int().min(1).max(1000).optional(),
  roles: z.union([z.literal('holder'), z.strictObject({ default: ids })], {
    error: 'Write holder, or { default: [] }',
  }),
  scopes: z.record(id, id).default({}),
  issuedOnMigration: z.boolean().default(false),
})

const told = z
  .record(text, z.union([text, z.number(), z.boolean()], { error: 'Write a text, a number, true or false' }))
  .default({})
const when = z
  .strictObject({ subject: told, resource: told, action: told })
  .refine(
    (parts) => Object.values(parts).some((part) => Object.keys(part).length > 0),
    breaks('needs-nothing', 'Name what the question has to tell of its subject, resource or action'),
  )

const joineryVerb = z.enum(JOINERY_VERBS)
const need = { capability: id, access: id }

/** A role catalog as a platform team writes it. docs/reference/catalog-format.md explains it key by key. */
export const catalogDocument = z.strictObject({
  format: z.literal(1),
  ...named,
  access,
  accountLevels: list(z.strictObject(named)).min(1),
  usualLevel: id.optional(),
  purview: z.enum(['own-account', 'accounts-below']).default('own-account'),
  sections: list(z.strictObject({ ...named, parent: id.optional() })).default([]),
  resourceType: id.default('capability'),
  capabilities: list(capability).min(1),
  userTypes: list(z.strictObject({ ...named, accountLevel: id })).default([]),
  roleGroups: list(
    z.strictObject({ ...named, sections: ids.default([]), switchable: z.boolean().default(false) }),
  ).default([]),
  roles: list(role).min(1),
  owner: owner.optional(),
  holding: z.enum(['one', 'several', 'one-per-group']),
  customisation: z.enum(['none', 'within-role']).default('none'),
  permissionGroups: z.boolean().default(false),
  assign: z.record(id, ids).default({}),
  assignBelow: assignBelow.optional(),
  dependencies: list(z.strictObject({ ...need, needs, reason: text })).default([]),
  conditions: list(z.strictObject({ ...need, when, reason: text })).default([]),
  advice: list(z.strictObject({ ...need, warning: text })).default([]),
  accessKeys: accessKeys.optional(),
  roleRequests: roleRequests.optional(),
  entitlements: list(z.strictObject({ flag: id, gates: z.array(joineryVerb).min(1), reason: text })).default([]),
  controls: z.partialRecord(joineryVerb, control).default({}),
})

export type CatalogDocument = z.output<typeof catalogDocument>
