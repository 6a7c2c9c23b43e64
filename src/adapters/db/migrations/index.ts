import type { Knex } from 'knex'
import { foundation } from './0001-foundation.ts'
import { accountChangeTime } from './0002-account-change-time.ts'
import { scimClients } from './0003-scim-clients.ts'
import { requestLog } from './0004-request-log.ts'
import { rolesFromIdp } from './0005-roles-from-idp.ts'
import { search } from './0006-search.ts'
import { extensionSchemas } from './0007-extension-schemas.ts'
import { auditChain } from './0008-audit-chain.ts'
import { sealedSecrets } from './0009-sealed-secrets.ts'
import { accountTree } from './0010-account-tree.ts'
import { accountDomains } from './0011-account-domains.ts'
import { signIn } from './0012-sign-in.ts'
import { signingKeys } from './0013-signing-keys.ts'
import { memberProfiles } from './0014-member-profiles.ts'
import { permissionGroups } from './0015-permission-groups.ts'
import { gateways } from './0016-gateways.ts'
import { mailOutbox } from './0017-mail-outbox.ts'
import { invitations } from './0018-invitations.ts'
import { keptAnswers } from './0019-kept-answers.ts'
import { idpSignals } from './0020-idp-signals.ts'
import { accessKeys } from './0021-access-keys.ts'
import { auditByActor } from './0022-audit-by-actor.ts'
import { customisations } from './0023-customisations.ts'
import { catalogsInForce } from './0024-catalogs-in-force.ts'
import { visitors } from './0025-visitors.ts'
import { defaultAccounts } from './0026-default-accounts.ts'
import { listOrders } from './0028-list-orders.ts'
import { identityPairs } from './0029-identity-pairs.ts'
import { openings } from './0030-openings.ts'
import { toldNames } from './0031-told-names.ts'
import { endedOut } from './0032-ended-out.ts'
import { switchedOff } from './0033-switched-off.ts'
import { requestsOfAll } from './0034-requests-of-all.ts'
import { assignmentsByRole } from './0035-assignments-by-role.ts'

export type Migration = { name: string; up(knex: Knex): Promise<void>; down(knex: Knex): Promise<void> }

/** Every migration, in order. Names carry no file ending, so that source and build agree on them. */
export const migrations: readonly Migration[] = [
  foundation,
  accountChangeTime,
  scimClients,
  requestLog,
  rolesFromIdp,
  search,
  extensionSchemas,
  auditChain,
  sealedSecrets,
  accountTree,
  accountDomains,
  signIn,
  signingKeys,
  memberProfiles,
  permissionGroups,
  gateways,
  mailOutbox,
  invitations,
  keptAnswers,
  idpSignals,
  accessKeys,
  auditByActor,
  customisations,
  catalogsInForce,
  visitors,
  defaultAccounts,
  listOrders,
  identityPairs,
  openings,
  toldNames,
  endedOut,
  switchedOff,
  requestsOfAll,
  assignmentsByRole,
]

export function migrationSource(list: readonly Migration[] = migrations): Knex.MigrationSource<Migration> {
  return {
    getMigrations: () => Promise.resolve([...list]),
    getMigrationName: (migration) => migration.name,
    getMigration: (migration) => Promise.resolve(migration),
  }
}
