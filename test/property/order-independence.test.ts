import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MemberDetail } from '../../src/application/members/find-members.ts'
import { createTenant, type Tenant } from '../support/api.ts'
import { describeWith } from '../support/databases.ts'
import { entra, okta, patch } from '../support/idp.ts'
import { propagator, startJoinery, type Joinery } from '../support/joinery.ts'
import { createRandom, type Random } from '../support/random.ts'

/** One thing that a directory says of one person. Each may be said again at once, as after a lost answer. */
type Step =
  | { kind: 'suspend' | 'resume' | 'rename' | 'remove' }
  | { kind: 'enter' | 'leave'; group: number; dialect: 'okta' | 'entra' }
type Script = { steps: readonly Step[]; repeats: readonly number[] }

const groupRoles = ['admin', 'developer', 'support', 'finance-analyst', null]

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'suspend' }, { kind: 'resume' }, { kind: 'rename' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('enter' as const, 'leave' as const),
      group: fc.nat(groupRoles.length - 1),
      dialect: fc.constantFrom('okta' as const, 'entra' as const),
    }),
  },
)
const script: fc.Arbitrary<Script> = fc.record({
  steps: fc
    .tuple(fc.array(step, { minLength: 1, maxLength: 7 }), fc.boolean())
    .map(([steps, removed]) => (removed ? [...steps, { kind: 'remove' } as const] : steps)),
  repeats: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 }),
})
const scenario = fc.record({ scripts: fc.array(script, { minLength: 3, maxLength: 8 }), seed: fc.nat() })

describeWith(['postgres'], 'the same calls in any order, any number of times, end in the same access', () => {
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

  it('in sequence, interleaved, doubled, and on both databases', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(scenario, async ({ scripts, seed }) => {
        const plain = await play(sqlite, scripts, { interleaved: false, repeated: false, random: createRandom(seed) })
        const wild = await play(sqlite, scripts, { interleaved: true, repeated: true, random: createRandom(seed + 1) })
        const other = await play(postgres, scripts, {
          interleaved: true,
          repeated: true,
          random: createRandom(seed + 2),
        })
        runs += 1
        expect(wild).toEqual(plain)
        expect(digest(other)).toBe(digest(plain))
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 25), endOnFailure: true },
    )
    expect(runs).toBeGreaterThan(0)
  })
})

type Play = { interleaved: boolean; repeated: boolean; random: Random }
type Access = { userName: string; status: string; suspendedBy: string[]; roles: string[]; grants: unknown }[]

async function play(
  joinery: Joinery,
  scripts: readonly Script[],
  { interleaved, repeated, random }: Play,
): Promise<Access> {
  const tenant = await createTenant(joinery.api, 'entra')
  const groups = await createGroups(joinery, tenant)
  const memberIds = new Set<string>()
  const runOne = (each: Script, index: number) =>
    playScript(joinery, tenant, groups, { ...each, index, repeated, random, memberIds })
  if (!interleaved) for (const [index, each] of scripts.entries()) await runOne(each, index)
  else await Promise.all([...scripts.entries()].map(([index, each]) => runOne(each, index)))
  await reconcileAll(joinery)
  return accessOf(joinery, tenant, groups)
}

async function createGroups({ api }: Joinery, { scim, accountId, connectionId }: Tenant): Promise<string[]> {
  const groups: string[] = []
  for (const [index, role] of groupRoles.entries()) {
    const { body } = await scim('POST', '/Groups', okta.createGroup(`G${index}`))
    groups.push(body.id as string)
    if (role !== null)
      await api.ok('POST', `/accounts/${accountId}/mappings`, { connection: connectionId, groupId: body.id, role })
  }
  return groups
}

type Playing = Script & { index: number; repeated: boolean; random: Random; memberIds: Set<string> }

async function playScript(joinery: Joinery, { scim }: Tenant, groups: string[], playing: Playing): Promise<void> {
  const { steps, repeats, index, repeated, random } = playing
  const created = await scim('POST', '/Users', entra.createUser(`p${index}`))
  expect(created.status).toBe(201)
  if (repeated) expect((await scim('POST', '/Users', entra.createUser(`p${index}`))).status).toBe(409)
  const id = created.body.id as string
  for (const [at, each] of steps.entries()) {
    for (let times = repeated ? (repeats[at] ?? 1) : 1; times > 0; times -= 1) {
      const { status } = await send(scim, id, index, groups, each)
      expect(status === 404 ? 'remove' : status < 300 ? 'done' : status).toBe(status === 404 ? each.kind : 'done')
    }
    if (repeated && random.next() < 0.5) await reconcileSome(joinery, random)
  }
}

function send(scim: Tenant['scim'], id: string, index: number, groups: string[], each: Step) {
  switch (each.kind) {
    case 'suspend':
    case 'resume':
      return scim('PATCH', `/Users/${id}`, entra.setActive(each.kind === 'resume'))
    case 'rename':
      return scim('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'displayName', value: `Renamed ${index}` }))
    case 'remove':
      return scim('DELETE', `/Users/${id}`)
    case 'enter':
      return scim(
        'PATCH',
        `/Groups/${groups[each.group]}`,
        each.dialect === 'okta' ? okta.addMembers(id) : entra.addMembers(id),
      )
    case 'leave':
      return scim(
        'PATCH',
        `/Groups/${groups[each.group]}`,
        each.dialect === 'okta' ? okta.removeMember(id) : entra.removeMembers(id),
      )
  }
}

/** Jobs come at any time, twice, late, and for people of whom nothing has changed. */
async function reconcileSome({ runtime }: Joinery, random: Random): Promise<void> {
  const lagging = await runtime.app.findLagging(propagator, { limit: 20, olderThanMs: 0 })
  const memberIds = lagging.map(({ memberId }) => memberId).filter(() => random.next() < 0.6)
  const jobs = [memberIds, memberIds.toReversed()].map((ids) =>
    runtime.app.reconcile(propagator, { memberIds: ids, owner: 'test', leaseMs: 5000 }),
  )
  await Promise.all(jobs)
}

async function reconcileAll({ runtime }: Joinery): Promise<void> {
  for (;;) {
    const lagging = await runtime.app.findLagging(propagator, { limit: 500, olderThanMs: 0 })
    if (lagging.length === 0) return
    await runtime.app.reconcile(propagator, {
      memberIds: lagging.map(({ memberId }) => memberId),
      owner: 'test',
      leaseMs: 5000,
    })
  }
}

/** What everybody may do, in words that do not depend on ids. */
async function accessOf({ api, runtime }: Joinery, { accountId }: Tenant, groups: string[]): Promise<Access> {
  const { items } = await api.ok('GET', `/accounts/${accountId}/members?limit=500`)
  const views: MemberDetail[] = await Promise.all(
    items.map((item: { id: string }) => runtime.app.showMember(propagatorAsOperator, { accountId, memberId: item.id })),
  )
  const rows = views.map(({ userName, status, suspendedBy, roles, grants }) => ({
    ...{ userName, status, suspendedBy: [...suspendedBy], roles: [...roles] },
    grants: grants.map((grant) => ({
      ...grant,
      paths: grant.paths.map((path) => ('group' in path ? groups.indexOf(path.group) : path)).sort(),
    })),
  }))
  return rows.sort((a, b) => a.userName.localeCompare(b.userName))
}

const propagatorAsOperator = { actor: { kind: 'operator' }, id: 'test' } as const

function digest(access: Access): string {
  return createHash('sha256').update(JSON.stringify(access)).digest('hex')
}
