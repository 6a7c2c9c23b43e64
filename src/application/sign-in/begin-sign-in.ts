import { signInLifeMs, type SignInRefusal } from '../../domain/sign-in.ts'
import { openSetUp } from '../oidc/credentials.ts'
import { openLink } from '../invitations/invitation-link.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { openOrNull } from '../secrets/open-or-null.ts'
import type { ProviderSetUp } from './open-id.ts'
import { refuse, SignInRefused } from './refused.ts'
import type { SignInSetUp } from './stores.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'clock' | 'vault' | 'secrets'>

/** A sign-in that can be used now, with what it takes to talk to its IdP. */
export type UsableSignIn = SignInSetUp & { readonly provider: ProviderSetUp }

export type OpenSignIn = {
  connectionId: string
  /** What a third party that begins a sign-in says it is of. */
  issuer?: string | undefined
  /** The token of the invitation that it is for, whose link has to be alive. */
  invitation?: string | null
}

/** The sign-in of a connection, if it can be used. */
export async function openSignIn(
  ports: Needs,
  op: Operation,
  { connectionId, issuer, invitation = null }: OpenSignIn,
): Promise<UsableSignIn> {
  authorize(op, { verb: 'sign-in' })
  if (invitation !== null) await openLink(ports, invitation)
  const found = await ports.views.signIn(connectionId)
  if (found === undefined) throw new SignInRefused('not_available')
  const where = { accountId: found.connection.accountId, connectionId }
  if (!isUsable(found)) return refuse(ports, op, 'not_available', where)
  if (issuer !== undefined && issuer !== found.settings.issuer) {
    return refuse(ports, op, 'other_issuer', { ...where, detail: { parameter: 'iss' } }) // what a stranger wrote is not kept
  }
  return { ...found, provider: await openSetUp(ports, found.settings) }
}

export type RememberSignIn = {
  readonly signIn: SignInSetUp
  readonly state: string
  /** A secret that a cookie of this browser holds. */
  readonly browser: string
  /** What the client library wants back at the callback. */
  readonly checks: string
  readonly accountId: string | null
  readonly returnTo: string
  /** The token of the invitation that somebody signs in to take up. */
  readonly invitation: string | null
}

/** Keeps what the callback has to match, for ten minutes and one use. The link of an invitation lies sealed, as it is a secret. */
export async function rememberSignIn(ports: Needs, op: Operation, command: RememberSignIn): Promise<void> {
  authorize(op, { verb: 'sign-in' })
  const { clock, secrets, vault, unitOfWork } = ports
  const { invitation } = command
  const now = clock.now()
  const stateHash = secrets.hash(command.state)
  const { connection, settings } = command.signIn
  await unitOfWork((tx) =>
    tx.pendingSignIns.insert({
      ...{ stateHash, connectionId: connection.id, browserHash: secrets.hash(command.browser) },
      ...{ issuer: settings.issuer, clientId: settings.clientId },
      ...{ sealedChecks: vault.seal(command.checks, checksContext(stateHash)) },
      ...{ accountId: command.accountId, returnTo: command.returnTo },
      sealedInvitation: invitation && vault.seal(invitation, invitationContext(stateHash)),
      ...{ createdAt: now, expiresAt: now + signInLifeMs },
    }),
  )
}

export type TakeSignIn = { connectionId: string; state: string; browser: string | null }
export type TakenSignIn = UsableSignIn & Pick<RememberSignIn, 'checks' | 'accountId' | 'returnTo' | 'invitation'>

/**
 * What the callback of a connection belongs to: begun in this very browser, on this very connection, not used before, not
 * older than ten minutes, and with settings that are still the same.
 */
export async function takeSignIn(ports: Needs, op: Operation, command: TakeSignIn): Promise<TakenSignIn> {
  authorize(op, { verb: 'sign-in' })
  const { connectionId, state, browser } = command
  const { clock, secrets, vault, views, unitOfWork } = ports
  const stateHash = secrets.hash(state)
  const pending = await unitOfWork((tx) => tx.pendingSignIns.take(stateHash))
  const found = await views.signIn(connectionId)
  if (found === undefined) throw new SignInRefused('not_available')
  const no = (refusal: SignInRefusal): Promise<never> =>
    refuse(ports, op, refusal, { accountId: found.connection.accountId, connectionId })
  if (pending === undefined) return no('not_begun_here')
  if (!secrets.equal(pending.browserHash, secrets.hash(browser ?? ''))) return no('not_begun_here')
  if (pending.connectionId !== connectionId) return no('connection_mixed_up')
  if (pending.expiresAt <= clock.now()) return no('too_late')
  if (!isUsable(found)) return no('not_available')
  const { settings } = found
  if (settings.issuer !== pending.issuer || settings.clientId !== pending.clientId) return no('settings_changed')
  const { accountId, returnTo, sealedInvitation } = pending
  const checks = openOrNull(vault, pending.sealedChecks, checksContext(stateHash))
  if (checks === null) return no('too_late') // begun under a secret key that has gone since
  const invitation = sealedInvitation && openOrNull(vault, sealedInvitation, invitationContext(stateHash))
  return { ...found, provider: await openSetUp(ports, settings), checks, accountId, returnTo, invitation }
}

export type RefuseSignIn = { connectionId: string; refusal: SignInRefusal; detail?: Readonly<Record<string, unknown>> }

/** A refusal that the door came to, by what the IdP answered. */
export async function refuseSignIn(ports: Needs, op: Operation, command: RefuseSignIn): Promise<void> {
  authorize(op, { verb: 'sign-in' })
  const { connectionId, refusal, detail = {} } = command
  const found = await ports.views.signIn(connectionId)
  if (found === undefined) return
  const { accountId } = found.connection
  await refuse(ports, op, refusal, { accountId, connectionId, detail }).catch((error: unknown) => {
    if (!(error instanceof SignInRefused)) throw error
  })
}

export function isUsable({ connection, settings }: SignInSetUp): boolean {
  return connection.state === 'active' && settings.enabled
}

const checksContext = (stateHash: string): string => `pending-sign-in/${stateHash}`
const invitationContext = (stateHash: string): string => `pending-sign-in/${stateHash}/invitation`
