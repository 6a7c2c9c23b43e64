import type { Catalog } from '../../domain/catalog.ts'
import type { Connection } from '../../domain/connection.ts'
import { AppError, type FieldProblem } from '../../domain/errors.ts'
import { assignableByIdp, rolesForIdp } from '../../domain/idp-roles.ts'
import {
  nextMark,
  sameClient,
  sameJudge,
  samePair,
  settingsProblems,
  tenantOf,
  usualPair,
  type Authority,
  type ClientAuthMethod,
  type JoiningPair,
  type OidcSettings,
} from '../../domain/oidc-settings.ts'
import { openConnection, requireMayBringIdp, requireMayReach } from '../access/require-may-reach.ts'
import { requireOwnSignIn } from '../access/require-own-sign-in.ts'
import { requireStillOpen } from '../access/require-still-open.ts'
import type { ConnectionRef } from '../connections/find-connections.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { keepSecret } from '../secrets/keep-secret.ts'
import { endIdentities } from '../sign-in/end-identities.ts'
import { clientKeyPlace, clientSecretPlace, dropCredentials } from './credentials.ts'

type Needs = Pick<Ports, 'unitOfWork' | 'views' | 'catalogs' | 'clock' | 'outbound' | 'vault' | 'clientKeys'>
export type PutOidcSettings = ConnectionRef & {
  issuer: string
  clientId: string
  authMethod?: ClientAuthMethod | undefined
  /** Left out: the one that is kept stays, where issuer and client stay too. */
  clientSecret?: string | undefined
  /** With private_key_jwt: makes a new key in place of the one that is there. */
  newKey?: boolean | undefined
  authority?: Authority | undefined
  defaultRole?: string | undefined
  pair?: JoiningPair | null | undefined
  tenant?: string | undefined
  scopes?: readonly string[] | undefined
  maxAgeSeconds?: number | undefined
  enabled?: boolean | undefined
  platform?: boolean | undefined
}

/**
 * Sets the sign-in of a connection, whole: what is left out is as usual. Another issuer, client or tenant ends every
 * identity and session of the connection: whoever the new IdP says somebody is has to be proved anew. A platform's sign-in is
 * set by the operator alone, and an IdP is brought by whoever stands below nobody of the account.
 */
export async function putOidcSettings(ports: Needs, op: Operation, command: PutOidcSettings): Promise<OidcSettings> {
  const opened = await openConnection(ports, op, command)
  const { permitted, connection } = opened
  requireOwnSignIn(permitted, command)
  const current = (await ports.views.signIn(connection.id))?.settings
  const wanted = wantedSettings(ports, connection, command, current)
  const brings = bringsIdp(wanted, current)
  if (brings) await requireMayBringIdp(ports.views, permitted)
  const problems = [
    ...settingsProblems({ ...wanted, hasNewSecret: command.clientSecret !== undefined }, current),
    ...issuerRefusal(ports, wanted.issuer),
    ...roleProblems(ports.catalogs.get(permitted.account.catalog), wanted.defaultRole),
  ]
  if (problems.length > 0) throw invalid(problems)
  if (wanted.defaultRole !== null) requireMayReach(permitted, [wanted.defaultRole])
  const made = needsKey(wanted, current, command) ? await ports.clientKeys.make() : null
  const settings = made === null ? wanted : { ...wanted, key: { kid: made.kid, publicJwk: made.publicJwk } }

  return ports.unitOfWork(async (tx) => {
    await requireStillOpen(ports, op, tx, opened)
    if (brings) await requireMayBringIdp(tx.accounts, permitted)
    await refuseIfMoved(tx, current, connection.id)
    const ended =
      current !== undefined && !sameProof(settings, current)
        ? await endIdentities(tx, op, settings, ports.clock.now())
        : 0
    if (current !== undefined && !(settings.enabled && sameJudge(settings, current)))
      await tx.sessions.endAll({ connectionId: connection.id })
    // Its sessions have ended: nobody has one whom the directory would reach by a former pair alone.
    if (current !== undefined && !samePair(settings, current)) await tx.identityLinks.forgetPairs(connection.id)
    if (settings.enabled) await tx.sessions.endAll({ strangersIn: settings.accountId })
    await tx.oidcSettings.put(settings)
    await dropCredentials(tx, settings, settings)
    if (command.clientSecret !== undefined)
      await keepSecret(ports, tx, clientSecretPlace(settings), command.clientSecret)
    if (made !== null) await keepSecret(ports, tx, clientKeyPlace(settings), made.privateJwk)
    const newCredential = command.clientSecret !== undefined || made !== null
    const line = { action: 'sign_in.configured', accountId: settings.accountId, target: connection.id } as const
    await tx.audit.record(op, { ...line, detail: { ...toldOf(settings), newCredential, ended } }, settings.updatedAt)
    return settings
  })
}

