import type { SealedSecrets } from '../../../application/ports.ts'
import { keyCheckSetting } from '../key-check.ts'
import type { Session } from '../session.ts'

type SealedRow = { place: string; key_id: string; sealed: string; updated_at: number }

export function createSealedSecrets(session: Session): SealedSecrets {
  const { db, dialect } = session
  return {
    async put({ place, keyId, sealed }, at) {
      const row: SealedRow = { place, key_id: keyId, sealed, updated_at: at }
      await session.run(db('sealed_secrets').insert(row).onConflict('place').merge())
    },
    async putFirst({ place, keyId, sealed }, at) {
      const row: SealedRow = { place, key_id: keyId, sealed, updated_at: at }
      await session.run(db('sealed_secrets').insert(row).onConflict('place').ignore())
      const [kept] = await session.rows<SealedRow>(db('sealed_secrets').where({ place }))
      return kept?.sealed ?? sealed
    },
    async remove(place) {
      await session.run(db('sealed_secrets').where({ place }).delete())
    },
    async underOtherKeys(keyId, { after, limit }) {
      const query = db('sealed_secrets').whereNot({ key_id: keyId }).where('place', '>', after)
      const rows = await session.rows<SealedRow>(dialect.forUpdate(query.orderBy('place').limit(limit)))
      return rows.map(({ place, sealed }) => ({ place, sealed }))
    },
    async rememberKey(check) {
      const stored = db('settings').where({ key: keyCheckSetting }).whereNot({ value: check })
      return (await session.rows(stored.update({ value: check }).returning('key'))).length > 0
    },
  }
}
