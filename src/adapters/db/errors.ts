import { AppError } from '../../domain/errors.ts'

/** Seconds after which a client may try again when the database cannot be reached. */
const retryAfterSeconds = 5

/** What a unique index protects, told to whoever ran into it. SQLite names columns, PostgreSQL names the index. */
const uniqueness: readonly { sign: RegExp; message: string }[] = [
  {
    sign: /directory_users_live_name|directory_users\.user_name_key/,
    message: 'userName: another user of this connection has that name already',
  },
  {
    sign: /directory_groups_live_name|directory_groups\.display_name_key/,
    message: 'displayName: another group of this connection has that name already',
  },
  {
    sign: /directory_unique_values/,
    message: 'an attribute that is unique: another resource of this connection has that value already',
  },
  {
    sign: /accounts_sign_in_name|accounts\.sign_in_name/,
    message: 'name: another account goes by it at the sign-in page already; choose another',
  },
  { sign: /account_domains_owned|account_domains\.domain$/, message: 'the domain is verified for another account' },
  { sign: /mappings_once|mappings\.(group_id|connection_id)/, message: 'this group is mapped to this role already' },
]

const outageSigns =
  /SQLITE_(BUSY|LOCKED|READONLY|FULL|IOERR|CANTOPEN|CORRUPT|NOTADB|PROTOCOL)|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|connection timeout|timeout exceeded when trying to connect|Timeout acquiring a connection|Connection ended|not queryable|database handle is closed/i

/** PostgreSQL classes that mean "not now": connection, catalog, resources, object state, operator intervention, system error, read-only. */
const outageCodes = /^(08|3D|53|55|57|58|F0|XX)|^25006$/

type DriverError = Error & { code?: string; constraint?: string }

/** A serialization failure or a deadlock: the whole transaction may simply run again. */
export function mayRunAgain(error: unknown): boolean {
  const code = (error as DriverError | null)?.code
  return code === '40001' || code === '40P01'
}

/** The driver's error in the house's words; whatever is not known stays as it is, and is a fault of ours. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const { code = '', constraint = '', message } = error as DriverError
  if (code === '23505' || (code === 'SQLITE_CONSTRAINT' && message.includes('UNIQUE'))) {
    const known = uniqueness.find(({ sign }) => sign.test(constraint === '' ? message : constraint))
    return new AppError('conflict', known?.message ?? 'this exists already', { cause: error })
  }
  if (outageCodes.test(code) || outageSigns.test(code) || outageSigns.test(message)) {
    return new AppError('upstream_unavailable', 'the database cannot be reached; try again', {
      cause: error,
      retryAfterSeconds,
    })
  }
  return error
}
