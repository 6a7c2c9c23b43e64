import { actorName } from '../../domain/actor.ts'
import type { Account } from '../../domain/account.ts'
import { findRole, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { invitationUrl, type Invitation } from '../../domain/invitation.ts'
import { headerText } from '../../domain/mail.ts'
import { postMail } from '../mail/post-mail.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Needs = Pick<Ports, 'newId' | 'vault' | 'clock' | 'invitationRules'>
export type InvitationMail = {
  readonly invitation: Invitation
  readonly token: string
  readonly account: Account
  readonly catalog: Catalog
  readonly publicUrl: string
}

const dayMs = 86_400_000

/** Writes the mail with the link, in the transaction that makes the link, within what may be sent in a day. */
export async function mailInvitation(ports: Needs, op: Operation, tx: Tx, mail: InvitationMail): Promise<void> {
  const { invitation, account } = mail
  await requireWithinLimits(ports, op, tx, account.id)
  const posted = {
    ...{ accountId: account.id, about: invitation.id, to: invitation.email, until: invitation.expiresAt },
    ...{ subject: `Your invitation to ${account.name}`, text: textOf(mail) },
  }
  await postMail(ports, op, tx, posted)
}

function textOf({ invitation, token, account, catalog, publicUrl }: InvitationMail): string {
  const roles = invitation.roles.map((role) => headerText(findRole(catalog, role)?.label ?? role))
  const name = headerText(account.name)
  const until = new Date(invitation.expiresAt).toISOString().slice(0, 16).replace('T', ' ')
  return [
    'Hello,',
    `you are invited to the account "${name}" as ${roles.join(' and ')}.`,
    `To accept, open this link and sign in with your work account:\n${invitationUrl(publicUrl, token)}`,
    `The link works once, until ${until} UTC. It is meant for ${invitation.email} alone: do not pass it on.`,
    'If you did not expect this invitation, leave it: nothing happens without your sign-in.',
  ]
    .join('\n\n')
    .concat('\n')
}

/** Counted over the last day; the operator, who invites for everybody, is held to the limit of each account alone. */
async function requireWithinLimits(
  { clock, invitationRules: { perDay } }: Needs,
  op: Operation,
  tx: Tx,
  accountId: string,
): Promise<void> {
  if (perDay === 0) return
  const now = clock.now()
  await tx.accounts.lockPath(accountId) // two who invite at once are counted together
  const counts = [await tx.invitations.lastMails({ accountId }, perDay)]
  if (op.actor.kind !== 'operator')
    counts.push(await tx.invitations.lastMails({ causedBy: actorName(op.actor) }, perDay))
  for (const times of counts) {
    const oldest = times.at(-1)
    if (times.length < perDay || oldest === undefined || oldest <= now - dayMs) continue
    const message = `${perDay} invitations were sent within a day, which is the limit; go on later`
    const retryAfterSeconds = Math.ceil((oldest + dayMs - now) / 1000)
    throw new AppError('rate_limited', message, { retryAfterSeconds, rule: 'invitation_limit' })
  }
}
