import type { Application } from '../src/application/create-application.ts'
import type { Operation } from '../src/application/operation.ts'
import { startLoop, type Loop } from '../src/application/propagation/sweep-loop.ts'

type Deps = {
  app: Pick<Application, 'sealAudit' | 'checkpointAudit'>
  newId: () => string
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
}

const intervalMs = 600
const slice = 500
const slicesOfRound = 20

/**
 * Seals what was recorded, within a second, and signs and hands out checkpoints as they fall due. Each slice is a
 * transaction of its own: a process that ends in between leaves nothing half sealed, and another may seal as well.
 */
export function startSealing({ app, newId, log }: Deps): Loop {
  const op = (): Operation => ({ actor: { kind: 'system', part: 'housekeeping' }, id: newId() })
  const tell = onChange(log)
  const loop = startLoop({
    round: async () => {
      for (let done = 0; done < slicesOfRound; done += 1) {
        const sealed = await app.sealAudit(op(), { limit: slice })
        await app.checkpointAudit(op())
        if (sealed < slice) return tell(null)
      }
      tell(null)
      loop.wake()
    },
    intervalMs,
    failed: tell,
    random: Math.random,
  })
  return loop
}

/** A fault that lasts is told once, and once more when it is over. */
function onChange(log: Deps['log']): (error: unknown) => void {
  let failing = false
  return (error) => {
    if (error !== null && !failing)
      log.error({ err: error }, 'the audit log is not sealed or signed; it goes on by itself')
    if (error === null && failing) log.info({}, 'the audit log is sealed and signed again')
    failing = error !== null
  }
}
