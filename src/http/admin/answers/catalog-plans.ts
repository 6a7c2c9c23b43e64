import { z } from 'zod'
import { JOINERY_VERBS } from '../../../domain/joinery-verbs.ts'
import { count, id, text } from './common.ts'

const cells = z.record(id, z.array(text))
const verbs = z.array(z.enum(JOINERY_VERBS))
const impact = {
  ...{ roles: z.array(id), becomes: z.array(id), gains: cells, loses: cells },
  controlsGained: verbs.describe('Verbs of Joinery that they may use then and not now.'),
  controlsLost: verbs,
}
const carriers = { keys: count, invitations: count }
const uses = { ...carriers, members: count, assignments: count, owners: count, mappings: count, requests: count }

export const catalogPlanAnswer = z
  .strictObject({
    ...{ catalog: id, plan: text },
    from: z.strictObject({ rev: count, hash: text }).nullable(),
    to: z.strictObject({ hash: text }),
    changes: z.array(z.looseObject({ kind: text, text })),
    totals: z.strictObject({ accounts: count, members: count, gain: count, lose: count }),
    accounts: z.array(
      z.strictObject({
        ...{ account: id, name: text, losesManager: z.boolean() },
        effects: z.array(z.strictObject({ ...impact, members: count })),
      }),
    ),
    moreAccounts: count.describe('Accounts that are touched and not listed.'),
    vanishing: z.array(z.strictObject({ role: id, ...uses })),
    carried: z
      .array(z.strictObject({ role: id, ...carriers }))
      .describe('Roles that give otherwise then, with the access keys and pending invitations that carry them.'),
    levelsInUse: z.array(z.strictObject({ level: id, accounts: count })),
    toAccept: z.array(text),
  })
  .meta({ id: 'CatalogPlan' })

export const plannedMemberAnswer = z
  .strictObject({ account: id, member: id, userName: text, ...impact })
  .meta({ id: 'PlannedMember' })

export const appliedAnswer = z
  .strictObject({ catalog: id, plan: text, rev: count, hash: text, applied: z.boolean() })
  .meta({ id: 'AppliedCatalog' })

const hash = '9f2c…'
const exampleImpact = {
  ...{ roles: ['support'], becomes: ['support'], gains: { 'settings.keys': ['view'] }, loses: {} },
  ...{ controlsGained: [], controlsLost: [] },
}
export const examplePlan = {
  ...{ catalog: 'acme', plan: '51be…', from: { rev: 1, hash: 'c01d…' }, to: { hash } },
  changes: [{ kind: 'cell-changed', text: 'API keys: Support: None → View' }],
  totals: { accounts: 1, members: 420, gain: 12, lose: 0 },
  accounts: [
    {
      ...{ account: '01a20d9b-5f10-…', name: 'Acme Ltd', losesManager: false },
      effects: [{ ...exampleImpact, members: 12 }],
    },
  ],
  ...{ moreAccounts: 0, vanishing: [], carried: [], levelsInUse: [], toAccept: [] },
}
export const examplePlannedMember = {
  ...{ account: '01a20d9b-5f10-…', member: '01a20d9b-8cfd-…', userName: 'jane@acme.example', ...exampleImpact },
}
export const exampleApplied = { catalog: 'acme', plan: '51be…', rev: 2, hash, applied: true }
