import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerOnce, type Given } from '../../src/application/answers/answer-once.ts'
import { AppError } from '../../src/domain/errors.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Ports } from '../../src/application/ports.ts'
import { createVault } from '../../src/adapters/crypto/create-vault.ts'
import type { Operation } from '../../src/application/operation.ts'
import { createTenant, type Answer, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'

const hour = 60 * 60 * 1000

describeOnBoth('an Idempotency-Key', (database) => {
  const clock = createClock()
  let joinery: Joinery
  let tenant: Tenant
  let ports: Ports
  let store: Database
  let tokens: string
  let mappings: string
  beforeAll(async () => {
    joinery = await startJoinery({
      ...{ database, clock },
      wrapPorts: (made) => (ports = made),
      wrapDatabase: (made) => (store = made),
    })
    tenant = await createTenant(joinery.api)
    tokens = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}/tokens`
    mappings = `/accounts/${tenant.accountId}/mappings`
  })
  afterAll(() => joinery.close())

  const keptRows = (): Promise<unknown[]> => store.reads.rows(store.reads.db('kept_answers'))
  const post = (path: string, body: unknown, key: string): Promise<Answer> =>
    joinery.api.call('POST', path, body, { 'Idempotency-Key': key })
  const mapping = (groupName: string) => ({ connection: tenant.connectionId, groupName, role: 'developer' })
  const named = async (groupName: string): Promise<number> => {
    const { items } = await joinery.api.ok<{ items: { groupName: string }[] }>('GET', mappings)
    return items.filter((each) => each.groupName === groupName).length
  }

  it('makes the same request one: it is carried out once and answered the same again', async () => {
    const key = randomUUID()
    const first = await post(mappings, mapping('Once'), key)
    const again = await post(mappings, mapping('Once'), `"${key}"`)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(await named('Once')).toBe(1)
  })

  it('answers a secret again that is shown once, and keeps it sealed', async () => {
    const key = randomUUID()
    const first = await post(tokens, {}, key)
    expect(first.body.token).toMatch(/^scim_/)
    expect((await post(tokens, {}, key)).body).toEqual(first.body)
    const rows = JSON.stringify(await keptRows())
    expect(rows).toContain('v1.')
    expect(rows).not.toContain(String(first.body.token).slice(-20))
    expect(rows).not.toContain(key)
    await joinery.api.ok('DELETE', `${tokens}/${first.body.id}`)
  })

  it('lets one of twenty twins through, and tells the others', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(mappings, mapping('Twins'), key)))
    expect(await named('Twins')).toBe(1)
    expect(new Set(answers.map(({ status }) => status))).toSatisfy((seen: Set<number>) => seen.has(201))
    for (const { status, body } of answers)
      if (status !== 201) expect(body).toMatchObject({ status: 409, rule: 'idempotency_key_in_use' })
    expect(new Set(answers.flatMap(({ status, body }) => (status === 201 ? [body.id as string] : []))).size).toBe(1)
  })

  it('is 422 with another body or at another place', async () => {
    const key = randomUUID()
    expect((await post(mappings, mapping('Mine'), key)).status).toBe(201)
    for (const other of [await post(mappings, mapping('Yours'), key), await post(tokens, mapping('Mine'), key)])
      expect(other.body).toMatchObject({ status: 422, rule: 'idempotency_key_reused' })
    expect(await named('Yours')).toBe(0)
  })

  it('is free again after a refusal, so that the request can be mended', async () => {
    const key = randomUUID()
    expect((await post(mappings, { ...mapping('Mended'), role: 'owner' }, key)).status).toBe(422)
    expect((await post(mappings, { ...mapping('Mended'), rule: 'x' }, key)).status).toBe(400)
    expect((await post(mappings, mapping('Mended'), key)).status).toBe(201)
  })

  it('is forgotten after a day', async () => {
    const key = randomUUID()
    const account = { name: 'Day', catalog: 'plivo' }
    const first = await post('/accounts', account, key)
    clock.advance(24 * hour - 60_000)
    expect((await post('/accounts', account, key)).body).toEqual(first.body)
    clock.advance(60_000)
    expect((await post('/accounts', account, key)).body.id).not.toBe(first.body.id)
    expect((await keptRows()).length).toBe(1)
  })

  it.each(['', ' ', 'ä', 'x'.repeat(256), 'a b'])('that is %j is refused, and named', async (key) => {
    const told = key === 'ä' ? '\u00e4' : key
    const answer = await post(mappings, mapping('Odd'), told)
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: 'Idempotency-Key' }] })
  })

  it('counts for a POST alone', async () => {
    const key = randomUUID()
    const headers = { 'Idempotency-Key': key }
    expect((await joinery.api.call('GET', mappings, undefined, headers)).status).toBe(200)
    expect((await post(mappings, mapping('Get'), key)).status).toBe(201)
  })

  describe('where the request broke off', () => {
    const given = { status: 201, body: '{"id":"1"}' }
    const ask = (key: string, act: () => Promise<Given>, more: Partial<Ports> = {}) =>
      answerOnce({ ...ports, ...more }, operator, { key, request: 'digest' }, act)
    const done = () => Promise.resolve(given)
    const never = () => Promise.reject(new Error('carried out twice'))

    it.each([
      ['a fault', new Error('it broke')],
      ['an outage', new AppError('upstream_unavailable', 'the database is away')],
    ])('by %s, it is not tried again, and says under which operation to look', async (_name, fault) => {
      const key = randomUUID()
      await expect(ask(key, () => Promise.reject(fault))).rejects.toBe(fault)
      const inUse = { code: 'conflict', rule: 'idempotency_key_in_use' }
      await expect(ask(key, never)).rejects.toMatchObject({
        ...inUse,
        message: expect.stringContaining('few seconds') as string,
      })
      clock.advance(60_000)
      await expect(ask(key, never)).rejects.toMatchObject({
        ...inUse,
        message: expect.stringContaining('operation test') as string,
      })
    })

    it('by a refusal, the next one is carried out', async () => {
      const key = randomUUID()
      await expect(ask(key, () => Promise.reject(new AppError('not_found', 'no')))).rejects.toMatchObject({
        code: 'not_found',
      })
      expect(await ask(key, done)).toEqual({ ...given, again: false })
      expect(await ask(key, never)).toEqual({ ...given, again: true })
    })

    it('is another’s own: actors do not share keys', async () => {
      const key = randomUUID()
      await ask(key, done)
      const member: Operation = { id: 'o', actor: { kind: 'member', accountId: tenant.accountId, memberId: 'm' } }
      const own = { status: 204, body: null }
      expect(await answerOnce(ports, member, { key, request: 'other' }, () => Promise.resolve(own))).toEqual({
        ...own,
        again: false,
      })
    })

    it('under a secret key that is gone, it says that it was done', async () => {
      const key = randomUUID()
      await ask(key, done)
      const vault = createVault(['another-secret-key-0123456789-0123456789'])
      await expect(ask(key, never, { vault })).rejects.toMatchObject({
        code: 'conflict',
        rule: 'idempotency_answer_lost',
      })
      expect(await ask(key, never)).toMatchObject(given)
    })
  })
})
