import { expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import { toNative, type Session, type Statement } from '../../src/adapters/db/session.ts'
import { createKeyBench, createKeyCheck, hired } from '../support/access-keys.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, testSecrets } from '../support/joinery.ts'

/** `active: false` by SCIM ends a key on the very next request, although nobody reconciles. */
describeOnBoth('the kill switch of access keys', (database) => {
  const suspendedKeyStillWorks = async (reads?: RememberingReads): Promise<boolean> => {
    const wrapped = reads === undefined ? {} : { wrapDatabase: reads.wrapDatabase }
    const joinery = await startJoinery({ database, workers: false, ...wrapped })
    try {
      const { tenant, memberId, userId } = await hired(joinery, 'cpaas-iam')
      const key = await createKeyBench(() => joinery).own(tenant.accountId, memberId)
      const check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
      reads?.begin()
      expect((await check(key)).active).toBe(true)
      await tenant.scim('PATCH', `/Users/${userId}`, okta.setActive(false))
      return (await check(key)).active as boolean
    } finally {
      await joinery.close()
    }
  }

  it('ends a key on the next request', async () => {
    expect(await suspendedKeyStillWorks()).toBe(false)
  })

  it('would not, if what is committed were not read each time', async () => {
    expect(await suspendedKeyStillWorks(createRememberingReads())).toBe(true)
  })
})

type RememberingReads = { begin(): void; wrapDatabase(database: Database): Database }

/** A database whose reads, once begun, answer what they answered before: what a cache in this process would do. */
function createRememberingReads(): RememberingReads {
  const known = new Map<string, Promise<unknown[]>>()
  let begun = false
  const remembering = (reads: Session): Session['rows'] => {
    return <T>(statement: Statement): Promise<T[]> => {
      if (!begun) return reads.rows<T>(statement)
      const key = JSON.stringify(toNative(statement))
      const answer = known.get(key) ?? reads.rows<T>(statement)
      known.set(key, answer)
      return answer as Promise<T[]>
    }
  }
  return {
    begin: () => void (begun = true),
    wrapDatabase: (database) => ({ ...database, reads: { ...database.reads, rows: remembering(database.reads) } }),
  }
}
