import type { Connection } from '../../domain/connection.ts'
import type { Visitor } from '../../domain/visitor.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

/** Ends what a browser proved for invitations and openings: whoever comes to it after a sign-out takes up none as somebody else. */
export async function endVisits(
  { unitOfWork, secrets, clock }: Pick<Ports, 'unitOfWork' | 'secrets' | 'clock'>,
  op: Operation,
  browser: string,
): Promise<void> {
  authorize(op, { verb: 'sign-in' })
  await unitOfWork(async (tx) => {
    for (const visitor of await tx.visitors.endAll(secrets.hash(browser))) {
      const line = await lineOf(tx, visitor)
      if (line === undefined) continue
      await tx.audit.record(op, { ...line, detail: { connection: visitor.connectionId } }, clock.now())
    }
  })
}

async function lineOf(tx: Tx, { invitationId, connectionId }: Visitor) {
  if (invitationId === null) {
    const connection = await tx.connections.find(connectionId)
    return connection && opening(connection)
  }
  const invitation = await tx.invitations.lock(invitationId)
  return invitation && ({ action: 'invitation.left', accountId: invitation.accountId, target: invitationId } as const)
}

const opening = ({ accountId, id: target }: Connection) =>
  ({ action: 'account.opening_left', accountId, target }) as const
