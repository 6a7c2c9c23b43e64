import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTenant, type Tenant } from '../support/api.ts'
import { describeWith } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { operator, propagator, startJoinery, type Joinery } from '../support/joinery.ts'

const people = 5
const groupCount = 13
/** What the catalog lists first stands, as its members hold one role. */
const roles = ['admin', 'developer', 'support', 'finance-analyst']
const followed = 10

/** One call of an IdP about groups: people are u0, u1 …, groups g0, g1 … */
type Step =
  | { kind: 'add' | 'remove' | 'replace' | 'put'; group: number; names: readonly string[] }
  /** Each group of the list is put into the one behind it. */
  | { kind: 'chain'; groups: readonly number[] }
  | { kind: 'delete'; group: number }
type Scenario = { mapped: readonly { group: number; role: string }[]; steps: readonly Step[] }

const groupIndex = fc.nat(groupCount - 1)
const name = fc.oneof(
  fc.nat(people - 1).map((index) => `u${index}`),
  groupIndex.map((index) => `g${index}`),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('add' as const, 'add' as const, 'remove' as const, 'replace' as const, 'put' as const),
      group: groupIndex,
      names: fc.uniqueArray(name, { maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .shuffledSubarray([...Array(groupCount).keys()], { minLength: 4 })
      .map((groups) => ({ kind: 'chain' as const, groups })),
  },
  { weight: 1, arbitrary: groupIndex.map((group) => ({ kind: 'delete' as const, group })) },
)
const scenario: fc.Arbitrary<Scenario> = fc.record({
  mapped: fc.array(fc.record({ group: groupIndex, role: fc.constantFrom(...roles) }), { minLength: 2, maxLength: 5 }),
  steps: fc.array(step, { minLength: 3, maxLength: 9 }),
})

describeWith(['postgres'], 'whatever groups are put into whatever groups', () => {
  let sqlite: Joinery
  let postgres: Joinery
  beforeAll(async () => {
    sqlite = await startJoinery({ database: 'sqlite', workers: false })
    postgres = await startJoinery({ database: 'postgres', workers: false })
  })
  afterAll(async () => {
    await sqlite.close()
    await postgres.close()
  })

  it('each person holds what a walk over the graph says, after each change, and on both databases', async () => {
    let deep = 0
    await fc.assert(
      fc.asyncProperty(scenario, async (each) => {
        const one = await play(sqlite, each)
        const other = await play(postgres, each)
        deep += one.filter(({ paths }) => paths.some((path) => path.split(' in ').length > 3)).length
        expect(digest(other)).toBe(digest(one))
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 20), endOnFailure: true },
    )
    expect(deep).toBeGreaterThan(0)
  })
})

/** The directory as it should be: group → names in it; a removed group is out of the map. */
type Model = Map<number, Set<string>>

async function play(joinery: Joinery, { mapped, steps }: Scenario): Promise<Access[]> {
  const tenant = await createTenant(joinery.api)
  const ids = await createAll(tenant)
  const mappings = new Map(mapped.map((each) => [`${each.group} ${each.role}`, each]))
  for (const { group, role } of mappings.values()) {
    const mapping = { connection: tenant.connectionId, groupId: ids.get(`g${group}`), role }
    await joinery.api.ok('POST', `/accounts/${tenant.accountId}/mappings`, mapping)
  }
  await reconcileAll(joinery)
  const model: Model = new Map([...Array(groupCount).keys()].map((group) => [group, new Set()]))
  let access = await accessOf(joinery, tenant, ids)
  for (const each of steps) {
    await send(tenant, ids, model, each)
    const wanted = wantedRoles(model, [...mappings.values()])
    // Losses count before anybody has been reconciled, gains do not yet.
    const lagging = await accessOf(joinery, tenant, ids)
    expect(lagging.map(({ held }, index) => held.filter((role) => !wanted[index]?.includes(role)))).toEqual(
      wanted.map(() => []),
    )
    await reconcileAll(joinery)
    access = await accessOf(joinery, tenant, ids)
    expect(access.map(({ held }) => held)).toEqual(wanted)
  }
  return access
}

async function createAll({ scim }: Tenant): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (let index = 0; index < people; index += 1) {
    ids.set(`u${index}`, (await scim('POST', '/Users', okta.createUser(`u${index}`))).body.id as string)
  }
  for (let index = 0; index < groupCount; index += 1) {
    ids.set(`g${index}`, (await scim('POST', '/Groups', okta.createGroup(`G${index}`))).body.id as string)
  }
  return ids
}

