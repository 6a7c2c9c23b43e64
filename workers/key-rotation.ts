import type { Application } from '../src/application/create-application.ts'
import { startLoop, type Loop } from '../src/application/propagation/sweep-loop.ts'

type Deps = {
  app: Pick<Application, 'rotateKeysWhenDue'>
  newId: () => string
  log: { error(fields: object, message: string): void }
}

const intervalMs = 60 * 60 * 1000

/** The next signing key is made once a month; the loop only looks whether it is time. */
export function startKeyRotation({ app, newId, log }: Deps): Loop {
  return startLoop({
    round: () => app.rotateKeysWhenDue({ actor: { kind: 'system', part: 'housekeeping' }, id: newId() }),
    intervalMs,
    failed: (error) => log.error({ err: error }, 'the rotation of signing keys failed; it goes on with the next round'),
    random: Math.random,
  })
}
