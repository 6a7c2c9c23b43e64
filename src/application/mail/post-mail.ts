import { actorName } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import { headerText, isBareAddress } from '../../domain/mail.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { keepSecret } from '../secrets/keep-secret.ts'
import { forgetText, textPlace } from './mail-text.ts'

type Needs = Pick<Ports, 'newId' | 'vault' | 'clock'>
export type NewMail = {
  readonly accountId: string
  /** What it is about, for example an invitation: one that is still waiting about the same is taken back. */
  readonly about: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** From then on it is of no use. */
  readonly until: number
}

/** Lays a mail into the outbox, in the transaction that causes it: it is sent after the commit, and only then. */
export async function postMail(ports: Needs, op: Operation, tx: Tx, mail: NewMail): Promise<void> {
  const { accountId, about, to, text, until } = mail
  if (!isBareAddress(to)) throw new AppError('invalid_input', 'email: must be one address like name@company.example')
  const id = ports.newId()
  const now = ports.clock.now()
  await dropMail(tx, about)
  await tx.mail.add({
    ...{ id, accountId, about, to, until, causedBy: actorName(op.actor), subject: headerText(mail.subject) },
    ...{ state: 'waiting', attempts: 0, error: null, createdAt: now, nextAttemptAt: now, sentAt: null },
  })
  await keepSecret(ports, tx, textPlace({ id, accountId }), text)
}

/** Takes back what is still waiting about this. */
export async function dropMail(tx: Tx, about: string): Promise<void> {
  await forgetText(tx, await tx.mail.drop(about))
}
