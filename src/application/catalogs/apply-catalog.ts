import { actorName } from '../../domain/actor.ts'
import { serviceAccount } from '../../domain/audit.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { InForce } from './catalogs-in-force.ts'
import { levelsWithout, makePlan, standingOf, type CatalogPlan, type PlanNeeds, type Standing } from './plan-catalog.ts'

type Needs = PlanNeeds & Pick<Ports, 'unitOfWork'>
export type ApplyCatalog = { readonly id: string; readonly plan: string; readonly accept?: boolean | undefined }
export type AppliedCatalog = Pick<InForce, 'rev' | 'hash'> & {
  readonly catalog: string
  readonly plan: string
  /** False where this very plan had been applied before. */
  readonly applied: boolean
}

/**
 * Puts a file in force as it was planned, for every account that lives under the catalog at once. What roles give
 * counts from the commit on; roles that somebody newly holds come with the propagation. A plan that is not what would happen
 * now is refused.
 */
export async function applyCatalog(ports: Needs, op: Operation, command: ApplyCatalog): Promise<AppliedCatalog> {
  authorize(op, { verb: 'operate' })
  const standing = await standingOf(ports, command.id)
  const { inForce, hash } = standing
  if (inForce !== undefined && inForce.plan === command.plan && inForce.hash === hash)
    return { catalog: command.id, plan: command.plan, rev: inForce.rev, hash, applied: false }
  const plan = await makePlan(ports, standing)
  requirePlanned(plan, command)
  const rev = await ports.unitOfWork((tx) => putInForce(tx, op, { standing, plan, now: ports.clock.now() }))
  await ports.views.catalogsInForce() // this process knows it at once
  return { catalog: command.id, plan: plan.plan, rev, hash, applied: true }
}

type Putting = { readonly standing: Standing; readonly plan: CatalogPlan; readonly now: number }

async function putInForce(tx: Tx, op: Operation, { standing, plan, now }: Putting): Promise<number> {
  const { file, hash, inForce } = standing
  const current = await tx.catalogs.lock(plan.catalog)
  if (current?.rev !== inForce?.rev) throw stale()
  requireLevels(levelsWithout(file.catalog, await tx.catalogs.accountsByLevel(plan.catalog)))
  const rev = (current?.rev ?? 0) + 1
  const { totals, accounts, vanishing } = plan
  const line = { action: 'catalog.applied', target: plan.catalog } as const
  const before = { rev: current?.rev ?? null, hash: current?.hash ?? null }
  const detail = { plan: plan.plan, ...totals, vanishing: vanishing.map(({ role }) => role) }
  const after = { rev, hash }
  await tx.audit.record(op, { ...line, accountId: serviceAccount, before, after, detail }, now)
  for (const { account, effects, losesManager } of accounts) {
    const told = { plan: plan.plan, members: effects.reduce((sum, { members }) => sum + members, 0), losesManager }
    await tx.audit.record(op, { ...line, accountId: account, before, after, detail: told }, now)
  }
  const { document } = file
  const content = { id: plan.catalog, rev, hash, document, plan: plan.plan }
  if (!(await tx.catalogs.put({ ...content, appliedBy: actorName(op.actor), appliedAt: now }))) throw stale()
  return rev
}

function requirePlanned(plan: CatalogPlan, { plan: named, accept = false }: ApplyCatalog): void {
  if (plan.from?.hash === plan.to.hash) {
    const message = `the file of role catalog "${plan.catalog}" is in force already; there is nothing to apply`
    throw new AppError('conflict', message, { rule: 'nothing_to_apply' })
  }
  if (plan.plan !== named) throw stale()
  requireLevels(plan.levelsInUse)
  if (accept || plan.toAccept.length === 0) return
  const message = `${plan.toAccept.join('; ')}; send accept: true where that is meant`
  throw new AppError('conflict', message, { rule: 'needs_acceptance' })
}

function requireLevels([level]: CatalogPlan['levelsInUse']): void {
  if (level === undefined) return
  const message = `${level.accounts} accounts stand on level "${level.level}", which the file does not have; give it that level`
  throw new AppError('conflict', message, { rule: 'level_in_use' })
}

function stale(): AppError {
  const message = 'this plan is not what would happen now; plan again, and look at it'
  return new AppError('conflict', message, { rule: 'plan_stale' })
}
