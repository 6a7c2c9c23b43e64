import { domainLimit, newDomain, type AccountDomain } from '../../domain/account-domain.ts'
import { AppError } from '../../domain/errors.ts'
import { requireMayLetIn } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import { requireStillMay } from '../access/require-still-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork' | 'domainRule' | 'secrets' | 'newId'>
export type DomainRef = { accountId: string; domain: string }

/**
 * Begins the proof of a domain: the answer says which record to set. Adding it again answers what there is, and a new
 * challenge where the old one has expired.
 */
export async function addDomain(ports: Needs, op: Operation, ref: DomainRef): Promise<AccountDomain> {
  const permitted = await requireMayLetIn(ports, op, ref.accountId)
  const { accountId } = ref
  const domain = requireProvable(ports, ref.domain)
  const now = ports.clock.now()
  const fresh = newDomain({ id: ports.newId(), accountId, domain, challenge: ports.secrets.token() }, now)
  return ports.unitOfWork(async (tx) => {
    await requireStillMay(ports, op, tx, { permitted, verb: 'manage-mappings' })
    const all = await tx.domains.ofAccount(accountId)
    const known = all.find((each) => each.domain === domain)
    if (known !== undefined && (known.state !== 'pending' || known.expiresAt > now)) return known
    if (known !== undefined) await tx.domains.remove(known.id)
    else requireRoom(all)
    await tx.domains.insert(fresh)
    await note(tx, op, { ...ref, domain }, now)
    return fresh
  })
}

/** The domain in A-label form; `policy_violation` where nobody may prove it. */
export function requireProvable({ domainRule }: Pick<Needs, 'domainRule'>, text: string): string {
  const verdict = domainRule.judge(text)
  if (verdict.kind === 'work') return verdict.domain
  const { rule } = verdict
  const detail = rule === 'malformed_address' ? 'write it as company.example, nothing around it' : verdict.detail
  const problems = [{ path: 'domain', message: detail }]
  const code = rule === 'malformed_address' ? 'invalid_input' : 'policy_violation'
  throw new AppError(code, `domain: ${detail} (rule ${rule})`, { rule, problems })
}

function requireRoom(all: readonly AccountDomain[]): void {
  if (all.length >= domainLimit)
    throw new AppError('conflict', `the account has ${all.length} domains already; remove one first`)
}

async function note(tx: Tx, op: Operation, { accountId, domain }: DomainRef, now: number): Promise<void> {
  await tx.audit.record(op, { action: 'domain.added', accountId, target: domain }, now)
}
