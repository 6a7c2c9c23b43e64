import type { Application } from '../src/application/create-application.ts'
import type { Operation } from '../src/application/operation.ts'
import { startLoop, type Loop } from '../src/application/propagation/sweep-loop.ts'
import type { PairPlace } from '../src/application/sign-in/stores.ts'

type Deps = {
  app: Pick<Application, 'purgeRequests' | 'purgeSignIns' | 'purgePairs' | 'purgeMail'>
  newId: () => string
  config: { readonly requestLog: { readonly keepDays: number } }
  log: { error(fields: object, message: string): void }
}

const intervalMs = 60 * 60 * 1000
const slice = 200
const slicesOfRound = 20

/** What has been kept long enough goes, in slices that are small enough to hold nobody up. */
export function startHousekeeping({ app, newId, config, log }: Deps): Loop {
  const { keepDays } = config.requestLog
  let pairs: PairPlace | null = null
  const loop = startLoop({
    round: async () => {
      const op: Operation = { actor: { kind: 'system', part: 'housekeeping' }, id: newId() }
      while ((await app.purgeMail(op, { limit: slice })) === slice);
      for (let done = 0; done < slicesOfRound; done += 1) {
        const requests = await app.purgeRequests(op, { keepDays, limit: slice })
        const signIns = await app.purgeSignIns(op, { limit: slice })
        pairs = await app.purgePairs(op, { from: pairs, limit: slice })
        if (Math.max(requests, signIns) < slice && pairs === null) return
      }
      loop.wake()
    },
    intervalMs,
    failed: (error) => log.error({ err: error }, 'housekeeping failed; it goes on with the next round'),
    random: Math.random,
  })
  return loop
}
