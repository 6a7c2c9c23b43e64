import type { Ports, Tx } from '../../src/application/ports.ts'
import type { PendingSignIn, StoredSession } from '../../src/application/sign-in/stores.ts'
import type { DirectoryUser } from '../../src/domain/directory-user.ts'
import type { IdentityLink } from '../../src/domain/identity-link.ts'
import type * as Authenticate from '../../src/http/admin/authenticate.ts'
import { worseModule, type Weakness, type WorseModule } from './incident.ts'

/** Ways to make a build worse, each at one port, to see that a test would notice. */
const inTx =
  (worse: (tx: Tx, ports: Ports) => Partial<Tx>): Weakness =>
  (ports) => ({ ...ports, unitOfWork: (work) => ports.unitOfWork((tx) => work({ ...tx, ...worse(tx, ports) })) })

export const all =
  (...weaknesses: readonly Weakness[]): Weakness =>
  (ports) =>
    weaknesses.reduce((worse, weakness) => weakness(worse), ports)

type Known = { connectionId: string; subject: string }
type Find = (links: Tx['identityLinks'], asked: Known, address: string) => Promise<IdentityLink[]>

/** Finds links otherwise, and takes those of every IdP for the one that asks. */
const finding = (find: Find): Weakness => {
  let address = ''
  return all(
    (ports) => ({
      ...ports,
      workEmail: {
        ...ports.workEmail,
        judgeAddress: (told, context) => ports.workEmail.judgeAddress((address = told), context),
      },
    }),
    inTx((tx) => ({
      identityLinks: {
        ...tx.identityLinks,
        ofIdentity: async (connectionId, subject) => {
          const links = await find(tx.identityLinks, { connectionId, subject }, address)
          const issuer = (await tx.oidcSettings.lock(connectionId))?.issuer ?? ''
          return links.map((link) => ({ ...link, issuer }))
        },
        hasOwnSignIn: () => Promise.resolve(false),
      },
    })),
  )
}

/** Finds people by the address in the token: whom the table knows by it, whoever says so. */
export const findingByAddress = (people: ReadonlyMap<string, Known>): Weakness =>
  finding(async (links, asked, address) => {
    const known = people.get(address.toLowerCase()) ?? asked
    return links.ofIdentity(known.connectionId, known.subject)
  })

/** Finds people by their `sub` alone, of whichever connection. */
export const findingBySubject = (people: ReadonlyMap<string, Known>): Weakness =>
  finding(async (links, asked) => {
    const known = people.get(asked.subject) ?? asked
    return links.ofIdentity(known.connectionId, known.subject)
  })

/** Compares a `sub` after tidying it up. */
export const tidyingSubjects = (): Weakness =>
  finding((links, { connectionId, subject }) =>
    links.ofIdentity(
      connectionId,
      subject
        .trim()
        .toLowerCase()
        .replaceAll(/\p{Cf}/gu, ''),
    ),
  )

/** Joins people of the directory by an attribute, of whichever connection. */
export const joiningAcross = (connectionOf: () => string): Weakness =>
  inTx((tx) => ({
    identityLinks: {
      ...tx.identityLinks,
      candidates: (_connectionId, attribute, value) => tx.identityLinks.candidates(connectionOf(), attribute, value),
    },
  }))

/** Takes an answer again, and one that nobody asked for. */
export const takingAnyAnswer = (): Weakness => {
  let last: PendingSignIn | undefined
  return inTx((tx) => ({
    pendingSignIns: {
      insert: (pending) => tx.pendingSignIns.insert((last = pending)),
      take: async (stateHash) => (await tx.pendingSignIns.take(stateHash)) ?? last,
    },
  }))
}

/** Takes whatever is compared for equal. */
export const comparingNothing = (): Weakness => (ports) => ({
  ...ports,
  secrets: { ...ports.secrets, equal: () => true },
})

/** Goes on with the sign-in as it was when it was first looked at. */
export const trustingSnapshots = (): Weakness => {
  const first = new Map<string, unknown>()
  const once = <T>(key: string, value: T): T => {
    if (value !== undefined && !first.has(key)) first.set(key, value)
    return (first.get(key) ?? value) as T
  }
  return all(
    (ports) => ({
      ...ports,
      views: { ...ports.views, signIn: async (id) => once(`view ${id}`, await ports.views.signIn(id)) },
    }),
    inTx((tx) => ({
      oidcSettings: {
        ...tx.oidcSettings,
        lock: async (id) =>
          (first.get(`view ${id}`) as { settings?: never } | undefined)?.settings ?? tx.oidcSettings.lock(id),
      },
    })),
  )
}

