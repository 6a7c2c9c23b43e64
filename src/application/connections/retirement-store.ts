import type { MemberStatus } from '../../domain/member.ts'
import type { CatalogMember } from '../catalogs/catalogs-in-force.ts'
import type { StoredFacts } from '../propagation/facts.ts'

/** What a connection has, and who leaves with it. */
export type RetirementFacts = {
  /** Live people and groups of its directory. */
  readonly people: number
  readonly groups: number
  /** Live identities by which people of its account sign in, and those that lead into other accounts. */
  readonly identities: number
  readonly elsewhere: number
  readonly mappings: number
  readonly tokens: number
  readonly clients: number
  /** Members who come in by this connection alone: they are removed. */
  readonly leave: number
  /** Its people who stay: the owner, and whoever comes in by another active connection. */
  readonly stay: number
  /** Members who own the account and are its people. */
  readonly owners: readonly string[]
  /** Roles that those who leave are stored for, and how many hold each. */
  readonly roles: readonly { readonly role: string; readonly members: number }[]
}

/** Somebody active in the account of a connection, and whether he leaves with it. */
export type PersonAround = {
  readonly member: Pick<CatalogMember, 'id' | 'status' | 'incarnation' | 'level' | 'cells' | 'switchedOff'>
  readonly facts: StoredFacts
  readonly leaves: boolean
}

/** The active people of the account behind one of them, in the order of their ids; none at the end. */
export type PeopleAround = (slice: { limit: number; after: string | undefined }) => Promise<readonly PersonAround[]>

/** The connection that goes, and where. */
export type RetiringFrom = { readonly connectionId: string; readonly accountId: string; readonly catalog: string }
export type Leaver = { readonly id: string; readonly status: MemberStatus }

/** What a connection takes with it when it is retired. Its row is locked before: nobody comes in by it meanwhile. */
export type Retirements = {
  facts(connectionId: string, now: number): Promise<RetirementFacts>
  people(from: RetiringFrom, slice: Parameters<PeopleAround>[0]): Promise<PersonAround[]>
  /** Members who come in by this connection alone and do not own the account, their rows locked in order. */
  leavers(connectionId: string): Promise<Leaver[]>
  /** Marks the connection as retired and its people and groups as removed, and forgets sign-ins under way. */
  retire(connectionId: string, at: number): Promise<void>
  /** Removes members who were not removed before. */
  removeMembers(ids: readonly string[], at: number): Promise<void>
}
