import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/oidc-settings.ts'
import { requireMayOpen, requireMaySee } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { ProviderCheck } from '../sign-in/open-id.ts'
import { endIdentities } from '../sign-in/end-identities.ts'
import { dropCredentials, openSetUp } from './credentials.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>

export async function getOidcSettings(ports: AccessNeeds, op: Operation, ref: ConnectionRef): Promise<OidcSettings> {
  return requireSignIn(ports, await requireMaySee(ports, op, ref))
}

async function requireSignIn(ports: Pick<Ports, 'views'>, { id, state }: Connection): Promise<OidcSettings> {
  const found = await ports.views.signIn(id)
  if (found !== undefined) return found.settings
  const mend = state === 'retired' ? 'it is retired, for good' : 'set it with PUT'
  throw new AppError('not_found', `connection "${id}" has no sign-in; ${mend}`)
}

/** Takes the sign-in away: its identities and sessions end at once, and the next request is refused. */
export async function removeOidcSettings(ports: Needs, op: Operation, ref: ConnectionRef): Promise<void> {
  const current = await requireSignIn(ports, await requireMayOpen(ports, op, ref))
  const { accountId, connectionId } = current
  const now = ports.clock.now()
  await ports.unitOfWork(async (tx) => {
    if ((await tx.oidcSettings.lock(connectionId)) === undefined) return
    const ended = await endIdentities(tx, op, current, now)
    await tx.oidcSettings.remove(connectionId)
    await dropCredentials(tx, { accountId, connectionId }, { hasSecret: false, key: null })
    const line = { action: 'sign_in.unconfigured', accountId, target: connectionId } as const
    await tx.audit.record(op, { ...line, detail: { ended } }, now)
  })
}

/** Looks at the IdP as a sign-in would, and says of each step what is wrong. Nothing is changed. */
export async function testOidcSettings(
  ports: AccessNeeds & Pick<Ports, 'vault' | 'openId'>,
  op: Operation,
  { redirectUri, ...ref }: ConnectionRef & { redirectUri: string },
): Promise<ProviderCheck[]> {
  const settings = await getOidcSettings(ports, op, ref)
  return ports.openId.check(await openSetUp(ports, settings), redirectUri)
}
