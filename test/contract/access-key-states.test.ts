import { afterAll, beforeAll, expect, it } from 'vitest'
import { toAccessKeyRow } from '../../src/adapters/db/access-key-rows.ts'
import { newId } from '../../src/adapters/system/ids.ts'
import { keyState, keyStates, type AccessKey } from '../../src/domain/access-key.ts'
import type { MemberStatus } from '../../src/domain/member.ts'
import { describeOnBoth } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'

const hour = 3_600_000

/** The list narrows by a state in the database, so that its pages are full: by the rule that each key is shown by. */
describeOnBoth('the states of access keys', (kind) => {
  let joinery: Joinery
  let look: Awaited<ReturnType<typeof lookInto>>
  beforeAll(async () => {
    joinery = await startJoinery({ database: kind, workers: false })
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })

  const insert = async (key: AccessKey): Promise<void> => {
    const { reads } = look.database
    await reads.run(reads.db('access_keys').insert(toAccessKeyRow(key)))
  }
  const aMember = async (accountId: string, status: MemberStatus) => {
    const name = `${status}@corp.example`
    const member = await joinery.runtime.app.addMember(operator, { accountId, userName: name, email: name })
    const { reads } = look.database
    await reads.run(reads.db('members').where({ id: member.id }).update({ status }))
    return { memberId: member.id, incarnation: member.incarnation }
  }

  it.each([false, true])('are those of the domain in every combination; account suspended: %s', async (suspended) => {
    const { id: accountId } = await joinery.runtime.app.createAccount(operator, { name: 'K', catalog: 'cpaas-iam' })
    const members = await Promise.all(
      (['active', 'suspended', 'removed'] as const).map((status) => aMember(accountId, status)),
    )
    const former = members.map(({ memberId, incarnation }) => ({ memberId, incarnation: incarnation - 1 }))
    const now = Date.now()
    for (const person of [null, ...members, ...former])
      for (const expiresAt of [null, now - hour, now + hour])
        for (const disabledAt of [null, now - hour])
          await insert({
            ...{ id: newId(), accountId, person, name: 'K', roles: null, expiresAt, disabledAt },
            ...{ secret: { hash: 'h', hint: 'hint', madeAt: now }, former: null },
            ...{ createdBy: 'operator', createdAt: now, lastUsedAt: null },
          })
    await joinery.runtime.app.suspendAccount(operator, { accountId, suspended })

    const query = { accountId, limit: 100, after: undefined }
    const { items } = await look.views.accessKeys(query)
    expect(items).toHaveLength(7 * 3 * 2)
    for (const state of keyStates) {
      const wanted = items.filter((key) => keyState(key, now) === state).map(({ id }) => id)
      const found = await look.views.accessKeys({ ...query, state })
      expect(
        found.items.map(({ id }) => id),
        state,
      ).toEqual(wanted)
      expect(wanted.length > 0, state).toBe(state !== 'live' || !suspended)
    }
  })
})
