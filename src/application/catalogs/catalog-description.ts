import { z } from 'zod'
import { ROLE_FLAGS } from '../../domain/catalog.ts'
import { JOINERY_VERBS } from '../../domain/joinery-verbs.ts'

const id = z.string()
const named = { id, label: z.string() }
const words = z.array(id)
/** In a catalog of levels the level, in one of verbs the verbs. */
const cell = z.union([id, words])
const needs = z.record(id, id)
const told = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const handsOut = z.record(id, words)
const control = z.union([z.literal('operator'), z.strictObject({ needs, roles: words, userTypes: words })])
const joineryVerb = z.enum(JOINERY_VERBS)

const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('levels'), levels: z.array(z.strictObject(named)) }),
  z.strictObject({
    kind: z.literal('verbs'),
    noAccess: z.string(),
    verbs: z.array(z.strictObject({ ...named, implies: words })),
  }),
])

const capability = z.strictObject({
  ...named,
  section: id.nullable(),
  parent: id.nullable(),
  /** The words that the row knows; one of the two, after the catalog's kind. */
  levels: words.optional(),
  verbs: words.optional(),
  /** For each account level: whether the row is there, or the most that anybody has of it there. */
  availableAt: z.record(id, z.union([z.boolean(), cell])),
})

const role = z.strictObject({
  ...named,
  description: z.string().nullable(),
  flags: z.array(z.enum(ROLE_FLAGS)),
  userType: id.nullable(),
  group: id.nullable(),
  /** All that every row knows, rows to come included; then `written` is empty. */
  everything: z.boolean(),
  /** What the role comes to, capability by capability: implied verbs counted in, what a parent hides left out. */
  grants: z.record(id, cell),
  /** The cells as the platform's table has them; null where the platform leaves one empty. */
  written: z.record(id, cell.nullable()),
})

const assignBelow = z.strictObject({
  row: z
    .strictObject({
      ...named,
      section: id.nullable(),
      after: id.nullable(),
      availableAt: z.record(id, z.boolean()),
    })
    .nullable(),
  roles: handsOut,
})

const accessKeys = z.strictObject({
  belongTo: z.enum(['person', 'organisation']),
  maxPerUser: z.int().nullable(),
  roles: z.union([z.literal('holder'), z.strictObject({ default: words })]),
  scopes: z.record(id, id),
  issuedOnMigration: z.boolean(),
})

/** A role catalog in full, as the admin API and `joinery catalog show --json` tell it: nothing left out, all in JSON. */
export const catalogDescription = z.strictObject({
  ...named,
  access,
  accountLevels: z.array(z.strictObject(named)),
  /** Of a new account with none above it, where none is told. */
  usualLevel: id,
  purview: z.enum(['own-account', 'accounts-below']),
  sections: z.array(z.strictObject({ ...named, parent: id.nullable() })),
  resourceType: id,
  capabilities: z.array(capability),
  userTypes: z.array(z.strictObject({ ...named, accountLevel: id })),
  roleGroups: z.array(z.strictObject({ ...named, sections: words, switchable: z.boolean() })),
  roles: z.array(role),
  /** Account level → role of whoever creates an account there. */
  owner: z.strictObject({ kind: z.enum(['exclusive', 'first']), roles: z.record(id, id) }).nullable(),
  holding: z.enum(['one', 'several', 'one-per-group']),
  customisation: z.enum(['none', 'within-role']),
  permissionGroups: z.boolean(),
  assign: handsOut,
  assignBelow: assignBelow.nullable(),
  dependencies: z.array(z.strictObject({ capability: id, access: id, needs, reason: z.string() })),
  conditions: z.array(
    z.strictObject({
      capability: id,
      access: id,
      when: z.strictObject({ subject: told, resource: told, action: told }),
      reason: z.string(),
    }),
  ),
  advice: z.array(z.strictObject({ capability: id, access: id, warning: z.string() })),
  accessKeys: accessKeys.nullable(),
  roleRequests: z.strictObject({ promisedHours: z.int(), forOthers: control }).nullable(),
  entitlements: z.array(z.strictObject({ flag: id, gates: z.array(joineryVerb), reason: z.string() })),
  controls: z.record(joineryVerb, control),
})

export type CatalogDescription = z.output<typeof catalogDescription>
export type DescribedCapability = CatalogDescription['capabilities'][number]
export type DescribedRole = CatalogDescription['roles'][number]
export type DescribedCell = z.output<typeof cell>
export type DescribedControl = z.output<typeof control>
