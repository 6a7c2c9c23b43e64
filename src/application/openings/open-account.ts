import { AppError } from '../../domain/errors.ts'
import {
  accountName,
  mostOpenings,
  openingWindowMs,
  roomForOpening,
  type Opening,
  type OpeningOffer,
} from '../../domain/opening.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { IdentityLink } from '../../domain/identity-link.ts'
import { addOwner, findPlace, insertAccount } from '../accounts/found-account.ts'
import { requireGoing } from '../invitations/inviting.ts'
import { newMember } from '../members/new-member.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { requireOffer } from './offers.ts'
import { requireUndirected, requireUntold } from './require-undirected.ts'

export type OpeningNeeds = Pick<
  Ports,
  'unitOfWork' | 'views' | 'catalogs' | 'openingRules' | 'workEmail' | 'clock' | 'newId' | 'secrets'
>

/** What is asked for. Whoever asks owns what comes of it; its place, its level and its plan are the deployment's to say. */
export type OpenAccount = {
  readonly name: string
  /** The only one that is offered, unless told. */
  readonly catalog?: string | undefined
  /** The name of the request, under which it is carried out once; null where it has none. */
  readonly key: string | null
}

/** Who asks, as proven by a sign-in, and by whose domains his address is judged. */
export type Opener = Pick<IdentityLink, 'connectionId' | 'subject' | 'issuer' | 'objectId'> & {
  readonly email: string | null
  readonly displayName: string | null
  readonly accountId: string
}
export type OpenedAccount = {
  readonly account: { readonly id: string; readonly name: string; readonly catalog: string }
  readonly memberId: string
  /** Whether the same request had opened it before. */
  readonly again: boolean
}

/** What has been settled before the transaction. */
export type PreparedOpening = {
  readonly name: string
  readonly offer: OpeningOffer
  readonly catalog: Catalog
  readonly email: string
  readonly provenDomains: ReadonlySet<string>
  readonly keyHash: string | null
  readonly requestHash: string
}

/** The first half: what is wanted is offered, and whoever wants it may have it. */
export async function prepareOpening(
  ports: OpeningNeeds,
  op: Operation,
  wanted: OpenAccount,
  opener: Opener,
): Promise<PreparedOpening> {
  authorize(op, { verb: 'sign-in' })
  await ports.views.catalogsInForce() // from here on this process knows them as they are now
  const { offer, catalog } = requireOffer(ports, wanted.catalog)
  const { name, problem } = accountName(wanted.name)
  if (problem !== null)
    throw new AppError('invalid_input', `name: ${problem}`, { problems: [{ path: 'name', message: problem }] })
  const { email } = opener
  if (email === null) {
    const mend = 'have whoever runs your sign-in tell it'
    throw new AppError('policy_violation', `no address of yours is known here; ${mend}`, { rule: 'no_address' })
  }
  await requireUndirected(ports, { ...opener, email })
  const provenDomains = await ports.views.provenDomains(opener.accountId, 'verified')
  const { secrets } = ports
  return {
    ...{ name, offer, catalog, email, provenDomains },
    keyHash: wanted.key === null ? null : secrets.hash(wanted.key),
    requestHash: secrets.hash(JSON.stringify([catalog.id, name])),
  }
}

type Settled = { readonly opener: Opener; readonly prepared: PreparedOpening }

/**
 * The second half, in the transaction that has just judged the opener: the account, its owner, the identity that enters it,
 * and the audit lines. A request that was carried out before is answered again.
 */
export async function openAccount(
  ports: OpeningNeeds,
  op: Operation,
  tx: Tx,
  { opener, prepared }: Settled,
): Promise<OpenedAccount> {
  const known = prepared.keyHash === null ? undefined : await tx.openings.named(opener, prepared.keyHash)
  if (known !== undefined) return openedBefore(tx, opener, prepared, known)
  await requireUntold(ports, tx, opener)
  const now = ports.clock.now()
  const { connectionId, subject, issuer, objectId, displayName } = opener
  requireRoom(await tx.openings.since(opener, now - openingWindowMs), now)
  const { name, offer, catalog, email, provenDomains } = prepared
  const place = await findPlace(tx, catalog, { parentId: offer.parentId ?? undefined })
  requireGoing(place)

  const accountId = ports.newId()
  const person = { userName: email, email, displayName: displayName ?? undefined }
  const owner = await newMember(ports, accountId, person, () => Promise.resolve(provenDomains))
  const asOwner = { ...op, actor: { kind: 'member', accountId, memberId: owner.id }, door: 'sign-in' } as const
  const given = { id: accountId, name, catalog, place, entitlements: [], createdAt: now }
  const detail = { source: 'opening', connection: connectionId, issuer }
  const { account, catalog: inForce } = await insertAccount(ports, asOwner, tx, given, { memberId: owner.id, detail })
  await addOwner(ports, asOwner, tx, { account, catalog: inForce, owner })
  await tx.identityLinks.insert({
    ...{ id: ports.newId(), accountId, memberId: owner.id, incarnation: owner.incarnation, connectionId, subject },
    ...{ issuer, objectId, createdAt: now, lastUsedAt: null, endedAt: null },
  })
  const { keyHash, requestHash } = prepared
  await tx.openings.insert({ accountId, connectionId, subject, keyHash, requestHash, openedAt: now })
  return { account: { id: accountId, name, catalog: catalog.id }, memberId: owner.id, again: false }
}

async function openedBefore(
  tx: Tx,
  opener: Opener,
  { requestHash }: PreparedOpening,
  { accountId, requestHash: former }: Opening,
): Promise<OpenedAccount> {
  if (former !== requestHash) {
    const message = 'this Idempotency-Key was used for another request; use a new key for each'
    throw new AppError('policy_violation', message, { rule: 'idempotency_key_reused' })
  }
  const account = await tx.accounts.find(accountId)
  const links = await tx.identityLinks.ofIdentity(opener.connectionId, opener.subject)
  const link = links.find((each) => each.accountId === accountId)
  if (account === undefined || link === undefined) {
    const message = 'the account that this request opened is not yours any more'
    throw new AppError('forbidden', message, { rule: 'not_a_member' })
  }
  const { id, name, catalog } = account
  return { account: { id, name, catalog }, memberId: link.memberId, again: true }
}

function requireRoom(opened: readonly number[], now: number): void {
  const waitMs = roomForOpening(opened, now)
  if (waitMs === null) return
  throw new AppError('rate_limited', `one person opens at most ${mostOpenings} accounts an hour`, {
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    rule: 'too_many_openings',
  })
}
