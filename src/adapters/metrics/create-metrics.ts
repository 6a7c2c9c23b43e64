import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const lagSeconds = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300]

export type Metrics = ReturnType<typeof createMetrics>

/** Prometheus metrics, one registry for each process. Labels are few and hold no personal data. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'joinery_' })
  const { requests, lag, outcomes, nudges, dropped, queue } = instruments([registry])
  const audit = auditGauges([registry])
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    request: (labels: { door: string; method: string; status: string }, ms: number) =>
      requests.observe(labels, ms / 1000),
    reconciled({
      applied,
      fenced,
      failed,
      lagsMs,
    }: {
      applied: number
      fenced: number
      failed: number
      lagsMs: readonly number[]
    }) {
      for (const ms of lagsMs) lag.observe(ms / 1000)
      outcomes.inc({ outcome: 'applied' }, applied)
      outcomes.inc({ outcome: 'fenced' }, fenced)
      outcomes.inc({ outcome: 'failed' }, failed)
    },
    requestsDropped: (reason: 'full' | 'refused' | 'throttled', count: number) => dropped.inc({ reason }, count),
    nudgesLost: (count: number) => nudges.inc(count),
    auditLog({ unsealed, unsealedMs, uncheckedMs, checkpointsNotInSink }: AuditLag) {
      audit.unsealed.set(unsealed)
      audit.age.set({ waits_for: 'seal' }, unsealedMs / 1000)
      audit.age.set({ waits_for: 'checkpoint' }, uncheckedMs / 1000)
      audit.notInSink.set(checkpointsNotInSink)
    },
    queueDepth({ waiting, active }: { waiting: number; active: number }) {
      queue.set({ state: 'waiting' }, waiting)
      queue.set({ state: 'active' }, active)
    },
  }
}

type AuditLag = { unsealed: number; unsealedMs: number; uncheckedMs: number; checkpointsNotInSink: number }

function auditGauges(registers: Registry[]) {
  return {
    unsealed: new Gauge({
      name: 'joinery_audit_unsealed_lines',
      help: 'Lines of the audit log that are not sealed yet; counted up to 10,000',
      registers,
    }),
    age: new Gauge({
      name: 'joinery_audit_oldest_seconds',
      help: 'How long the oldest line of the audit log waits to be sealed, and the oldest sealed one for its checkpoint',
      labelNames: ['waits_for'],
      registers,
    }),
    notInSink: new Gauge({
      name: 'joinery_audit_checkpoints_not_in_sink',
      help: 'Checkpoints that the sink does not have yet; counted up to 10,000',
      registers,
    }),
  }
}

function instruments(registers: Registry[]) {
  const requests = new Histogram({
    name: 'joinery_http_request_duration_seconds',
    help: 'Duration of requests by door, method and status class',
    labelNames: ['door', 'method', 'status'],
    buckets: seconds,
    registers,
  })
  const lag = new Histogram({
    name: 'joinery_propagation_latency_seconds',
    help: 'From an accepted change to its application in the IAM store',
    buckets: lagSeconds,
    registers,
  })
  const outcomes = new Counter({
    name: 'joinery_reconciles_total',
    help: 'Members reconciled, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const nudges = new Counter({
    name: 'joinery_nudges_lost_total',
    help: 'Nudges that the queue did not take; the sweep finds their members',
    registers,
  })
  const dropped = new Counter({
    name: 'joinery_request_log_dropped_total',
    help: 'SCIM requests that are not in the request log, by reason',
    labelNames: ['reason'],
    registers,
  })
  const queue = new Gauge({ name: 'joinery_queue_depth', help: 'Jobs in the queue', labelNames: ['state'], registers })
  return { requests, lag, outcomes, nudges, dropped, queue }
}
