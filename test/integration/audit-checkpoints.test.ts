import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makePrivateKey } from '../../src/adapters/system/ed25519.ts'
import { exportOf, housekeeper, sealAll, verdictOn } from '../support/audit.ts'
import { createBreakable } from '../support/breakable.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { aPlace } from '../support/people.ts'
import { startSealing } from '../support/sealing.ts'

describeOnBoth('checkpoints of the audit log', (kind) => {
  it('are signed a minute after a line, brought into the sink once, and kept for their owner alone', async () => {
    const clock = createClock()
    const joinery = await startSealing(kind, { clock })
    const { app } = joinery.runtime
    const { accountId } = await aPlace(joinery)
    await sealAll(joinery)
    expect(await app.checkpointAudit(housekeeper)).toBe(0)
    clock.advance(60_001)
    expect(await app.checkpointAudit(housekeeper)).toBe(1)
    await sealAll(joinery)
    expect(await app.checkpointAudit(housekeeper)).toBe(0)
    const { items } = await app.listCheckpoints(operator, { accountId, limit: 10 })
    expect(joinery.sink()).toEqual(items)
    for (const file of ['audit-key', 'audit-checkpoints.jsonl'])
      expect(statSync(join(joinery.database.folder, file)).mode & 0o777).toBe(0o600)
    const text = await exportOf(joinery, accountId)
    const [{ id } = { id: '' }] = await app.listAuditKeys(operator, 'service')
    const verdict = await verdictOn(text, { keys: [id], checkpoints: joinery.sink() })
    expect(verdict).toMatchObject({ faults: [], checkpoints: 1, trusted: true, key: id })
    await joinery.close()
  })

  it('are signed as soon as a thousand lines are sealed', async () => {
    const joinery = await startSealing(kind)
    const { app, newId } = joinery.runtime
    const account = await app.createAccount(operator, { name: 'Busy', catalog: 'plivo' })
    const connection = await app.createConnection(operator, { accountId: account.id, name: 'Okta', kind: 'okta' })
    const lines = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        const rateLimit = { perSecond: 100 + (index % 2), burst: 300 }
        await app.changeConnection(
          { ...operator, id: newId() },
          { accountId: account.id, connectionId: connection.id, rateLimit },
        )
      }
    }
    await lines(997)
    await sealAll(joinery)
    expect(await app.checkpointAudit(housekeeper)).toBe(0)
    await lines(2)
    await sealAll(joinery)
    expect(await app.checkpointAudit(housekeeper)).toBe(1)
    expect(joinery.sink()).toMatchObject([{ account: account.id }])
    await joinery.close()
  })

  it('reach the sink after it was away, and again where nobody noted that they had', async () => {
    const clock = createClock()
    const breakable = createBreakable()
    const joinery = await startSealing(kind, { clock, wrapDatabase: breakable.wrapDatabase })
    const { app } = joinery.runtime
    const { accountId } = await aPlace(joinery)
    await sealAll(joinery)
    clock.advance(60_001)
    breakable.fail((_, sql) => (/set in_sink/.test(sql) ? new Error('Connection terminated') : null))
    await expect(app.checkpointAudit(housekeeper)).rejects.toThrow()
    breakable.mend()
    expect((await app.auditStatus(housekeeper)).checkpointsNotInSink).toBe(1)
    await app.checkpointAudit(housekeeper)
    expect((await app.auditStatus(housekeeper)).checkpointsNotInSink).toBe(0)
    const [first, second] = joinery.sink()
    expect(second).toEqual(first)
    const verdict = await verdictOn(await exportOf(joinery, accountId), { checkpoints: joinery.sink() })
    expect(verdict.faults).toEqual([])
    await joinery.close()
  })
})

