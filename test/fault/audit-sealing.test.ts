import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { parseExported } from '../../src/domain/audit-exported.ts'
import type { CheckpointStatement } from '../../src/domain/audit-statement.ts'
import { exportOf, sealAll, verdictOn } from '../support/audit.ts'
import { describeOnBoth, describeWith, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { operator, startJoinery, testEnv } from '../support/joinery.ts'
import { startProcess, type Child } from '../support/processes.ts'
import { createRandom, seed } from '../support/random.ts'
import { startPostgres } from '../support/servers.ts'

let cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.reverse()) await close()
  cleanUp = []
})

async function accountsOn(database: TestDatabase): Promise<string[]> {
  const joinery = await startJoinery({ on: database, workers: false })
  const open = (name: string) => joinery.runtime.app.createAccount(operator, { name, catalog: 'plivo' })
  const accounts = [await open('A'), await open('B'), await open('C')].map(({ id }) => id)
  await joinery.close()
  return accounts
}

type Fire = { database: TestDatabase; accounts: string[]; epoch: number; chaos?: string }

function startSealing({ database, accounts, epoch, chaos = '' }: Fire): Promise<Child> {
  const more = { CHAOS: chaos, ACCOUNTS: accounts.join(), EPOCH: String(epoch), MIGRATE_ON_START: '0' }
  const env = { ...testEnv(database), ...more }
  return startProcess('test/support/sealing-process.ts', [], env, /committed 1\n/)
}

const committedBy = (child: Child): number => Number(/.*committed (\d+)\n/s.exec(child.printed())?.[1] ?? 0)

/** What was written is all there, numbered without a gap or a double, and every kept checkpoint fits. */
async function expectWhole({ database, accounts }: Fire, committed: number): Promise<void> {
  const joinery = await startJoinery({ on: database, workers: false })
  cleanUp.push(() => joinery.close())
  await sealAll(joinery)
  const checkpoints = readFileSync(join(database.folder, 'audit-checkpoints.jsonl'), 'utf8')
    .split('\n')
    .map(parseExported)
    .filter((each): each is CheckpointStatement => typeof each !== 'string' && each.kind === 'checkpoint')
  const keys = [...new Set(checkpoints.map(({ key }) => key))]
  let lines = 0
  for (const accountId of accounts) {
    const verdict = await verdictOn(await exportOf(joinery, accountId), { keys, checkpoints })
    expect(verdict).toMatchObject({ faults: [], from: 1, to: verdict.lines, trusted: true })
    lines += verdict.lines
  }
  console.log(`${committed} changes, ${lines} lines, ${checkpoints.length} checkpoints kept (seed ${seed})`)
  expect(checkpoints.length).toBeGreaterThan(accounts.length)
  // A change may have been committed by a process that was killed before it could say so.
  expect(lines - accounts.length).toBeGreaterThanOrEqual(committed)
}

async function underKills(fire: Fire, { processes, kills }: { processes: number; kills: number }): Promise<number> {
  const random = createRandom(seed)
  const running = await Promise.all(Array.from({ length: processes }, () => startSealing(fire)))
  let committed = 0
  for (let kill = 0; kill < kills; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100 + random.int(400)))
    const place = random.int(processes)
    const [victim] = running.splice(place, 1)
    await victim?.stop('SIGKILL')
    committed += victim === undefined ? 0 : committedBy(victim)
    running.push(await startSealing(fire))
  }
  for (const child of running) {
    await child.stop('SIGKILL')
    committed += committedBy(child)
  }
  return committed
}

async function aFire(kind: 'sqlite' | 'postgres', chaos = ''): Promise<Fire> {
  const database = await freshDatabase(kind)
  cleanUp.push(() => database.remove())
  return { database, accounts: await accountsOn(database), epoch: Date.now(), chaos }
}

describeOnBoth(`sealing under kill -9 (seed ${seed})`, (kind) => {
  it('leaves a whole chain: no gap, no number twice, no line lost, every checkpoint true', async () => {
    const fire = await aFire(kind)
    const committed = await underKills(fire, { processes: kind === 'sqlite' ? 1 : 2, kills: 5 })
    await expectWhole(fire, committed)
  })
})

describeWith(['postgres'], `sealing on a database that stops (seed ${seed})`, () => {
  it('goes on where it was once the database is back: the chain is whole', async () => {
    const server = await startPostgres()
    if (server === null) throw new Error('no PostgreSQL')
    cleanUp.push(() => server.stop())
    const { folder, remove } = await freshDatabase('sqlite')
    cleanUp.push(remove)
    const target = { kind: 'postgres', url: server.url } as const
    const database = { target, url: server.url, folder, remove: () => Promise.resolve() }
    const fire = { database, accounts: await accountsOn(database), epoch: Date.now() }
    const random = createRandom(seed)
    const running = [await startSealing(fire), await startSealing(fire)]
    for (let stop = 0; stop < 4; stop += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random.int(600)))
      await server.crash()
      const before = running.map(committedBy)
      await new Promise((resolve) => setTimeout(resolve, random.int(300)))
      await server.start()
      for (const [index, child] of running.entries())
        await expect.poll(() => committedBy(child), { timeout: 20_000 }).toBeGreaterThan((before[index] ?? 0) + 5)
    }
    for (const child of running) await child.stop('SIGKILL')
    await expectWhole(
      fire,
      running.reduce((sum, child) => sum + committedBy(child), 0),
    )
  })

  it('would be noticed without a transaction around numbers and head', async () => {
    const fire = await aFire('postgres', 'no-transaction')
    // A number that was given, and a head that does not know of it.
    const fought = underKills(fire, { processes: 1, kills: 10 }).then((sum) => expectWhole(fire, sum))
    await expect(fought).rejects.toThrow(/duplicate key|audit_events_in_chain/)
  })
})
