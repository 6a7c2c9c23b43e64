import type { Grant } from '../../domain/resolve.ts'
import type { Ports } from '../ports.ts'
import { resolveStored, type StoredFacts, type StoredStanding } from '../propagation/facts.ts'

type Needs = Pick<Ports, 'catalogs' | 'clock'>

/** Whether stored grants are not enough to say what counts now. */
export function needsFacts({ status, lagging, revisitAt }: StoredStanding, now: number): boolean {
  return status === 'active' && (lagging || isDue(revisitAt, now))
}

/**
 * The grants that count now: those stored, and of a member who lags only those that `resolve()` still gives. Losses count at
 * once, gains after they have been applied. Where nothing has changed but the time, `resolve()` alone decides: a beginning
 * and an end come on the instant, whoever works.
 */
export function countingGrants(ports: Needs, member: StoredStanding, facts: StoredFacts | undefined): readonly Grant[] {
  const now = ports.clock.now()
  if (member.status !== 'active' || member.accountStopped) return []
  if (!needsFacts(member, now)) return member.grants
  // Without its catalog nobody can say what a role gives: what is not sure is not counted.
  if (facts === undefined || !ports.catalogs.has(facts.catalogId)) return []
  const wanted = resolveStored(ports.catalogs, member, facts, now).grants
  if (!member.lagging) return wanted
  return member.grants.filter((stored) =>
    wanted.some((grant) => grant.role === stored.role && grant.source === stored.source),
  )
}

function isDue(revisitAt: number | null, now: number): boolean {
  return revisitAt !== null && revisitAt <= now
}
