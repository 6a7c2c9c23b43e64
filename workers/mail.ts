import type { Application } from '../src/application/create-application.ts'
import type { Operation } from '../src/application/operation.ts'
import { startLoop, type Loop } from '../src/application/propagation/sweep-loop.ts'

type Deps = {
  app: Pick<Application, 'sendMail'>
  newId: () => string
  log: { error(fields: object, message: string): void; warn(fields: object, message: string): void }
}

const intervalMs = 2000
const limit = 5
/** Longer than all the time-outs of one delivery together. */
const leaseMs = 120_000

/** Sends the outbox: at once when a commit wakes it, and every two seconds what is due again or came from elsewhere. */
export function startMailing({ app, newId, log }: Deps): Loop {
  let down = false
  const loop: Loop = startLoop({
    round: async () => {
      const op: Operation = { actor: { kind: 'system', part: 'mail' }, id: newId() }
      const { claimed, sent, failed, waits } = await app.sendMail(op, { limit, leaseMs, random: Math.random })
      if (waits !== null && !down) log.warn({ reason: waits }, 'mail cannot be sent; it waits and is tried again')
      if (failed > 0) log.warn({ failed }, 'mail was refused for good; see "joinery mail list --state failed"')
      if (waits !== null || sent > 0) down = waits !== null
      if (claimed === limit) loop.wake()
    },
    intervalMs,
    failed: (error) => log.error({ err: error }, 'mail could not be looked after; it goes on with the next round'),
    random: Math.random,
  })
  return loop
}
