import { AppError } from '../../domain/errors.ts'
import type { Database } from './database.ts'
import { sealedByKey } from './views/secret-views.ts'

export const keyCheckSetting = 'secret_key_check'

type Key = { readonly id: string; readonly check: string }

/**
 * Remembers the first key's check value, and refuses a start without the key that is known, or without one that secrets are
 * sealed under.
 */
export async function requireKnownKey(database: Database, keys: readonly [Key, ...Key[]]): Promise<void> {
  const key = keyCheckSetting
  const stored = await database.transaction(async ({ db, rows, run }) => {
    await run(db('settings').insert({ key, value: keys[0].check }).onConflict('key').ignore())
    return rows<{ value: string }>(db('settings').select('value').where({ key }))
  })
  if (!keys.some(({ check }) => check === stored[0]?.value)) {
    const what = 'SECRET_KEY is not the key that this database was made with'
    throw new AppError('upstream_rejected', `${what}; start with the old key, or with a fresh database`)
  }
  const missing = (await sealedByKey(database.reads)).filter(({ keyId }) => !keys.some(({ id }) => id === keyId))
  if (missing.length === 0) return
  const told = missing.map(({ keyId, secrets }) => `${secrets} under ${keyId}`).join(', ')
  const what = `secrets are sealed under a key that SECRET_KEY does not hold (${told})`
  throw new AppError(
    'upstream_rejected',
    `${what}; give that key too, behind the one in use, and run "joinery secrets rotate" before it goes`,
  )
}
