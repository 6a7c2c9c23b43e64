import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { ClientKey } from '../../domain/oidc-settings.ts'

/** The key set by which the IdP of a connection knows us (RFC 7517); empty where there is none. */
export async function publishClientKeys(
  { views }: Pick<Ports, 'views'>,
  op: Operation,
  connectionId: string,
): Promise<{ keys: ClientKey['publicJwk'][] }> {
  authorize(op, { verb: 'sign-in' })
  const key = (await views.signIn(connectionId))?.settings.key
  return { keys: key == null ? [] : [key.publicJwk] }
}
