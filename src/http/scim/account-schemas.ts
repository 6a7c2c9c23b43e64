import type { Application } from '../../application/create-application.ts'
import type { Operation } from '../../application/operation.ts'
import type { Connection } from '../../domain/connection.ts'
import { noSchemas, type AccountSchemas } from '../../domain/extension-schema.ts'

import { coreSchemas, schemasWith, type ResourceSchemas } from './schemas.ts'

/** An account’s schemas as it has given them, and as this door reads by them. */
export type SchemasInUse = { readonly account: AccountSchemas; readonly resources: ResourceSchemas }

export const coreInUse: SchemasInUse = { account: noSchemas, resources: coreSchemas }

const mostKept = 500

/**
 * The schemas of accounts, read anew when their revision has moved: each request brings the revision that is right when it
 * is asked, so that nothing old is ever used. Accounts without schemas of their own cost nothing.
 */
export function createSchemaReader(app: Pick<Application, 'findConnectionSchemas'>) {
  const kept = new Map<string, SchemasInUse>()
  return async (op: Operation, connection: Connection, rev: number): Promise<SchemasInUse> => {
    if (rev === 0) return coreInUse
    const { accountId } = connection
    const known = kept.get(accountId)
    if (known?.account.rev === rev) return known
    const account = await app.findConnectionSchemas(op, connection)
    const fresh = { account, resources: schemasWith(account.list) }
    kept.delete(accountId)
    kept.set(accountId, fresh)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return fresh
  }
}
