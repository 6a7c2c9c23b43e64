import { z } from 'zod'

/** The contract between nudge, sweep and processors. Fields are only ever added; unknown ones are ignored. */
export const reconcileQueueName = 'joinery-reconcile'

/** A job names a member and nothing else: what must change is read when the job runs. */
export const reconcileJob = z.object({ account: z.string(), member: z.string() })
export type ReconcileJob = z.infer<typeof reconcileJob>

/** A member that lags; `leaving` ones overtake the others in every queue. */
export type Nudge = { readonly accountId: string; readonly memberId: string; readonly leaving: boolean }
