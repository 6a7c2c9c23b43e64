import { requireMayJudgePeople } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { DomainRef } from './add-domain.ts'
import { domainNotFound } from './verify-domain.ts'

/** Gives a domain up: nobody new comes in by it, and another account may prove it. Whoever is there stays. */
export async function removeDomain(
  ports: AccessNeeds & Pick<Ports, 'unitOfWork' | 'domainRule'>,
  op: Operation,
  { accountId, domain: text }: DomainRef,
): Promise<void> {
  await requireMayJudgePeople(ports, op, accountId)
  const { unitOfWork, domainRule, clock } = ports
  // A domain that the rule has come to refuse can be given up all the same.
  const { domain } = domainRule.judge(text)
  await unitOfWork(async (tx) => {
    const found = await tx.domains.lock(accountId, domain)
    if (found === undefined) throw domainNotFound({ accountId, domain })
    await tx.domains.remove(found.id)
    const detail = { state: found.state }
    await tx.audit.record(op, { action: 'domain.removed', accountId, target: domain, detail }, clock.now())
  })
}
