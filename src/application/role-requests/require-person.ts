import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'

/** Lets in people, whom the verb itself judges, and the operator. A program asks for no roles, whoever made its key. */
export function requirePerson(op: Operation): void {
  if (op.actor.kind === 'member') return
  if (op.actor.kind !== 'key') {
    authorize(op, { verb: 'operate' })
    return
  }
  const message = 'an access key asks for no roles and takes no request back; sign in and do it'
  throw new AppError('forbidden', message, { rule: 'person_needed' })
}
