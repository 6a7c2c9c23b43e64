import { canonicalText } from '../../domain/canonical-json.ts'
import { findRole, type Catalog } from '../../domain/catalog.ts'
import { givesOtherwise, type Impact } from '../../domain/catalog-impact.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { CatalogChange } from './catalog-change.ts'
import type { CatalogFile, InForce, LevelUse, RoleCarriers, RoleUse } from './catalogs-in-force.ts'
import { describeCatalog } from './describe-catalog.ts'
import { diffCatalogs } from './diff-catalogs.ts'
import { weighMembers, type CatalogPair } from './weigh-members.ts'

export type PlanNeeds = Pick<Ports, 'views' | 'catalogs' | 'catalogFiles' | 'clock' | 'secrets'>

/** The same impact on people of one account. */
export type AccountEffect = Impact & { readonly members: number }
export type AccountPlan = {
  readonly account: string
  readonly name: string
  readonly effects: readonly AccountEffect[]
  /** Somebody manages its members now, and nobody would then. */
  readonly losesManager: boolean
}

/** What putting a file in force would do. */
export type CatalogPlan = {
  readonly catalog: string
  /**
   * What is applied by. It moves with the file, with what is in force, with every effect and with what has to be accepted; not
   * with how many people, assignments, mappings or requests there are.
   */
  readonly plan: string
  readonly from: Pick<InForce, 'rev' | 'hash'> | null
  readonly to: { readonly hash: string }
  readonly changes: readonly CatalogChange[]
  readonly totals: { readonly accounts: number; readonly members: number; readonly gain: number; readonly lose: number }
  readonly accounts: readonly AccountPlan[]
  /** Roles that are gone then, with what still names them. */
  readonly vanishing: readonly RoleUse[]
  /** Roles that give otherwise then, with the keys and the invitations that carry them: these have no line of their own above. */
  readonly carried: readonly RoleCarriers[]
  /** Levels of the account tree that are gone then, with accounts on them: such a file cannot be applied. */
  readonly levelsInUse: readonly { readonly level: string; readonly accounts: number }[]
  /** What has to be accepted by name of the plan. */
  readonly toAccept: readonly string[]
}

/** The file of a catalog, and what is in force now. */
export type Standing = { readonly file: CatalogFile; readonly hash: string; readonly inForce: InForce | undefined }

/** Who would gain and who would lose what, account by account, if the catalog's file were put in force. It changes nothing. */
export async function planCatalog(ports: PlanNeeds, op: Operation, id: string): Promise<CatalogPlan> {
  authorize(op, { verb: 'operate' })
  return makePlan(ports, await standingOf(ports, id))
}

export async function standingOf(ports: PlanNeeds, id: string): Promise<Standing> {
  const inForce = (await ports.views.catalogsInForce()).find((each) => each.id === id)
  const file = ports.catalogFiles.read(id)
  if (file !== undefined) return { file, inForce, hash: ports.secrets.hash(canonicalText(file.document)) }
  const message = `no file of a role catalog "${id}" is here; put ${id}.yaml into CATALOG_DIR`
  throw new AppError('not_found', message)
}

export async function makePlan(ports: PlanNeeds, { file, hash, inForce }: Standing): Promise<CatalogPlan> {
  const after = file.catalog
  const before = inForce === undefined ? undefined : ports.catalogs.get(after.id)
  const effects = before === undefined ? { accounts: [], members: 0 } : await weighAll(ports, { before, after })
  const vanishing = before === undefined ? [] : await vanishingRoles(ports, { before, after })
  const carried = before === undefined ? [] : await carriedRoles(ports, { before, after })
  const levelsInUse = levelsWithout(after, await ports.views.accountsByLevel(after.id))
  const told = {
    catalog: after.id,
    from: inForce === undefined ? null : { rev: inForce.rev, hash: inForce.hash },
    to: { hash },
    changes: before === undefined ? [] : diffCatalogs(describeCatalog(before), describeCatalog(after)).changes,
    ...{ accounts: effects.accounts, vanishing, carried, levelsInUse, toAccept: toAccept(effects.accounts, vanishing) },
  }
  return { ...told, totals: totalsOf(effects), plan: ports.secrets.hash(canonicalText(rulesOf(told))) }
}

type Weighing = { readonly accounts: readonly AccountPlan[]; readonly members: number }
const slice = 500

type Tally = { effects: Map<string, { impact: Impact; members: number }>; managed: boolean; manages: boolean }

