import type { Views } from '../../../application/views.ts'
import type { Database } from '../database.ts'
import { createAccessKeyViews, touchAccessKey } from './access-key-views.ts'
import { createVisitorViews } from '../stores/visitors.ts'
import { createCustomisationViews } from '../stores/customisations.ts'
import { createAccessViews } from './access-views.ts'
import { createCatalogViews } from './catalog-views.ts'
import { createConnectionViews } from './connection-views.ts'
import { createClientViews } from './client-views.ts'
import { createDomainViews } from './domain-views.ts'
import { createDirectoryViews } from './directory-views.ts'
import { createGroupViews } from './group-views.ts'
import { createGatewayViews, touchGateway } from './gateway-views.ts'
import { createInvitationViews } from './invitation-views.ts'
import { createMailViews } from './mail-views.ts'
import { createMemberViews } from './member-views.ts'
import { createPathViews } from './path-views.ts'
import { createReportViews } from './report-views.ts'
import { createRequestViews } from './request-views.ts'
import { createSecretViews } from './secret-views.ts'
import { createSignInViews, createSignInWrites } from './sign-in-views.ts'
import { createTenancyViews } from './tenancy-views.ts'

/** Everything that is read outside a transaction, always of what is committed now. */
export function createViews({ reads, transaction }: Database): Views {
  const tenancy = createTenancyViews(reads)
  return {
    ...tenancy,
    ...createAccessKeyViews(reads),
    ...createAccessViews(reads),
    ...createCatalogViews(reads),
    ...createClientViews(reads),
    ...createConnectionViews(reads),
    ...createCustomisationViews(reads),
    ...createDirectoryViews(reads),
    ...createGroupViews(reads),
    ...createGatewayViews(reads),
    ...createInvitationViews(reads),
    ...createVisitorViews(reads),
    ...createMailViews(reads),
    ...createMemberViews(reads),
    ...createReportViews(reads),
    ...createPathViews(reads),
    ...createRequestViews(reads),
    ...createSecretViews(reads),
    ...createDomainViews(reads),
    ...createSignInViews(reads),
    touchSession: (id, at) => transaction((session) => createSignInWrites(session).touchSession(id, at)),
    purgeSignIns: (limits) => transaction((session) => createSignInWrites(session).purgeSignIns(limits)),
    touchToken: (tokenId, at) => transaction((session) => createTenancyViews(session).touchToken(tokenId, at)),
    touchGateway: (id, at) => transaction((session) => touchGateway(session, id, at)),
    touchAccessKey: (id, at) => transaction((session) => touchAccessKey(session, id, at)),
    async ready() {
      await reads.rows(reads.db('settings').select('key').limit(1))
    },
  }
}
