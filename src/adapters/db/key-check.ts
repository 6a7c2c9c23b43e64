import { AppError } from '../../domain/errors.ts'
import type { Database } from './database.ts'

/** Remembers the first key's check value, and refuses a start with another key. */
export async function requireKnownKey(database: Database, checkValue: string): Promise<void> {
  const key = 'secret_key_check'
  const stored = await database.transaction(async ({ db, rows, run }) => {
    await run(db('settings').insert({ key, value: checkValue }).onConflict('key').ignore())
    return rows<{ value: string }>(db('settings').select('value').where({ key }))
  })
  if (stored[0]?.value === checkValue) return
  throw new AppError(
    'upstream_rejected',
    'SECRET_KEY is not the key that this database was made with; start with the old key, or with a fresh database',
  )
}
