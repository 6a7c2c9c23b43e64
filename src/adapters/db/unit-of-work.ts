import type { Audit } from '../../application/audit/audit-log.ts'
import type { Nudge } from '../../application/jobs.ts'
import type { Operation } from '../../application/operation.ts'
import type { Tx, UnitOfWork } from '../../application/ports.ts'
import type { Accounts } from '../../application/stores.ts'
import type { AuditLine } from '../../domain/audit.ts'
import type { Database } from './database.ts'
import type { Session } from './session.ts'
import { createAccessKeys } from './stores/access-keys.ts'
import { createAssignments } from './stores/assignments.ts'
import { createAudit } from './stores/audit.ts'
import { createAuditKeys } from './stores/audit-keys.ts'
import { createCatalogStore } from './stores/catalogs.ts'
import { createCustomisations } from './stores/customisations.ts'
import { createDirectoryGroups, createMemberships } from './stores/directory-groups.ts'
import { createAccountDomains } from './stores/domains.ts'
import { createDirectoryUsers } from './stores/directory-users.ts'
import { createGateways } from './stores/gateways.ts'
import { createInvitations } from './stores/invitations.ts'
import { createMailOutbox } from './stores/mail-outbox.ts'
import { createMappings, createMembers } from './stores/members.ts'
import { createAccessTokens, createOAuthClients } from './stores/oauth.ts'
import { createExtensionSchemas } from './stores/extension-schemas.ts'
import { createPermissionGroups } from './stores/permission-groups.ts'
import { createOpenings } from './stores/openings.ts'
import { createRetirements } from './stores/retirements.ts'
import { createRoleRequests } from './stores/role-requests.ts'
import { createPropagations } from './stores/propagations.ts'
import { createIdpSessions } from './stores/idp-sessions.ts'
import { createSigningKeys } from './stores/signing-keys.ts'
import { createSealedSecrets } from './stores/sealed-secrets.ts'
import { createSignInStores } from './stores/sign-in.ts'
import { createAccounts, createConnections, createScimTokens } from './stores/tenancy.ts'
import { createUniqueValues } from './stores/unique-values.ts'
import { createVisitors } from './stores/visitors.ts'

/** What a commit makes known: members to nudge, whether whole accounts have moved, and whether there is mail to send. */
export type Committed = { readonly nudges: readonly Nudge[]; readonly epochMoved: boolean; readonly mailAdded: boolean }

type Options = { newId: () => string; afterCommit: (committed: Committed) => void }

/** The only place where a transaction begins for a verb. */
export function createUnitOfWork(database: Database, { newId, afterCommit }: Options): UnitOfWork {
  return async (work) => {
    let noted = nothing()
    const result = await database.transaction((session) => {
      noted = nothing()
      return work(storesOf(session, newId, noted))
    })
    if (noted.nudges.length > 0 || noted.epochMoved || noted.mailAdded) afterCommit(noted)
    noted.op?.committed?.({ lines: noted.lines, memberIds: noted.nudges.map(({ memberId }) => memberId) })
    return result
  }
}

/** What a transaction notes on its way, for those who are told after the commit. */
type Noted = { nudges: Nudge[]; epochMoved: boolean; mailAdded: boolean; lines: AuditLine[]; op: Operation | null }

function nothing(): Noted {
  return { nudges: [], epochMoved: false, mailAdded: false, lines: [], op: null }
}

function storesOf(session: Session, newId: () => string, noted: Noted): Tx {
  return {
    accounts: notingAccounts(session, noted),
    connections: createConnections(session),
    retirements: createRetirements(session),
    domains: createAccountDomains(session),
    ...credentialStores(session),
    users: createDirectoryUsers(session),
    groups: createDirectoryGroups(session),
    memberships: createMemberships(session),
    members: createMembers(session),
    assignments: createAssignments(session),
    customisations: createCustomisations(session),
    catalogs: createCatalogStore(session, () => (noted.epochMoved = true)),
    mappings: createMappings(session),
    permissionGroups: createPermissionGroups(session),
    roleRequests: createRoleRequests(session),
    schemas: createExtensionSchemas(session),
    uniques: createUniqueValues(session),
    auditKeys: createAuditKeys(session),
    invitations: createInvitations(session),
    visitors: createVisitors(session),
    openings: createOpenings(session),
    mail: createMailOutbox(session, () => (noted.mailAdded = true)),
    propagations: createPropagations(session, (nudge) => noted.nudges.push(nudge)),
    ...secretStores(session),
    ...createSignInStores(session),
    audit: notingAudit(createAudit(session, newId), noted),
  }
}

function notingAudit(audit: Audit, noted: Noted): Audit {
  return {
    ...audit,
    record: (op, line, at) => {
      noted.op = op
      noted.lines.push(line)
      return audit.record(op, line, at)
    },
    recordEach: (op, lines, at) => {
      noted.lines.push(...lines)
      return audit.recordEach(op, lines, at)
    },
  }
}

function secretStores(session: Session): Pick<Tx, 'sealedSecrets' | 'signingKeys' | 'idpSessions'> {
  return {
    sealedSecrets: createSealedSecrets(session),
    signingKeys: createSigningKeys(session),
    idpSessions: createIdpSessions(session),
  }
}

/** What clients, gateways and programs show. */
function credentialStores(
  session: Session,
): Pick<Tx, 'tokens' | 'gateways' | 'accessKeys' | 'clients' | 'accessTokens'> {
  return {
    tokens: createScimTokens(session),
    gateways: createGateways(session),
    accessKeys: createAccessKeys(session),
    clients: createOAuthClients(session),
    accessTokens: createAccessTokens(session),
  }
}

/** What moves a whole account is noted. */
function notingAccounts(session: Session, noted: Noted): Accounts {
  const accounts = createAccounts(session)
  return {
    ...accounts,
    bumpEpoch: async (id) => {
      noted.epochMoved = true
      await accounts.bumpEpoch(id)
    },
    suspend: async (id, at) => {
      noted.epochMoved = true
      await accounts.suspend(id, at)
    },
  }
}