describeOnBoth('the key of the audit log', (kind) => {
  const keysOf = async ({ runtime: { app } }: Joinery): Promise<string[]> =>
    (await app.listAuditKeys(operator, 'service')).map(({ id }) => id)

  it('is rotated with the word of the one before it: whoever trusts the first trusts the last', async () => {
    const joinery = await startSealing(kind)
    const { accountId } = await aPlace(joinery)
    const first = await exportOf(joinery, accountId)
    const rotated = await joinery.runtime.app.rotateAuditKey(operator, {})
    await joinery.runtime.app.rotateAuditKey(operator, {})
    const [one, two, three] = await keysOf(joinery)
    expect(rotated).toMatchObject({ id: two, by: one })
    const text = await exportOf(joinery, accountId)
    expect(await verdictOn(text, { keys: [one ?? ''] })).toMatchObject({ faults: [], key: three, trusted: true })
    expect(await verdictOn(first, { keys: [two ?? ''] })).toMatchObject({ trusted: false, faults: [{}] })
    const { items } = await joinery.runtime.app.listAudit(operator, { accountId: 'service', limit: 10 })
    expect(items.map(({ line: { action, after } }) => [action, after?.key])).toEqual(
      [three, two, one].map((id) => ['audit.key_added', id]),
    )
    await joinery.close()
  })

  it('goes on with whichever is in use where a rotation ended in the middle', async () => {
    const joinery = await startSealing(kind)
    const file = join(joinery.database.folder, 'audit-key')
    const { accountId } = await aPlace(joinery)
    await exportOf(joinery, accountId)
    const [one] = await keysOf(joinery)
    writeFileSync(`${file}.next`, makePrivateKey()) // ended before the next key came into use
    expect(await verdictOn(await exportOf(joinery, accountId))).toMatchObject({ faults: [], key: one })
    const old = readFileSync(file)
    await joinery.runtime.app.rotateAuditKey(operator, {})
    const [, two] = await keysOf(joinery)
    writeFileSync(`${file}.next`, readFileSync(file)) // ended after that, before it was put in place
    writeFileSync(file, old)
    expect(await verdictOn(await exportOf(joinery, accountId))).toMatchObject({ faults: [], key: two })
    expect(readFileSync(file)).not.toEqual(old)
    await joinery.close()
  })

  it('that a process does not have is said, sealing goes on, and a lost one is replaced by an act', async () => {
    const joinery = await startSealing(kind)
    const { app } = joinery.runtime
    const { accountId } = await aPlace(joinery)
    await exportOf(joinery, accountId)
    const [one] = await keysOf(joinery)
    await expect(app.rotateAuditKey(operator, { lost: true })).rejects.toThrow('is not lost')
    rmSync(join(joinery.database.folder, 'audit-key'))
    await expect(app.auditKeyInUse(housekeeper)).rejects.toThrow(
      `audit key ${one ?? ''}, which this process does not have`,
    )
    await expect(exportOf(joinery, accountId)).rejects.toThrow('which this process does not have')
    await sealAll(joinery)
    expect((await app.auditStatus(housekeeper)).unsealed).toBe(0)
    const anew = await app.rotateAuditKey(operator, { lost: true })
    const text = await exportOf(joinery, accountId)
    expect(await verdictOn(text, { keys: [anew.id] })).toMatchObject({ faults: [], trusted: true })
    expect(await verdictOn(text, { keys: [one ?? ''] })).toMatchObject({ trusted: false })
    await joinery.close()
  })

  it('as a setting comes into use by itself when the one before it is given too', async () => {
    const database = await freshDatabase(kind)
    const [old, fresh] = [makePrivateKey(), makePrivateKey()]
    const begin = (env: Record<string, string>): Promise<Joinery> => startJoinery({ on: database, workers: false, env })
    const before = await begin({ AUDIT_KEY: old })
    const { accountId } = await aPlace(before)
    await exportOf(before, accountId)
    const [one] = await keysOf(before)
    await expect(before.runtime.app.rotateAuditKey(operator, {})).rejects.toThrow('AUDIT_KEY_PREVIOUS')
    await before.close()
    const without = await begin({ AUDIT_KEY: fresh })
    await expect(exportOf(without, accountId)).rejects.toThrow('does not have')
    await without.close()
    const after = await begin({ AUDIT_KEY: fresh, AUDIT_KEY_PREVIOUS: old })
    const verdict = await verdictOn(await exportOf(after, accountId), { keys: [one ?? ''] })
    expect(verdict).toMatchObject({ faults: [], trusted: true })
    expect(verdict.key).not.toBe(one)
    await after.close()
    await database.remove()
  })
})
