import pg from 'pg'
import { createLog } from '../../src/adapters/log/create-log.ts'
import type { Outcome, ReconcileStore } from '../../src/application/propagation/reconcile-ports.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createRuntime } from '../../src/runtime.ts'
import { startWorkers } from '../../workers/main.ts'

/**
 * A worker process for the fault tests: a short lease, stalls between reading and applying that outlive it, and on request
 * one safety device switched off, to show that the test would notice.
 */
const { CHAOS = '', CHAOS_LEASE_MS = '400', CHAOS_STALL_MS = '0' } = process.env
const configured = loadConfig(process.env)
const config = {
  ...configured,
  propagation: { ...configured.propagation, leaseMs: Number(CHAOS_LEASE_MS), sweepMs: 500 },
}

const runtime = await createRuntime(config, createLog('error', 'stderr'), {
  wrapPorts: (ports) => ({ ...ports, reconcileStore: treat(ports.reconcileStore) }),
})
const noSweep = { wake: () => undefined, close: () => Promise.resolve() }
const workers = startWorkers(CHAOS === 'no-sweep' ? { ...runtime, startSweep: () => noSweep } : runtime)
process.stderr.write('chaos worker is up\n')
process.once('SIGTERM', () => void workers.close().then(() => runtime.close()))

function treat(store: ReconcileStore): ReconcileStore {
  return {
    ...store,
    read: async (claims) => {
      const inputs = await store.read(claims)
      const stall = Number(CHAOS_STALL_MS)
      if (stall > 0 && Math.random() < 0.4) await new Promise((resolve) => setTimeout(resolve, Math.random() * stall))
      return inputs
    },
    apply: async (op, outcomes) =>
      store.apply(op, CHAOS === 'no-fence' ? await withoutFence(store, outcomes) : outcomes),
  }
}

/** What a store without a fence would do: whoever comes last writes, whatever he had read. */
async function withoutFence(store: ReconcileStore, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const fresh = await store.read(outcomes.map(({ input }) => input))
  const claims = await currentClaims(outcomes.map(({ input }) => input.memberId))
  return outcomes.map((outcome) => {
    const { memberId, member, claim } = outcome.input
    const now = fresh.find((each) => each.memberId === memberId)?.member ?? member
    return { ...outcome, input: { ...outcome.input, member: now, claim: claims.get(memberId) ?? claim } }
  })
}

async function currentClaims(memberIds: readonly string[]): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  const query = 'select member_id, claim from propagations where member_id = any($1)'
  const { rows } = await client.query<{ member_id: string; claim: string }>(query, [memberIds])
  await client.end()
  return new Map(rows.map((row) => [row.member_id, Number(row.claim)]))
}
