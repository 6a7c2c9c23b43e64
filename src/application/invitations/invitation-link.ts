import { formatCredential, parseCredential } from '../../domain/credential-text.ts'
import { AppError } from '../../domain/errors.ts'
import type { Invitation } from '../../domain/invitation.ts'
import type { Ports } from '../ports.ts'

/** A new link: what is mailed, and what is kept of it. */
export function newLink({ secrets }: Pick<Ports, 'secrets'>, id: string): { token: string; secretHash: string } {
  const secret = secrets.token()
  return { token: formatCredential('inv', id, secret), secretHash: secrets.hash(secret) }
}

export function readLink(token: string): { id: string; secret: string } {
  const link = parseCredential('inv', token)
  if (link === null) throw deadLink()
  return link
}

/** The invitation behind a link that is not dead. */
export async function openLink(ports: Pick<Ports, 'secrets' | 'views'>, token: string): Promise<Invitation> {
  const { id, secret } = readLink(token)
  return requireLink(ports, secret, await ports.views.invitationById(id))
}

/**
 * Refuses a link that is not the one that was sent last. Whoever holds no live link learns nothing: not whether there is such
 * an invitation, nor what became of it.
 */
export function requireLink(
  { secrets }: Pick<Ports, 'secrets'>,
  secret: string,
  invitation: Invitation | undefined,
): Invitation {
  const given = secrets.hash(secret)
  if (invitation === undefined || !secrets.equal(invitation.secretHash, given)) throw deadLink()
  if (invitation.state === 'revoked' || invitation.state === 'expired') throw deadLink()
  return invitation
}

export function deadLink(): AppError {
  const message = 'this invitation is not valid any more; ask whoever invited you to send it again'
  return new AppError('not_found', message, { rule: 'invitation_dead' })
}
