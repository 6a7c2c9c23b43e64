import { levelOf, type Account } from '../../domain/account.ts'
import { AppError } from '../../domain/errors.ts'
import type { Held } from '../../domain/holder.ts'
import { isAtLeast, managesMembers, rolesOfManagers, type Tenure } from '../../domain/managing.ts'
import type { Member } from '../../domain/member.ts'
import { withGroups } from '../../domain/permission-group.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import type { HoldingQuery } from '../stores.ts'
import { resolveStored, type StoredFacts } from '../propagation/facts.ts'
import { accountCatalog } from './account-catalog.ts'
import type { Permitted } from './require-may.ts'

type Needs = Pick<Ports, 'catalogs' | 'clock'>
type Change<T> = () => Promise<T>
const slice = 200
const forEver = Number.MAX_SAFE_INTEGER

/**
 * Changes one member by hand, his row locked and his account held. Where he was the last who manages its members, and nobody
 * would be then, people of the account are refused (ADR 0037), and whoever else may do it leaves a line in the audit log.
 */
export async function keepManaged<T>(
  ports: Needs,
  op: Operation,
  tx: Tx,
  { permitted, member }: { readonly permitted: Permitted; readonly member: Member },
  change: Change<T>,
): Promise<T> {
  const before = await tenureOf(ports, tx, permitted, member)
  const result = await change()
  if (before === 'none') return result
  const after = await tx.members.lock(member.id)
  if (after !== undefined && isAtLeast(await tenureOf(ports, tx, permitted, after), before)) return result
  if (isAtLeast(await bestTenure(ports, tx, permitted, before), before)) return result
  await leaveUnmanaged(ports, op, tx, permitted, member.id)
  return result
}

/** The same of a change that can take from many at once, such as of a permission group or a mapping. */
export async function keepAllManaged<T>(
  ports: Needs,
  op: Operation,
  tx: Tx,
  permitted: Permitted,
  change: Change<T>,
): Promise<T> {
  const before = await bestTenure(ports, tx, permitted, 'lasting')
  const result = await change()
  if (isAtLeast(await bestTenure(ports, tx, permitted, before), before)) return result
  await leaveUnmanaged(ports, op, tx, permitted, null)
  return result
}

/**
 * The best that anybody of the account has, looked for until somebody has what is enough: among those of whom such a role is
 * stored, and then among those who were given one by hand, as it may be so new that it is not stored yet.
 */
async function bestTenure(ports: Needs, tx: Tx, { account }: Permitted, enough: Tenure): Promise<Tenure> {
  const catalog = await accountCatalog(ports.catalogs, account, (id) => tx.permissionGroups.ofAccount(id))
  const roles = catalog === undefined ? [] : rolesOfManagers(catalog)
  let best: Tenure = 'none'
  for (const by of ['grants', 'assignments'] as const)
    for await (const part of holding(tx, { accountId: account.id, roles, by })) {
      const facts = await tx.members.factsOf(part.map(({ id }) => id))
      for (const member of part) {
        const tenure = await tenureBy(ports, tx, { account, member, facts: facts.get(member.id) })
        if (!isAtLeast(best, tenure)) best = tenure
        if (isAtLeast(best, enough)) return best
      }
    }
  return best
}

/** In slices: where a role is taken from many, all of them are looked at. */
async function* holding(tx: Tx, query: Omit<HoldingQuery, 'limit' | 'after'>): AsyncGenerator<Member[]> {
  let after: string | undefined
  while (query.roles.length > 0) {
    const part = await tx.members.holding({ ...query, limit: slice, after })
    yield part
    after = part.at(-1)?.id
    if (part.length < slice) return
  }
}

/** What a member has once all is applied, by what this transaction sees. */
async function tenureOf(
  ports: Needs,
  tx: Tx,
  { account }: Pick<Permitted, 'account'>,
  member: Member,
): Promise<Tenure> {
  return tenureBy(ports, tx, { account, member, facts: await tx.members.facts(member.id) })
}

type Known = { readonly account: Account; readonly member: Member; readonly facts: StoredFacts | undefined }

/** By what his roles follow from; what else there is of him is read only where they would do. */
async function tenureBy(ports: Needs, tx: Tx, { account, member, facts }: Known): Promise<Tenure> {
  const platforms = ports.catalogs.get(account.catalog)
  if (member.status !== 'active' || facts === undefined || platforms === undefined) return 'none'
  const catalog = withGroups(platforms, facts.groups)
  const { switchedOff, incarnation } = member
  const managesAt = (now: number, cells: Held['cells']): boolean => {
    const roles = resolveStored(ports.catalogs, member, facts, now).grants.map(({ role }) => role)
    return managesMembers(catalog, { roles, cells, switchedOff }, levelOf(catalog, account))
  }
  const now = ports.clock.now()
  if (!managesAt(now, null) || (await tx.identityLinks.outAtHome(member.id))) return 'none'
  const customisation = await tx.customisations.find(member.id)
  const cells = customisation?.incarnation === incarnation ? customisation.cells : null
  if (!managesAt(now, cells)) return 'none'
  return managesAt(forEver, cells) ? 'lasting' : 'ending'
}

async function leaveUnmanaged(
  ports: Needs,
  op: Operation,
  tx: Tx,
  permitted: Permitted,
  memberId: string | null,
): Promise<void> {
  if (permitted.kind === 'holder' && permitted.levelsDown === 0) throw lastManager()
  const accountId = permitted.account.id
  const line = { action: 'account.unmanaged', accountId, target: accountId, memberId } as const
  await tx.audit.record(op, line, ports.clock.now())
}

function lastManager(): AppError {
  const mend = 'give somebody else a role that does, without an end, and ask again'
  const message = `nobody would be left who manages the members of this account; ${mend}`
  return new AppError('conflict', message, { rule: 'last_manager' })
}