function newTally(): Tally {
  return { effects: new Map(), managed: false, manages: false }
}

async function weighAll(ports: PlanNeeds, pair: CatalogPair): Promise<Weighing> {
  const tallies = new Map<string, Tally>()
  let after: { accountId: string; memberId: string } | undefined
  let members = 0
  for (;;) {
    const weighed = await weighMembers(ports, pair, { limit: slice, after })
    for (const { member, judged } of weighed) {
      const tally = tallies.get(member.accountId) ?? newTally()
      tallies.set(member.accountId, tally)
      tally.managed ||= judged.managed
      tally.manages ||= judged.manages
      if (judged.impact === null) continue
      const key = canonicalText(judged.impact)
      const effect = tally.effects.get(key) ?? { impact: judged.impact, members: 0 }
      tally.effects.set(key, { ...effect, members: effect.members + 1 })
    }
    members += weighed.length
    const last = weighed.at(-1)?.member
    if (last === undefined || weighed.length < slice) break
    after = { accountId: last.accountId, memberId: last.id }
  }
  return { accounts: await touchedAccounts(ports, tallies), members }
}

async function touchedAccounts(ports: PlanNeeds, tallies: ReadonlyMap<string, Tally>): Promise<AccountPlan[]> {
  const touched = [...tallies].filter(([, tally]) => tally.effects.size > 0 || (tally.managed && !tally.manages))
  const names = await ports.views.accountNames(touched.map(([id]) => id))
  return touched.map(([id, { effects, managed, manages }]) => ({
    ...{ account: id, name: names.get(id) ?? id, losesManager: managed && !manages },
    effects: [...effects.values()].map(({ impact, members }) => ({ ...impact, members })),
  }))
}

async function vanishingRoles(ports: PlanNeeds, { before, after }: CatalogPair): Promise<RoleUse[]> {
  const gone = before.roles.filter(({ id }) => findRole(after, id) === undefined).map(({ id }) => id)
  return ports.views.roleUses(before.id, gone)
}

async function carriedRoles(ports: PlanNeeds, { before, after }: CatalogPair): Promise<RoleCarriers[]> {
  const otherwise = before.roles.filter(
    ({ id }) => findRole(after, id) !== undefined && givesOtherwise(before, after, id),
  )
  const ids = otherwise.map(({ id }) => id)
  return (await ports.views.roleCarriers(before.id, ids)).filter(({ keys, invitations }) => keys + invitations > 0)
}

/** Levels that accounts stand on and that a catalog does not have. */
export function levelsWithout({ accountLevels }: Catalog, used: readonly LevelUse[]): CatalogPlan['levelsInUse'] {
  return used.flatMap(({ level, accounts }) =>
    level === null || accountLevels.some((known) => known.id === level) ? [] : [{ level, accounts }],
  )
}

function toAccept(accounts: readonly AccountPlan[], vanishing: readonly RoleUse[]): string[] {
  const unmanaged = accounts
    .filter(({ losesManager }) => losesManager)
    .map(({ account, name }) => `account "${account}" (${name}) is left without anybody who manages its members`)
  const owners = vanishing
    .filter((role) => role.owners > 0)
    .map(({ role, owners: count }) => `owners of ${count} accounts lose their role "${role}"`)
  return [...unmanaged, ...owners]
}

function totalsOf({ accounts, members }: Weighing): CatalogPlan['totals'] {
  const count = (counts: (effect: AccountEffect) => boolean): number =>
    accounts.flatMap(({ effects }) => effects.filter(counts)).reduce((sum, effect) => sum + effect.members, 0)
  const more = (effect: AccountEffect) => Object.keys(effect.gains).length + effect.controlsGained.length > 0
  const less = (effect: AccountEffect) => Object.keys(effect.loses).length + effect.controlsLost.length > 0
  return { accounts: accounts.length, members, gain: count(more), lose: count(less) }
}

/** What a plan stands for. Who joins or leaves under an effect that was told changes no plan; a new effect does. */
function rulesOf({
  catalog,
  from,
  to,
  accounts,
  vanishing,
  levelsInUse,
  toAccept: accepted,
}: Omit<CatalogPlan, 'plan' | 'totals'>) {
  return {
    ...{ catalog, from, to, levelsInUse, accepted, vanishing: vanishing.map(({ role }) => role) },
    accounts: accounts.map(({ account, effects, losesManager }) => ({
      ...{ account, losesManager },
      effects: effects.map(({ members: _, ...impact }) => canonicalText(impact)).sort(),
    })),
  }
}
