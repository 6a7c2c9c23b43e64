import type { IdentityLink } from '../../domain/identity-link.ts'
import type { Member } from '../../domain/member.ts'
import type { Operation } from '../operation.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Tx } from '../ports.ts'
import type { Arrival, Found, Person, PersonNeeds } from './arrival.ts'
import { barredFrom } from './barred-from.ts'
import { createPerson } from './create-person.ts'
import type { PairValue } from './stores.ts'

/**
 * Whom an identity is: by its link; else, inside the connection's own account, by the pair that joins it to the directory;
 * else, where a sign-in may create people, somebody new. An address finds nobody.
 */
export async function findPerson(ports: PersonNeeds, op: Operation, tx: Tx, arrival: Arrival): Promise<Found> {
  const { connection, claims, accountId } = arrival
  const live = await livePeople(tx, arrival)
  const wanted = accountId ?? connection.accountId
  if (isAwayFromHome(arrival, live)) {
    const home = await comeHome(ports, op, tx, arrival)
    if (home !== null && ('refusal' in home || home.member.status !== 'active')) return home
    if (home !== null) live.push(home)
  }
  const chosen =
    accountId === null ? await landing(tx, arrival, live) : live.find(({ link }) => link.accountId === wanted)
  if (chosen !== undefined) {
    const { objectId } = chosen.link
    if (objectId !== claims.objectId && objectId !== null)
      return { refusal: 'identity_changed', memberId: chosen.member.id }
    return chosen
  }
  if (wanted !== connection.accountId) return { refusal: 'not_provisioned', detail: { account: wanted } }
  return newcomer(ports, op, tx, arrival, await join(tx, arrival))
}

/** Everybody whom the identity leads to; links of a life that is over, or of a former issuer, end. */
async function livePeople(tx: Tx, { connection, settings, claims, now }: Arrival): Promise<Person[]> {
  const live: Person[] = []
  for (const link of await tx.identityLinks.ofIdentity(connection.id, claims.subject)) {
    const member = await tx.members.lock(link.memberId)
    const stands = member?.incarnation === link.incarnation && link.issuer === settings.issuer
    if (member !== undefined && stands) live.push({ member, link })
    else await tx.identityLinks.end(link.id, now)
  }
  return live
}

/** Whether somebody is a member elsewhere, does not ask for his own account, and is not known there by this identity. */
function isAwayFromHome({ connection, accountId }: Arrival, live: readonly Person[]): boolean {
  if (live.length === 0 || accountId === connection.accountId) return false
  return live.every(({ link }) => link.accountId !== connection.accountId)
}

/** Why somebody is nobody at home without being let go there: such a one lands elsewhere. */
const unknownAtHome: ReadonlySet<SignInRefusal> = new Set([
  'not_provisioned',
  'no_verified_address',
  'domain_not_verified',
])

/**
 * Joins somebody who entered elsewhere first to the directory at home, which may have come to know him since: only by a link
 * there does it reach him when it lets him go. Null where home knows nobody like him. Nobody new is made on the way to a
 * named account.
 */
async function comeHome(ports: PersonNeeds, op: Operation, tx: Tx, arrival: Arrival): Promise<Found | null> {
  const joined = await join(tx, arrival)
  if (joined === null && (await wasRemoved(tx, arrival))) return { refusal: 'removed' }
  const mayCreate = arrival.mayCreate && arrival.accountId === null
  const found = await newcomer(ports, op, tx, { ...arrival, mayCreate }, joined)
  return 'refusal' in found && unknownAtHome.has(found.refusal) ? null : found
}

/** Whether the directory at home has removed whoever it is by the joining pair. */
export async function wasRemoved(tx: Tx, arrival: Arrival): Promise<boolean> {
  const pair = pairOf(arrival)
  return pair !== null && (await tx.identityLinks.directorySays(arrival.connection.id, pair)) === 'removed'
}

/** Keeps the pair of whoever is let in anywhere: sessions that he has by then end with the word of his directory, too. */
export async function notePair(tx: Tx, arrival: Arrival): Promise<void> {
  const pair = pairOf(arrival)
  if (pair !== null) await tx.identityLinks.notePair(arrival.connection.id, arrival.claims.subject, pair)
}

function pairOf({ settings: { pair }, claims: { pairValue } }: Arrival): PairValue | null {
  return pair === null || pairValue === null ? null : { attribute: pair.attribute, value: pairValue }
}

/**
 * Where somebody lands who asks for no account: the one that he has chosen, the connection's own, any other; the first of them
 * that lets him in. Where none does, he is told why by the first.
 */
async function landing(tx: Tx, { connection, claims }: Arrival, live: readonly Person[]): Promise<Person | undefined> {
  if (live.length < 2) return live[0]
  const preferred = await tx.defaultAccounts.find(connection.id, claims.subject)
  const rank = ({ link: { accountId } }: Person): number =>
    accountId === preferred ? 0 : accountId === connection.accountId ? 1 : 2
  const ordered = live.toSorted((a, b) => rank(a) - rank(b))
  for (const person of ordered) if ((await barredFrom(tx, person)) === null) return person
  return ordered[0]
}

async function newcomer(
  ports: PersonNeeds,
  op: Operation,
  tx: Tx,
  arrival: Arrival,
  joined: Member | Refused | null,
): Promise<Found> {
  if (joined !== null && 'refusal' in joined) return joined
  if (joined !== null) return linked(ports, tx, joined, arrival)
  if (arrival.settings.authority === 'scim' || !arrival.mayCreate) return { refusal: 'not_provisioned' }
  if (await wasRemoved(tx, arrival)) return { refusal: 'removed' }
  const created = await createPerson(ports, op, tx, arrival)
  return 'refusal' in created ? created : linked(ports, tx, created, arrival)
}

type Refused = Extract<Found, { refusal: SignInRefusal }>

/** The directory's person whose attribute is the claim, letter by letter. */
async function join(tx: Tx, { connection, settings, claims }: Arrival): Promise<Member | Refused | null> {
  const { pair } = settings
  if (pair === null || claims.pairValue === null) return null
  const candidates = await tx.identityLinks.candidates(connection.id, pair.attribute, claims.pairValue)
  const [user] = candidates
  if (candidates.length > 1) return { refusal: 'ambiguous_person', detail: { attribute: pair.attribute } }
  if (user === undefined) return null
  const member = await tx.members.lock(user.memberId)
  if (member === undefined) return null
  const others = await tx.identityLinks.ofMember(member.id)
  const taken = others.some((link) => link.connectionId === connection.id && link.incarnation === member.incarnation)
  return taken ? { refusal: 'linked_otherwise', memberId: member.id } : member
}

async function linked({ newId }: PersonNeeds, tx: Tx, member: Member, arrival: Arrival): Promise<Found> {
  const { connection, settings, claims, now } = arrival
  const link: IdentityLink = {
    ...{ id: newId(), accountId: member.accountId, memberId: member.id, incarnation: member.incarnation },
    ...{ connectionId: connection.id, subject: claims.subject, issuer: settings.issuer, objectId: claims.objectId },
    ...{ createdAt: now, lastUsedAt: now, endedAt: null },
  }
  if (member.status === 'active') await tx.identityLinks.insert(link)
  return { member, link }
}
