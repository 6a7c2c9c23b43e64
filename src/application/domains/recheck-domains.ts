import { checked, proofRecord, type AccountDomain } from '../../domain/account-domain.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'dns' | 'clock'>

/** For how long a check that is under way keeps other processes from the same domain. */
const claimMs = 10 * 60_000

/** Looks again for the proofs that have not been looked for today; answers how many there were. */
export async function recheckDomains(ports: Needs, op: Operation, { limit }: { limit: number }): Promise<number> {
  authorize(op, { verb: 'keep-house' })
  const { unitOfWork, clock } = ports
  const now = clock.now()
  const due = await unitOfWork((tx) => tx.domains.claimDue(now, now + claimMs, limit))
  await Promise.all(due.map((domain) => recheck(ports, op, domain, now + claimMs)))
  return due.length
}

/** A domain that was changed while DNS was asked is left as it is. */
async function recheck(ports: Needs, op: Operation, domain: AccountDomain, claimedUntil: number): Promise<void> {
  const answer = await ports.dns.txt(proofRecord(domain).name)
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const current = await tx.domains.lock(domain.accountId, domain.domain)
    if (current?.id !== domain.id || current.nextCheckAt !== claimedUntil) return
    const next = checked(current, answer, now)
    await tx.domains.update(next)
    if (next.state === current.state) return
    const action = next.state === 'lapsed' ? 'domain.lapsed' : 'domain.verified'
    await tx.audit.record(op, { action, accountId: next.accountId, target: next.domain }, now)
  })
}
