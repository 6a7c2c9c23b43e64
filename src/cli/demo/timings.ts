import type { Ports } from '../../application/ports.ts'
import { inColumns } from './text.ts'

/** How many samples there were at some moment. */
type Mark = { readonly requests: number; readonly lags: number }
type Samples = { readonly requestsMs: readonly number[]; readonly lagsMs: readonly number[] }

export type Timings = ReturnType<typeof createTimings>

/** What the demo measures: each SCIM request as its client sees it, and each change until its grants are committed. */
export function createTimings() {
  const requestsMs: number[] = []
  const lagsMs: number[] = []
  const statuses = new Map<number, number>()
  return {
    requestsMs,
    lagsMs,
    statuses,
    start: { requests: 0, lags: 0 },
    mark: (): Mark => ({ requests: requestsMs.length, lags: lagsMs.length }),
    request(status: number, ms: number) {
      requestsMs.push(ms)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    },
    /**
     * Looks at every reconcile where it writes, whoever asked for it. `lagMs` runs from the moment in which the change was
     * taken in, before its commit and so before its SCIM answer; the write's own time, commit included, is added.
     */
    observe: (ports: Ports): Ports => {
      const { reconcileStore } = ports
      const apply: Ports['reconcileStore']['apply'] = async (op, outcomes) => {
        const started = performance.now()
        const result = await reconcileStore.apply(op, outcomes)
        const writing = performance.now() - started
        lagsMs.push(...result.applied.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs + writing])))
        return result
      }
      return { ...ports, reconcileStore: { ...reconcileStore, apply } }
    },
  }
}

/** The value below which `share` of the samples lie. */
function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** The samples between two moments. */
export function phaseOf({ requestsMs, lagsMs }: Timings, from: Mark, to: Mark): Samples {
  return { requestsMs: requestsMs.slice(from.requests, to.requests), lagsMs: lagsMs.slice(from.lags, to.lags) }
}

export function reportTimings({ statuses }: Timings, { sync, week }: { sync: Samples; week: Samples }): string[] {
  const rows = [
    toRow('SCIM request, first sync', sync.requestsMs),
    toRow('SCIM request, the week', week.requestsMs),
    toRow('change → applied, first sync', sync.lagsMs),
    toRow('change → applied, the week', week.lagsMs),
  ]
  const answers = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  return [
    'Timings',
    ...inColumns([['WHAT', 'COUNT', 'P50', 'P99', 'MAX'], ...rows]).map((line) => `  ${line}`),
    '  A request is timed by its client, from sending to the last byte of the answer.',
    '  "Change → applied" runs from where a change is taken in, before its SCIM answer, to the commit of the grants',
    '  that follow from it: from the answer on it is less. A change that waits for another of the same person counts once.',
    `  SCIM answers by status: ${answers.join(', ')}`,
  ]
}

function toRow(what: string, samples: readonly number[]): string[] {
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  return [what, String(samples.length), ...[0.5, 0.99, 1].map((share) => ms(percentile(samples, share)))]
}
