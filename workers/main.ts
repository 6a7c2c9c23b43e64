import type { Runtime } from '../src/runtime.ts'
import { createReconcileProcessor } from './processors/reconcile-member.ts'
import { startDomainChecks } from './domain-checks.ts'
import { startKeyRotation } from './key-rotation.ts'
import { startHousekeeping } from './housekeeping.ts'
import { startSealing } from './sealing.ts'
import { startMailing } from './mail.ts'
import { startSweeping } from './sweep.ts'

export type RunningWorkers = { close(): Promise<void> }

/** Starts what carries changes into the IAM store: the sweep always, and a consumer where there is a queue. */
export function startWorkers(runtime: Runtime): RunningWorkers {
  const { app, newId, config, log } = runtime
  const { leaseMs, concurrency } = config.propagation
  const sweep = startSweeping(runtime)
  const housekeeping = startHousekeeping(runtime)
  const domainChecks = startDomainChecks(runtime)
  const keyRotation = startKeyRotation(runtime)
  const sealing = startSealing(runtime)
  const mailing = runtime.wakenByMail(startMailing(runtime))
  const processor = createReconcileProcessor({ app, newId, owner: newId(), leaseMs, concurrency })
  const consumer = runtime.consume(async (data, attempt) => {
    const { lagsMs: _lags, ...outcome } = await processor(data)
    log.debug({ member: data.member, attempt, ...outcome }, 'member reconciled')
    return outcome
  })
  return {
    close: async () => {
      await consumer?.close()
      await sweep.close()
      await housekeeping.close()
      await domainChecks.close()
      await keyRotation.close()
      await sealing.close()
      await mailing.close()
    },
  }
}