function wantedSettings(
  { clock }: Needs,
  { id: connectionId, accountId, kind }: Connection,
  command: PutOidcSettings,
  current: OidcSettings | undefined,
): OidcSettings {
  const { issuer, clientId, authMethod = 'client_secret_basic', authority = 'scim', scopes } = command
  const now = clock.now()
  const keeps = current !== undefined && sameClient({ issuer, clientId }, current)
  return {
    ...{ connectionId, accountId, issuer, clientId, authMethod, authority },
    hasSecret: authMethod !== 'private_key_jwt' && (command.clientSecret !== undefined || (keeps && current.hasSecret)),
    key: authMethod === 'private_key_jwt' && keeps ? current.key : null,
    defaultRole: command.defaultRole ?? null,
    pair: command.pair === undefined ? usualPair(kind) : command.pair,
    tenant: command.tenant?.toLowerCase() ?? tenantOf(issuer),
    scopes: [...new Set(scopes ?? ['openid', 'profile', 'email'])],
    maxAgeSeconds: command.maxAgeSeconds ?? null,
    enabled: command.enabled ?? true,
    platform: command.platform ?? false,
    createdAt: current?.createdAt ?? now,
    updatedAt: nextMark(current, now),
  }
}

function needsKey({ authMethod, key }: OidcSettings, current: OidcSettings | undefined, { newKey }: PutOidcSettings) {
  return authMethod === 'private_key_jwt' && (key === null || current?.key === null || newKey === true)
}

/** Whether people of an IdP could come in who could not before. */
function bringsIdp(wanted: OidcSettings, current: OidcSettings | undefined): boolean {
  return wanted.enabled && !(current?.enabled === true && sameProof(wanted, current))
}

function sameProof(wanted: OidcSettings, current: OidcSettings): boolean {
  return sameClient(wanted, current) && wanted.tenant === current.tenant
}

/** Settings were judged against what was there; two who set them at once do not mix. */
async function refuseIfMoved(tx: Tx, current: OidcSettings | undefined, connectionId: string): Promise<void> {
  const now = await tx.oidcSettings.lock(connectionId)
  if (now?.updatedAt !== current?.updatedAt)
    throw new AppError('conflict', 'the sign-in of this connection was changed meanwhile; look at it, and try again')
}

function issuerRefusal({ outbound }: Needs, issuer: string): FieldProblem[] {
  const refusal = outbound.refusal(issuer)
  return refusal === null ? [] : [{ path: 'issuer', message: refusal }]
}

function roleProblems(catalog: Catalog | undefined, role: string | null): FieldProblem[] {
  if (role === null || catalog === undefined || assignableByIdp(catalog, role)) return []
  const may = rolesForIdp(catalog).map(({ id }) => id)
  const message = `must be a role that an IdP may give: ${may.length === 0 ? '(none)' : may.join(', ')}`
  return [{ path: 'defaultRole', message }]
}

function invalid(problems: readonly FieldProblem[]): AppError {
  const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new AppError('invalid_input', detail, { problems })
}

/** What the audit log keeps of settings: no secret. */
function toldOf(settings: OidcSettings): Readonly<Record<string, unknown>> {
  const { issuer, clientId, authMethod, authority, defaultRole, pair, tenant, scopes, enabled, platform } = settings
  return { issuer, clientId, authMethod, authority, defaultRole, pair, tenant, scopes, enabled, platform }
}
