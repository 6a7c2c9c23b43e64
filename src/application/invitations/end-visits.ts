import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

/** Ends what a browser proved for invitations: whoever comes to it after a sign-out takes up none as somebody else. */
export async function endVisits(
  { unitOfWork, secrets, clock }: Pick<Ports, 'unitOfWork' | 'secrets' | 'clock'>,
  op: Operation,
  browser: string,
): Promise<void> {
  authorize(op, { verb: 'sign-in' })
  await unitOfWork(async (tx) => {
    for (const { invitationId, connectionId } of await tx.visitors.endAll(secrets.hash(browser))) {
      if (invitationId === null) continue
      const invitation = await tx.invitations.lock(invitationId)
      if (invitation === undefined) continue
      const line = { action: 'invitation.left', accountId: invitation.accountId, target: invitationId } as const
      await tx.audit.record(op, { ...line, detail: { connection: connectionId } }, clock.now())
    }
  })
}
