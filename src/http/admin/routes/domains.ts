import { domainOrders } from '../../../application/list-orders.ts'
import { proofRecord, type AccountDomain, challengeDays, domainFailureLimit } from '../../../domain/account-domain.ts'
import { pageOf } from '../answers/common.ts'
import { domainAnswer, exampleDomain, exampleVerified } from '../answers/domains.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { domainBody } from '../schemas.ts'

const tag = 'Domains'
const list = listing(domainAnswer, { key: 'domain', is: ['state'], has: ['domain'], sort: domainOrders })
const domains = '/accounts/:account/domains'
const refOf = ({ account, domain }: { account: string; domain: string }) => ({ accountId: account, domain })

export function domainRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'addDomain', who: 'manage-mappings', tag, method: 'post', path: domains, status: 201 },
      about: `Begins the proof of a domain: set \`record\` in its DNS within ${challengeDays} days, then verify it. Suffixes of registries and personal, disposable and relay domains are refused. A name in other scripts may be written as it is. Adding a domain again answers what there is.`,
      ...{ body: domainBody, send: { domain: 'acme.example' }, errors: ['policy_violation', 'conflict'] },
      ...{ answer: domainAnswer, example: exampleDomain },
      handle: async ({ op, params: { account }, body: { domain } }) =>
        presentDomain(await app.addDomain(op, { accountId: account, domain })),
    }),
    route({
      ...{ operation: 'listDomains', who: 'manage-mappings', tag, method: 'get', path: domains },
      about: `All domains of an account, by name. \`pending\` waits for its record; \`lapsed\` was verified, and ${domainFailureLimit} daily checks in a row have not found the record: nobody new comes in by it. \`problem\` is what the last check found amiss.`,
      ...{ query: list.query, answer: pageOf(domainAnswer), example: { items: [exampleVerified], next: null } },
      handle: async ({ op, params: { account }, query }) =>
        list.page((await app.listDomains(op, account)).map(presentDomain), query),
    }),
    route({
      ...{ operation: 'verifyDomain', who: 'manage-mappings', tag, method: 'post', path: `${domains}/:domain/verify` },
      about:
        'Looks for the record now. Where it is not there, the answer says what was found instead (rule `domain_not_proved`). A domain that is verified for another account is a `conflict`.',
      errors: ['policy_violation', 'conflict'],
      ...{ answer: domainAnswer, example: exampleVerified },
      handle: async ({ op, params }) => presentDomain(await app.verifyDomain(op, refOf(params))),
    }),
    route({
      ...{ operation: 'removeDomain', who: 'manage-mappings', tag, method: 'delete', path: `${domains}/:domain` },
      about: 'Gives a domain up. Nobody new comes in by it, and another account may prove it; whoever is there stays.',
      handle: ({ op, params }) => app.removeDomain(op, refOf(params)),
    }),
  ]
}

function presentDomain(domain: AccountDomain) {
  const { state, failures, problem, createdAt, expiresAt, verifiedAt, provedAt, nextCheckAt } = domain
  const waits = state === 'pending'
  return {
    ...{ domain: domain.domain, state, record: proofRecord(domain), failures, problem },
    ...{ createdAt: iso(createdAt), expiresAt: isoOrNull(waits ? expiresAt : null) },
    ...{ verifiedAt: isoOrNull(verifiedAt), provedAt: isoOrNull(provedAt) },
    nextCheckAt: isoOrNull(waits ? null : nextCheckAt),
  }
}
