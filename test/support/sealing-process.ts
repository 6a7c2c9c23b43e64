import { createLog } from '../../src/adapters/log/create-log.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import { toNative, type Session } from '../../src/adapters/db/session.ts'
import type { Operation } from '../../src/application/operation.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createRuntime } from '../../src/runtime.ts'

/**
 * A process that writes audit lines in several lanes, seals them a few at a time and signs checkpoints, without a pause, and
 * prints how many changes were committed. It dawdles in the middle of sealing, so that a kill lands there. Its clock runs a
 * thousand times as fast, so that checkpoints fall due.
 */
const { CHAOS = '', ACCOUNTS = '', EPOCH = '0' } = process.env
const clock = { now: () => Number(EPOCH) + (Date.now() - Number(EPOCH)) * 1000 }
const runtime = await createRuntime(loadConfig(process.env), createLog('error', 'stderr'), { clock, wrapDatabase })
const { app, newId } = runtime
const operation = (actor: Operation['actor']): Operation => ({ actor, id: newId() })

function wrapDatabase(database: Database): Database {
  const transaction: Database['transaction'] = (work) =>
    CHAOS === 'no-transaction'
      ? work(dawdling(database.reads))
      : database.transaction((session) => work(dawdling(session)))
  return { ...database, transaction }
}

function dawdling(session: Session): Session {
  return {
    ...session,
    async run(statement) {
      await session.run(statement)
      if (/^\s*update audit_events/.test(toNative(statement).sql)) await pause(Math.random() * 30)
    },
  }
}

const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))

/** An outage is waited for; nothing else is passed over. */
async function lasting(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if ((error as { code?: string }).code !== 'upstream_unavailable') throw error
    await pause(20)
    return false
  }
}

let committed = 0
async function write(accountId: string): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const name = `${process.pid} ${turn}`
    const done = await lasting(() => app.changeAccount(operation({ kind: 'operator' }), { accountId, name }))
    if (done) process.stdout.write(`committed ${(committed += 1)}\n`)
    await pause(2)
  }
}

async function seal(): Promise<never> {
  const house = (): Operation => operation({ kind: 'system', part: 'housekeeping' })
  for (;;) {
    await lasting(() => app.sealAudit(house(), { limit: 7 }))
    await lasting(() => app.checkpointAudit(house()))
  }
}

await Promise.all([seal(), ...ACCOUNTS.split(',').map(write)])
