import type { Nudge } from '../../application/jobs.ts'
import type { Tx, UnitOfWork } from '../../application/ports.ts'
import type { Database } from './database.ts'
import type { Session } from './session.ts'
import { createAudit } from './stores/audit.ts'
import { createDirectoryGroups, createMemberships } from './stores/directory-groups.ts'
import { createDirectoryUsers } from './stores/directory-users.ts'
import { createAssignments, createMappings, createMembers } from './stores/members.ts'
import { createAccessTokens, createOAuthClients } from './stores/oauth.ts'
import { createPropagations } from './stores/propagations.ts'
import { createAccounts, createConnections, createScimTokens } from './stores/tenancy.ts'

/** What a commit makes known: members to nudge, and whether whole accounts have moved. */
export type Committed = { readonly nudges: readonly Nudge[]; readonly epochMoved: boolean }

type Options = { newId: () => string; afterCommit: (committed: Committed) => void }

/** The only place where a transaction begins for a verb. */
export function createUnitOfWork(database: Database, { newId, afterCommit }: Options): UnitOfWork {
  return async (work) => {
    let noted: { nudges: Nudge[]; epochMoved: boolean } = { nudges: [], epochMoved: false }
    const result = await database.transaction((session) => {
      noted = { nudges: [], epochMoved: false }
      return work(storesOf(session, newId, noted))
    })
    if (noted.nudges.length > 0 || noted.epochMoved) afterCommit(noted)
    return result
  }
}

function storesOf(session: Session, newId: () => string, noted: { nudges: Nudge[]; epochMoved: boolean }): Tx {
  const accounts = createAccounts(session)
  return {
    accounts: {
      ...accounts,
      bumpEpoch: async (id) => {
        noted.epochMoved = true
        await accounts.bumpEpoch(id)
      },
    },
    connections: createConnections(session),
    tokens: createScimTokens(session),
    clients: createOAuthClients(session),
    accessTokens: createAccessTokens(session),
    users: createDirectoryUsers(session),
    groups: createDirectoryGroups(session),
    memberships: createMemberships(session),
    members: createMembers(session),
    assignments: createAssignments(session),
    mappings: createMappings(session),
    propagations: createPropagations(session, (nudge) => noted.nudges.push(nudge)),
    audit: createAudit(session, newId),
  }
}
