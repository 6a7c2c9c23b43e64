import type { Connection } from '../../domain/connection.ts'
import { AppError } from '../../domain/errors.ts'
import { sameUrn, type AccountSchemas, type ExtensionSchema } from '../../domain/extension-schema.ts'
import { nearestName } from '../../domain/nearest-name.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

export type SchemaRef = { accountId: string; urn: string }

/** The extension schemas of an account, by their URNs. */
export async function listSchemas(
  ports: AccessNeeds,
  op: Operation,
  accountId: string,
): Promise<readonly ExtensionSchema[]> {
  await requireMay(ports, op, 'manage-mappings', accountId)
  return (await ports.views.schemas(accountId)).list
}

export async function getSchema(
  ports: AccessNeeds,
  op: Operation,
  { accountId, urn }: SchemaRef,
): Promise<ExtensionSchema> {
  const list = await listSchemas(ports, op, accountId)
  return findSchema(list, { accountId, urn })
}

/** The schemas that hold for a connection: those of its account. */
export async function findConnectionSchemas(
  ports: Pick<Ports, 'views'>,
  op: Operation,
  { id: connectionId, accountId }: Connection,
): Promise<AccountSchemas> {
  authorize(op, { verb: 'read-schemas', connectionId })
  return ports.views.schemas(accountId)
}

/** The schema of a URN in any letter case, or `not_found`. */
export function findSchema(list: readonly ExtensionSchema[], { accountId, urn }: SchemaRef): ExtensionSchema {
  const found = list.find(({ id }) => sameUrn(id, urn))
  if (found !== undefined) return found
  const meant = nearestName(
    urn,
    list.map(({ id }) => id),
  )
  const advice = meant === null ? '' : `; did you mean "${meant}"?`
  throw new AppError('not_found', `account "${accountId}" has no extension schema "${urn.slice(0, 200)}"${advice}`)
}
