import { AppError } from '../../domain/errors.ts'
import type { IdentityLink } from '../../domain/identity-link.ts'
import type { OidcSettings } from '../../domain/oidc-settings.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'newId'>
export type MemberRef = { accountId: string; memberId: string }

/** The identities that may enter a membership. */
export async function listIdentities(
  ports: Pick<Needs, 'views'>,
  op: Operation,
  { accountId, memberId }: MemberRef,
): Promise<IdentityLink[]> {
  authorize(op, { verb: 'operate' })
  if ((await ports.views.member(accountId, memberId)) === undefined) throw noMember({ accountId, memberId })
  return ports.views.identityLinks(memberId)
}

/** `objectId`: Entra's `oid`, which a sign-in of one of its tenants has to say beside the `sub`. */
export type ListIdentity = MemberRef & { connectionId: string; subject: string; objectId?: string | undefined }

/**
 * Lets an identity of the platform's own sign-in into a membership: the operator's staff, and people of accounts without an
 * IdP. An identity of any other account's connection comes in by an accepted invitation alone.
 */
export async function listIdentity(ports: Needs, op: Operation, command: ListIdentity): Promise<IdentityLink> {
  authorize(op, { verb: 'operate' })
  const { accountId, memberId, connectionId, subject } = command
  const found = await ports.views.signIn(connectionId)
  if (found?.settings.platform !== true) {
    const message = 'must be a connection whose sign-in is set to platform'
    throw new AppError('invalid_input', `connection: ${message}`, { problems: [{ path: 'connection', message }] })
  }
  const objectId = pinnedObject(found.settings, command.objectId)
  const now = ports.clock.now()
  return ports.unitOfWork(async (tx) => {
    const member = await tx.members.lock(memberId)
    if (member?.accountId !== accountId) throw noMember(command)
    const others = await tx.identityLinks.ofIdentity(connectionId, subject)
    if (others.some((link) => link.accountId === accountId))
      throw new AppError('conflict', 'this identity enters the account as somebody already')
    const link: IdentityLink = {
      ...{ id: ports.newId(), accountId, memberId, incarnation: member.incarnation, connectionId, subject },
      ...{ issuer: found.settings.issuer, objectId, createdAt: now, lastUsedAt: null, endedAt: null },
    }
    await tx.identityLinks.insert(link)
    const line = { action: 'identity.listed', accountId, target: link.id, memberId } as const
    await tx.audit.record(op, { ...line, detail: { connection: connectionId, issuer: link.issuer } }, now)
    return link
  })
}

/** An identity of Entra is pinned by its object id too; no other IdP has such a thing. */
function pinnedObject({ tenant }: OidcSettings, objectId: string | undefined): string | null {
  if ((tenant === null) === (objectId === undefined)) return objectId ?? null
  const message =
    tenant === null
      ? 'must be left out: only a sign-in of Entra has object ids'
      : 'must be given with a sign-in of Entra: the object id of the person in its tenant (claim "oid")'
  throw new AppError('invalid_input', `objectId: ${message}`, { problems: [{ path: 'objectId', message }] })
}

/** Takes an identity from a member: its sessions end at once. The next sign-in is joined anew, by the pair. */
export async function endIdentity(
  ports: Needs,
  op: Operation,
  { accountId, memberId, identityId }: MemberRef & { identityId: string },
): Promise<void> {
  authorize(op, { verb: 'operate' })
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    const link = await liveLink(tx, { accountId, memberId }, identityId)
    await tx.identityLinks.end(link.id, now)
    const line = { action: 'identity.ended', accountId, target: link.id, memberId } as const
    await tx.audit.record(op, { ...line, detail: { connection: link.connectionId } }, now)
  })
}

async function liveLink(tx: Tx, ref: MemberRef, id: string): Promise<IdentityLink> {
  const links = await tx.identityLinks.ofMember(ref.memberId)
  const link = links.find((each) => each.id === id && each.accountId === ref.accountId)
  if (link !== undefined) return link
  throw new AppError('not_found', `member "${ref.memberId}" has no identity "${id}"`)
}

function noMember({ accountId, memberId }: MemberRef): AppError {
  return new AppError('not_found', `account "${accountId}" has no member "${memberId}"`)
}
