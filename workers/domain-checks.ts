import type { Application } from '../src/application/create-application.ts'
import type { Operation } from '../src/application/operation.ts'
import { startLoop, type Loop } from '../src/application/propagation/sweep-loop.ts'

type Deps = {
  app: Pick<Application, 'recheckDomains'>
  newId: () => string
  log: { error(fields: object, message: string): void }
}

const intervalMs = 10 * 60 * 1000
const limit = 20

/** Each verified domain is looked for once a day; the loop only finds those whose time has come. */
export function startDomainChecks({ app, newId, log }: Deps): Loop {
  const loop = startLoop({
    round: async () => {
      const op: Operation = { actor: { kind: 'system', part: 'housekeeping' }, id: newId() }
      if ((await app.recheckDomains(op, { limit })) === limit) loop.wake()
    },
    intervalMs,
    failed: (error) => log.error({ err: error }, 'the check of domains failed; it goes on with the next round'),
    random: Math.random,
  })
  return loop
}
