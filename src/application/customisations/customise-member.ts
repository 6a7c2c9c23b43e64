import { actorName } from '../../domain/actor.ts'
import { canonicalText } from '../../domain/canonical-json.ts'
import { accessOf, type Catalog } from '../../domain/catalog.ts'
import { beyond, cellsOf, type Customisation } from '../../domain/customisation.ts'
import { AppError } from '../../domain/errors.ts'
import type { EffectiveAccess } from '../../domain/joinery-verbs.ts'
import type { WantedCells } from '../../domain/judge-cells.ts'
import { catalogOf, requireMayChange } from '../access/require-may-change.ts'
import { keepManaged } from '../access/keep-managed.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import { lockHeldMember, type MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import { decideCells } from '../permission-groups/decide-group.ts'
import type { Ports } from '../ports.ts'
import { readUnder, type Under } from './ceiling.ts'
import { requireGainsWithinOwn, requireNotOneself } from './may-customise.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
export type CustomiseMember = MemberRef & {
  readonly permissions: WantedCells
  /** Whether what is not named is taken; else it stays as he has it now. */
  readonly whole: boolean
  /** Adds what the permissions need, instead of refusing them. */
  readonly complete?: boolean | undefined
}

/**
 * Lets one member have less than his roles give. From then on he follows their changes no more: what they give later he does
 * not get, what they give no more he loses as everybody does. Nobody does it for himself, for who stands above him, or gives
 * back by it what he has not himself.
 */
export async function customiseMember(ports: Needs, op: Operation, command: CustomiseMember): Promise<void> {
  const permitted = await requireMay(ports, op, 'manage-members', command.accountId)
  const catalog = catalogOf(permitted)
  requireNotOneself(op, command)
  const now = ports.clock.now()

  await ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-members' })
    const member = await lockHeldMember(tx, command)
    requireCustomisable(catalog)
    await requireMayChange(tx, { catalog, permitted, member }, now)
    const under = await readUnder(tx, { catalog, account: permitted.account, member, now })
    const cells = cellsWanted(catalog, under, command)
    requireGainsWithinOwn(catalog, permitted, under, { kind: 'cells', cells })
    if (canonicalText(under.customisation?.cells) === canonicalText(cells)) return
    const { accountId, id: memberId, incarnation } = member
    const set = { accountId, memberId, incarnation, cells, setBy: actorName(op.actor), setAt: now }
    await keepManaged(ports, op, tx, { permitted, member }, async () => {
      await tx.customisations.put(set)
      const line = { action: 'permissions.customised', accountId, target: memberId, memberId } as const
      const before = { permissions: under.customisation?.cells ?? null }
      await tx.audit.record(op, { ...line, before, after: { permissions: cells } }, now)
    })
  })
}

function requireCustomisable({ id, customisation }: Catalog): void {
  if (customisation === 'within-role') return
  const message = `catalog "${id}" does not let members be customised; give the member another role`
  throw new AppError('policy_violation', message, { rule: 'not_customisable' })
}

function cellsWanted(catalog: Catalog, under: Under, command: CustomiseMember): Customisation['cells'] {
  if (under.roles.length === 0) {
    const message = 'the member holds no role, so that there is nothing to customise; assign a role first'
    throw new AppError('conflict', message, { rule: 'no_role' })
  }
  const has = command.whole ? {} : cellsOf(catalog, under.access)
  const { cells } = decideCells(catalog, has, command)
  requireWithin(accessOf(catalog, { kind: 'cells', cells }), under)
  return cells
}

function requireWithin(wanted: EffectiveAccess, { ceiling, roles }: Under): void {
  const problems = [...beyond(wanted, ceiling)].map(([capability, words]) => ({
    path: `permissions.${capability}`,
    message: `"${words.join(', ')}" is beyond what the member’s role gives (${roles.join(', ')}), which has ${most(ceiling.get(capability))}`,
  }))
  if (problems.length === 0) return
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw new AppError('policy_violation', text, { rule: 'beyond_role', problems })
}

function most(words: readonly string[] | undefined): string {
  return words === undefined ? 'nothing of it' : `"${words.join(', ')}"`
}
