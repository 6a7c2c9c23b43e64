import type { SigningKeys } from '../../../application/ports.ts'
import type { SigningKey } from '../../../domain/signing-key.ts'
import { written, type Session } from '../session.ts'

type SigningKeyRow = {
  id: string
  position: number
  public_jwk: string
  created_at: number
  signs_from: number
  published_until: number | null
}

export function createSigningKeys(session: Session): SigningKeys {
  const { db, dialect } = session
  return {
    async lockAll() {
      const rows = await session.rows<SigningKeyRow>(dialect.forUpdate(db('signing_keys').orderBy('position')))
      return rows.map(fromRow)
    },
    async insert({ id, position, publicJwk, createdAt, signsFrom, publishedUntil }) {
      const row: SigningKeyRow = {
        ...{ id, position, public_jwk: JSON.stringify(publicJwk), created_at: createdAt },
        ...{ signs_from: signsFrom, published_until: publishedUntil },
      }
      const query = db('signing_keys').insert(row).onConflict('position').ignore()
      return (await session.rows(query.returning('id'))).length > 0
    },
    async publishUntil(id, at) {
      await session.run(db('signing_keys').where({ id }).update({ published_until: at }))
    },
    async remove(id) {
      await session.run(db('signing_keys').where({ id }).delete())
    },
  }
}

/** Every key, the oldest first: a handful. */
export async function signingKeys(session: Session): Promise<SigningKey[]> {
  const query = written(session, 'select * from signing_keys order by position', [])
  return (await session.rows<SigningKeyRow>(query)).map(fromRow)
}

function fromRow({ id, position, public_jwk, created_at, signs_from, published_until }: SigningKeyRow): SigningKey {
  const publicJwk = JSON.parse(public_jwk) as SigningKey['publicJwk']
  return { id, position, publicJwk, createdAt: created_at, signsFrom: signs_from, publishedUntil: published_until }
}