async function send({ scim }: Tenant, ids: Map<string, string>, model: Model, step: Step): Promise<void> {
  if (step.kind === 'chain') {
    for (const [at, inner] of step.groups.slice(0, -1).entries()) {
      const group = step.groups[at + 1] ?? 0
      await send({ scim } as Tenant, ids, model, { kind: 'add', group, names: [`g${inner}`] })
    }
    return
  }
  const path = `/Groups/${ids.get(`g${step.group}`)}`
  const status = (await request(scim, path, ids, step)).status
  const members = model.get(step.group)
  expect(status === 404).toBe(members === undefined)
  if (members === undefined) return
  if (step.kind === 'delete') {
    model.delete(step.group)
    for (const others of model.values()) others.delete(`g${step.group}`)
    return
  }
  // The id of a removed group is kept as told, and is nobody.
  const names = step.names.filter((each) => each.startsWith('u') || model.has(Number(each.slice(1))))
  if (step.kind === 'replace' || step.kind === 'put') members.clear()
  for (const each of names)
    if (step.kind === 'remove') members.delete(each)
    else members.add(each)
}

function request(scim: Tenant['scim'], path: string, ids: Map<string, string>, step: Exclude<Step, { kind: 'chain' }>) {
  if (step.kind === 'delete') return scim('DELETE', path)
  const value = step.names.map((each) => ({ value: ids.get(each), type: each.startsWith('u') ? 'User' : 'Group' }))
  if (step.kind === 'put') return scim('PUT', path, { displayName: `G${step.group}`, members: value })
  return scim('PATCH', path, patch({ op: step.kind, path: 'members', value }))
}

/** For each person, by hand: outward from what he is in, ten groups far; of the roles met the catalog's first one. */
function wantedRoles(model: Model, mapped: Scenario['mapped']): string[][] {
  return [...Array(people).keys()].map((person) => {
    let front = new Set([`u${person}`])
    const met = new Set<number>()
    for (let level = 0; level <= followed; level += 1) {
      const around = [...model].filter(
        ([group, names]) => !met.has(group) && [...names].some((each) => front.has(each)),
      )
      for (const [group] of around) met.add(group)
      front = new Set(around.map(([group]) => `g${group}`))
    }
    const due = new Set(mapped.filter(({ group }) => met.has(group)).map(({ role }) => role))
    return roles.filter((role) => due.has(role)).slice(0, 1)
  })
}

async function reconcileAll({ runtime }: Joinery): Promise<void> {
  for (;;) {
    const lagging = await runtime.app.findLagging(propagator, { limit: 500, olderThanMs: 0 })
    if (lagging.length === 0) return
    const memberIds = lagging.map(({ memberId }) => memberId)
    await runtime.app.reconcile(propagator, { memberIds, owner: 'test', leaseMs: 5000 })
  }
}

type Access = { userName: string; held: string[]; paths: string[] }

/** What everybody holds and by which chains, in words that do not depend on ids. */
async function accessOf({ runtime }: Joinery, { accountId }: Tenant, ids: Map<string, string>): Promise<Access[]> {
  const names = new Map([...ids].map(([label, id]) => [id, label]))
  const { items } = await runtime.app.listMembers(operator, { accountId, limit: 100, after: undefined })
  return items
    .map(({ userName, roles: held, grants }) => ({
      userName,
      held: [...held],
      paths: grants
        .flatMap(({ role, paths }) =>
          paths.map((path) =>
            'group' in path
              ? [...(path.via ?? []), path.group].map((id) => names.get(id)).join(' in ') + ` as ${role}`
              : '',
          ),
        )
        .sort(),
    }))
    .sort((a, b) => a.userName.localeCompare(b.userName))
}

function digest(access: readonly Access[]): string {
  return createHash('sha256').update(JSON.stringify(access)).digest('hex')
}