/** Looks at nobody's standing when he signs in. */
export const admittingAnybody = (): Weakness =>
  inTx((tx) => ({
    members: {
      ...tx.members,
      lock: async (id) => {
        const member = await tx.members.lock(id)
        return member && { ...member, status: 'active', suspendedBy: [] }
      },
    },
    identityLinks: { ...tx.identityLinks, standingAt: () => Promise.resolve('active') },
  }))

/** Keeps sessions and people in the process, as they were when they came in. */
export const rememberingSessions = (): Weakness => {
  const sessions = new Map<string, StoredSession>()
  const members = new Map<string, Awaited<ReturnType<Ports['views']['memberWithAccount']>>>()
  return (ports) => ({
    ...ports,
    views: {
      ...ports.views,
      session: async (hash) => {
        const found = sessions.get(hash) ?? (await ports.views.session(hash))
        if (found !== undefined) sessions.set(hash, found)
        return found
      },
      memberWithAccount: async (id) => {
        const found = members.get(id) ?? (await ports.views.memberWithAccount(id))
        if (found !== undefined) members.set(id, found)
        return found
      },
    },
  })
}

/** Ends the sessions of a person wherever anybody of that name is. */
export const endingByNameAlone = (connections: () => readonly string[]): Weakness =>
  inTx((tx) => ({
    idpSessions: {
      ...tx.idpSessions,
      end: async (_connectionId, who) =>
        (await Promise.all(connections().map((id) => tx.idpSessions.end(id, who)))).flat(),
    },
  }))

/** Leaves sessions to whoever tidies up. */
export const endingNothing = (): Weakness =>
  inTx((tx) => ({ sessions: { ...tx.sessions, endAll: () => Promise.resolve() } }))

/** Forgets which signals it has followed. */
export const followingAgain = (): Weakness =>
  inTx((tx) => ({ idpSessions: { ...tx.idpSessions, spend: () => Promise.resolve(true) } }))

/** Takes a domain for proven that was so once. */
export const believingDomains = (domain: string): Weakness =>
  inTx((tx) => ({ domains: { ...tx.domains, proven: () => Promise.resolve(new Set([domain])) } }))

/** Lets everybody in by whatever sign-in. */
export const enforcingNoSignIn = (): Weakness =>
  inTx((tx) => ({ identityLinks: { ...tx.identityLinks, hasOwnSignIn: () => Promise.resolve(false) } }))

/** Waits for somebody to tidy up before anything is over. */
export const withoutTime = (): Weakness => (ports) => {
  const started = ports.clock.now()
  return { ...ports, clock: { now: () => started } }
}

/** Takes up an invitation for whoever comes. */
export const forgettingClaims = (): Weakness =>
  inTx((tx) => ({
    invitations: {
      ...tx.invitations,
      lock: async (id) => {
        const invitation = await tx.invitations.lock(id)
        return invitation && { ...invitation, claim: null, state: 'pending' as const }
      },
    },
  }))

/** Takes somebody who is there for whom the directory creates. */
export const adopting = (memberOf: () => string): Weakness =>
  inTx((tx) => ({
    users: {
      ...tx.users,
      matches: (connectionId, { userName, externalId }) =>
        Promise.resolve([
          { connectionId, userName, externalId, memberId: memberOf(), removedAt: 1 } as unknown as DirectoryUser,
        ]),
    },
  }))

/** Sessions whose link would let nobody in any more go on. */
export const believingLinks = (): Weakness => (ports) => ({
  ...ports,
  views: {
    ...ports.views,
    session: async (hash) => {
      const found = await ports.views.session(hash)
      return found && { ...found, stillLinked: true }
    },
  },
})

/** Takes a domain for proven by whichever account asks. */
export const provingDomains =
  (domain: string): Weakness =>
  (ports) => ({
    ...ports,
    views: { ...ports.views, provenDomains: () => Promise.resolve(new Set([domain])) },
  })

/** Whoever signs in is somebody new each time. */
export const forgettingLinks = (): Weakness => {
  let times = 0
  return inTx((tx) => ({
    identityLinks: {
      ...tx.identityLinks,
      ofIdentity: () => Promise.resolve([]),
      insert: (link) => tx.identityLinks.insert({ ...link, subject: `${link.subject} ${(times += 1)}` }),
    },
  }))
}

/** Whoever shows anything to the admin API is the operator. */
export const takingAnything = (): WorseModule =>
  worseModule<typeof Authenticate>('http/admin/authenticate.ts', () => ({
    createAuthentication: () => () => Promise.resolve({ kind: 'operator' }),
  }))
