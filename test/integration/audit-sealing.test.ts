import { expect, it } from 'vitest'
import { createAuditLog } from '../../src/adapters/db/audit/audit-log.ts'
import { openDatabase } from '../../src/adapters/db/open-database.ts'
import { createTenant } from '../support/api.ts'
import { exportOf, housekeeper, sealAll, verdictOn } from '../support/audit.ts'
import { createBreakable } from '../support/breakable.ts'
import { describeOnBoth } from '../support/databases.ts'
import { anIdentity, mailedToken, signIn } from '../support/invitations.ts'
import { operator } from '../support/joinery.ts'
import { aPerson, aPlace, suspend } from '../support/people.ts'
import { startSealing } from '../support/sealing.ts'

describeOnBoth('sealing the audit log', (kind) => {
  it('is done within a second where workers run', async () => {
    const joinery = await startSealing(kind, { workers: true })
    const place = await aPlace(joinery)
    const person = await aPerson(joinery, place, 'jane')
    await suspend(joinery, place, person.id)
    const from = Date.now()
    for (;;) {
      const { unsealed } = await joinery.runtime.app.auditStatus(housekeeper)
      if (unsealed === 0) break
      expect(Date.now() - from).toBeLessThan(5000)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const verdict = await verdictOn(await exportOf(joinery, place.accountId))
    expect(verdict).toMatchObject({ faults: [], account: place.accountId, from: 1 })
    await joinery.close()
  })

  it('numbers without a gap or a fork where processes seal at once while others write', async () => {
    const joinery = await startSealing(kind)
    const place = await aPlace(joinery)
    const clock = { now: () => Date.now() }
    const open = () =>
      openDatabase(joinery.database.target, { clock, migrateOnStart: false, migrated: () => undefined })
    const others = kind === 'sqlite' ? [] : [await open(), await open()]
    const sealers = [joinery.runtime.app.sealAudit.bind(undefined, housekeeper, { limit: 3 })]
    for (const other of others) sealers.push(() => createAuditLog(other).seal(3, Date.now()))
    let writing = true
    const written = Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        for (let index = 0; index < 15; index += 1) await aPerson(joinery, place, `p${lane}x${index}`)
      }),
    ).finally(() => (writing = false))
    const sealing = [...sealers, ...sealers].map(async (seal) => {
      while (writing) await seal()
    })
    await Promise.all([written, ...sealing])
    await sealAll(joinery)
    const verdict = await verdictOn(await exportOf(joinery, place.accountId))
    expect(verdict.faults).toEqual([])
    expect(verdict.lines).toBeGreaterThanOrEqual(60 + 4)
    for (const other of others) await other.close()
    await joinery.close()
  })

  it('leaves nothing half sealed where it fails in the middle, and goes on where it was', async () => {
    const breakable = createBreakable()
    const joinery = await startSealing(kind, { wrapDatabase: breakable.wrapDatabase })
    const place = await aPlace(joinery)
    await sealAll(joinery)
    await aPerson(joinery, place, 'jane')
    for (const broken of [/update audit_events/, /insert into audit_heads/]) {
      breakable.fail((_, sql) => (broken.test(sql) ? new Error('Connection terminated') : null))
      await expect(joinery.runtime.app.sealAudit(housekeeper, { limit: 100 })).rejects.toThrow('cannot be reached')
      breakable.mend()
      expect((await joinery.runtime.app.auditStatus(housekeeper)).unsealed).toBeGreaterThan(0)
    }
    expect((await verdictOn(await exportOf(joinery, place.accountId))).faults).toEqual([])
    await joinery.close()
  })

  it('cannot be undone: the database refuses a changed and a deleted line', async () => {
    const breakable = createBreakable()
    const joinery = await startSealing(kind, { wrapDatabase: breakable.wrapDatabase })
    const { accountId } = await aPlace(joinery)
    const refused = 'the audit log is only added to'
    const events = (more: object) =>
      breakable.run((db) => db('audit_events').where({ account_id: accountId }).update(more))
    await expect(events({ actor: 'nobody' })).rejects.toThrow(refused)
    await sealAll(joinery)
    await expect(events({ seq: 1000 })).rejects.toThrow(refused)
    await expect(breakable.run((db) => db('audit_events').delete())).rejects.toThrow(refused)
    await joinery.close()
  })

  it('keeps the chain whole where personal values are erased', async () => {
    const joinery = await startSealing(kind)
    const place = await aPlace(joinery)
    const jane = await aPerson(joinery, place, 'jane')
    await aPerson(joinery, place, 'joe')
    const before = await exportOf(joinery, place.accountId, { personal: true })
    expect(before).toContain('jane@corp.example')
    expect(await exportOf(joinery, place.accountId)).not.toContain('@corp.example')
    const ref = { accountId: place.accountId, memberId: jane.memberId }
    expect(await joinery.runtime.app.erasePersonal(operator, ref)).toEqual({ lines: 1 })
    expect(await joinery.runtime.app.erasePersonal(operator, ref)).toEqual({ lines: 0 })
    const after = await exportOf(joinery, place.accountId, { personal: true })
    expect(after).not.toContain('jane')
    expect(after).toContain('joe@corp.example')
    expect((await verdictOn(after)).faults).toEqual([])
    const { items } = await joinery.runtime.app.listAudit(operator, { accountId: place.accountId, limit: 100 })
    expect(items.map(({ line }) => line.action)).toContain('audit.erased')
    await joinery.close()
  })

  it('erases the address by which a member was invited before he was one', async () => {
    const joinery = await startSealing(kind)
    const { app } = joinery.runtime
    const elsewhere = await createTenant(joinery.api)
    const { id: accountId } = await app.createAccount(operator, { name: 'Acme', catalog: 'plivo' })
    const invite = (name: string) => {
      const issuer = 'https://login.corp.example'
      const command = { accountId, email: `${name}@corp.example`, roles: ['developer'], issuer }
      return app.invite(operator, { ...command, publicUrl: joinery.url })
    }
    await app.revokeInvitation(operator, { accountId, invitationId: (await invite('jane')).id })
    const { id } = await invite('jane')
    await invite('joe')
    await app.sendMail(
      { actor: { kind: 'system', part: 'mail' }, id: 'test' },
      { limit: 10, leaseMs: 10_000, random: Math.random },
    )
    const token = await mailedToken(joinery.api, accountId, id)
    const identity = anIdentity(elsewhere.connectionId, 'jane@corp.example', { subject: '00u1' })
    const taken = await app.acceptInvitation(signIn, { token, identity })
    const memberId = taken.kind === 'joined' ? taken.memberId : ''
    expect(await exportOf(joinery, accountId, { personal: true })).toContain('jane@corp.example')
    expect(await app.erasePersonal(operator, { accountId, memberId })).toEqual({ lines: 2 })
    const after = await exportOf(joinery, accountId, { personal: true })
    expect(after).not.toContain('jane')
    expect(after).toContain('joe@corp.example')
    expect((await verdictOn(after)).faults).toEqual([])
    await joinery.close()
  })
})
