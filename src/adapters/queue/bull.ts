import { createPostgresBackend, Queue, Worker, withBackend, type JobsOptions, type Job } from 'bullmq'
import { reconcileQueueName, type Nudge, type ReconcileJob } from '../../application/jobs.ts'
import type { ReconcileQueue } from '../../application/propagation/reconcile-ports.ts'
import { createNudgeBuffer } from './nudge-buffer.ts'

/** Where the queue is: a Redis, or a PostgreSQL through BullMQ's own backend. */
export type QueueTarget = { readonly kind: 'redis' | 'postgres'; readonly url: string }

export type QueueEvents = {
  lost: (count: number, error: unknown) => void
  fault: (error: unknown) => void
}

export type Consumer = { close(): Promise<void> }
export type Process = (job: ReconcileJob, attempt: number) => Promise<unknown>

const sendTimeoutMs = 2000

/** How long a queue that did not answer is not asked again. */
const restMs = 3000
const closeTimeoutMs = 5000

/**
 * A job is unreadable without the database: two ids. One waits and one runs for each member at most, and none that arrives
 * meanwhile is lost (`keepLastIfActive`). Leavers have a deduplication id of their own and stand before everybody else:
 * a leaver whose joiner job still waits must not be folded into it.
 */
function toJob({ accountId, memberId, leaving }: Nudge): { name: string; data: ReconcileJob; opts: JobsOptions } {
  const id = leaving ? `leaver-${memberId}` : `member-${memberId}`
  const opts: JobsOptions = {
    deduplication: { id, keepLastIfActive: true },
    removeOnComplete: true,
    removeOnFail: true,
    attempts: 3,
    backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
    ...(leaving ? {} : { priority: 10 }),
  }
  return { name: 'reconcile', data: { account: accountId, member: memberId }, opts }
}

type AnyQueue = Pick<Queue, 'addBulk' | 'getJobCounts' | 'close' | 'disconnect'> & {
  on(event: 'error', listener: (error: Error) => void): unknown
}

export function createBullQueue(target: QueueTarget, events: QueueEvents): ReconcileQueue {
  const queue = openQueue(target)
  queue.on('error', events.fault)
  const guard = createBreaker(sendTimeoutMs)
  const send = (nudges: readonly Nudge[]): Promise<void> => guard(() => queue.addBulk(nudges.map(toJob)))
  const buffer = createNudgeBuffer({ send, lost: events.lost })
  return {
    nudge: (nudges) => buffer.add(nudges),
    enqueue: send,
    async depth() {
      const counts = await withTimeout(
        queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active'),
        sendTimeoutMs,
        'the queue does not answer',
      )
      const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = counts
      return { waiting: waiting + prioritized + delayed, active }
    },
    async close() {
      await withTimeout(buffer.idle(), sendTimeoutMs, 'nudges are left').catch(() => undefined)
      await withTimeout(queue.close(), sendTimeoutMs, 'the queue does not close').catch(
        () => void queue.disconnect().catch(() => undefined),
      )
    },
  }
}

/** Producers fail fast: while Redis is away nothing is kept for later, as the sweep knows what is due. */
function openQueue({ kind, url }: QueueTarget): AnyQueue {
  if (kind === 'postgres')
    return new (withBackend(createPostgresBackend).Queue)(reconcileQueueName, { connection: onPostgres(url) })
  return new Queue(reconcileQueueName, {
    connection: { url, enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: reconnectDelay },
    skipMetasUpdate: true,
  })
}

type ConsumerOptions = { concurrency: number; process: Process; fault: (error: unknown) => void }

export function createBullConsumer(
  { kind, url }: QueueTarget,
  { concurrency, process, fault }: ConsumerOptions,
): Consumer {
  const run = (job: Pick<Job<ReconcileJob>, 'data' | 'attemptsMade'>): Promise<unknown> =>
    process(job.data, job.attemptsMade + 1)
  const common = { concurrency, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 5, drainDelay: 1 }
  const worker =
    kind === 'postgres'
      ? new (withBackend(createPostgresBackend).Worker)(reconcileQueueName, run, {
          ...common,
          connection: onPostgres(url),
        })
      : new Worker(reconcileQueueName, run, {
          ...common,
          connection: { url, maxRetriesPerRequest: null, retryStrategy: reconnectDelay },
        })
  worker.on('error', fault)
  return { close: () => closeWorker(worker) }
}

/** BullMQ keeps its tables in a schema of its own (`bullmq`) and brings them up to date itself. */
function onPostgres(url: string): { connectionString: string; migrate: true } {
  return { connectionString: url, migrate: true }
}

/** What is under way may finish; a queue that is gone is not waited for. */
async function closeWorker(worker: { close(): Promise<void>; disconnect(): Promise<void> }): Promise<void> {
  await withTimeout(worker.close(), closeTimeoutMs, 'the consumer does not close').catch(
    () => void worker.disconnect().catch(() => undefined),
  )
}

function reconnectDelay(times: number): number {
  return Math.min(100 * times, 2000)
}

/** Asks with a time limit; after a failure everybody is refused at once for a while, so that an outage costs one wait. */
function createBreaker(timeoutMs: number): (ask: () => Promise<unknown>) => Promise<void> {
  let restUntil = 0
  return async (ask) => {
    if (performance.now() < restUntil) throw new Error('the queue did not answer a moment ago')
    try {
      await withTimeout(ask(), timeoutMs, 'the queue does not answer')
    } catch (error) {
      restUntil = performance.now() + restMs
      throw error
    }
  }
}

function withTimeout<T>(promise: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
