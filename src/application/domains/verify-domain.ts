import { isProved, proofProblem, proofRecord, proved, type AccountDomain } from '../../domain/account-domain.ts'
import { AppError } from '../../domain/errors.ts'
import { requireMayLetIn } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { requireProvable, type DomainRef } from './add-domain.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'domainRule' | 'dns'>

/**
 * Looks for the proof now. One account has a domain at a time: whoever proves it takes it over only from an account whose
 * own proof has lapsed. A look by hand that finds nothing counts as no failure.
 */
export async function verifyDomain(ports: Needs, op: Operation, ref: DomainRef): Promise<AccountDomain> {
  const permitted = await requireMayLetIn(ports, op, ref.accountId)
  const { accountId } = ref
  const domain = requireProvable(ports, ref.domain)
  const asked = await ports.views.domain(accountId, domain)
  if (asked === undefined) throw domainNotFound({ accountId, domain })
  const now = ports.clock.now()
  if (asked.state === 'pending' && asked.expiresAt <= now) throw expired(domain)
  const answer = await ports.dns.txt(proofRecord(asked).name)
  if (!isProved(asked, answer)) throw notProved(asked, proofProblem(asked, answer), answer === null)
  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    const current = await tx.domains.lock(accountId, domain)
    if (current?.challenge !== asked.challenge) throw domainNotFound({ accountId, domain })
    await takeOver(tx, op, current, now)
    const next = proved(current, now)
    await tx.domains.update(next)
    if (current.state !== 'verified')
      await tx.audit.record(op, { action: 'domain.verified', accountId, target: domain }, now)
    return next
  })
}

/** The domain's last owner goes back to where he has to prove it anew. */
async function takeOver(tx: Tx, op: Operation, { domain, accountId }: AccountDomain, now: number): Promise<void> {
  const owner = await tx.domains.lockOwner(domain)
  if (owner === undefined || owner.accountId === accountId) return
  if (owner.state !== 'lapsed')
    throw new AppError('conflict', `${domain} is verified for another account; it has to be removed there first`)
  await tx.domains.remove(owner.id)
  await tx.audit.record(op, { action: 'domain.lost', accountId: owner.accountId, target: domain }, now)
}

export function domainNotFound({ accountId, domain }: DomainRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no domain "${domain}"`)
}

function expired(domain: string): AppError {
  return new AppError('conflict', `the challenge for ${domain} has expired; add the domain again for a new one`)
}

function notProved({ domain }: AccountDomain, problem: string, unanswered: boolean): AppError {
  if (unanswered) return new AppError('upstream_unavailable', problem, { retryAfterSeconds: 60 })
  return new AppError('policy_violation', `${domain} is not proved: ${problem}`, { rule: 'domain_not_proved' })
}
