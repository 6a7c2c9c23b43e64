import { loadCatalogFiles } from './adapters/catalogs/load-catalogs.ts'
import { deriveKey } from './adapters/crypto/aead.ts'
import { createSeal, type SecretKeys } from './adapters/crypto/create-seal.ts'
import { createVault } from './adapters/crypto/create-vault.ts'
import { adoptCatalogs } from './adapters/db/adopt-catalogs.ts'
import { keepingCatalogs } from './adapters/db/catalog-keeper.ts'
import type { Database, DatabaseClock, DatabaseTarget } from './adapters/db/database.ts'
import { requireKnownKey } from './adapters/db/key-check.ts'
import { openDatabase } from './adapters/db/open-database.ts'
import { type Committed } from './adapters/db/unit-of-work.ts'
import type { Log } from './adapters/log/create-log.ts'
import { createMetrics, type Metrics } from './adapters/metrics/create-metrics.ts'
import { createConfigurations, type Configurations } from './adapters/oidc/create-configurations.ts'
import {
  createBullConsumer,
  createBullQueue,
  type Consumer,
  type Process,
  type QueueTarget,
} from './adapters/queue/bull.ts'
import { createInProcessQueue } from './adapters/queue/in-process.ts'
import { ensureDataDir, readOrMakeSecret } from './adapters/system/key-files.ts'
import { newId } from './adapters/system/ids.ts'
import { createSecrets } from './adapters/system/secrets.ts'
import { createApplication, type Application } from './application/create-application.ts'
import { offerProblems } from './application/openings/offers.ts'
import type { Ports } from './application/ports.ts'
import type { ReconcileQueue } from './application/propagation/reconcile-ports.ts'
import { startLoop, type Loop } from './application/propagation/sweep-loop.ts'
import { sweep } from './application/propagation/sweep.ts'
import { createRequestBuffer, type RequestBuffer } from './application/requests/request-buffer.ts'
import type { Config } from './config/config.ts'
import { secretKeysIn } from './config/env.ts'
import { ConfigError } from './config/load-config.ts'
import { createPorts } from './runtime-ports.ts'

/** Everything that a process of Joinery needs, wired once: server, worker, CLI and tests use the same. */
export type Runtime = {
  readonly app: Application
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: DatabaseClock
  readonly newId: () => string
  readonly adminToken: string
  readonly cursorSeal: ReturnType<typeof createSeal>
  /** What browsers' cookies are signed by: the first signs, all are taken. */
  readonly cookieKeys: readonly string[]
  readonly configurationOf: Configurations
  readonly queue: ReconcileQueue
  /** Takes what the SCIM door has been asked; null where no log of it is kept. */
  readonly requestLog: RequestBuffer | null
  readonly ready: () => Promise<void>
  /** Starts the net under the queue; without a queue it is what reconciles. */
  readonly startSweep: () => Loop
  /** A loop that is roused whenever a commit leaves mail to send. */
  readonly wakenByMail: (loop: Loop) => Loop
  readonly checkMail: () => Promise<string>
  /** Null where there is no queue to take jobs from. */
  readonly consume: (process: Process) => Consumer | null
  readonly close: () => Promise<void>
}

/** What tests replace: the clock, and parts of the house they put a fault into. */
export type Overrides = {
  clock?: DatabaseClock
  wrapPorts?: (ports: Ports) => Ports
  wrapDatabase?: (database: Database) => Database
}

export async function createRuntime(config: Config, log: Log, overrides: Overrides = {}): Promise<Runtime> {
  const clock = overrides.clock ?? { now: () => Date.now() }
  const { database, catalogs } = await openStore(config, log, { ...overrides, clock })
  const secrets = readSecrets(config, log)
  const vault = createVault(secrets.secretKeys)
  await requireKnownKey(database, vault.keys)
  const metrics = createMetrics()
  const loops: Loops = { sweep: null, mail: null }
  const queue = createQueue(config, { log, metrics, wake: () => loops.sweep?.wake() })
  const ports = createPorts(config, { database, clock, catalogs, vault }, (committed) => wake(committed, queue, loops))
  await requireOffers(ports)
  const wrapped = overrides.wrapPorts?.(ports) ?? ports
  const app = observed(createApplication({ ...wrapped, queue }), metrics)
  const requestLog = createRequestLog(config, wrapped, { log, metrics })
  return {
    ...{ app, config, log, metrics, clock, newId, queue, requestLog },
    ...doorParts(wrapped, secrets),
    ready: () => ports.views.ready(),
    startSweep: () => (loops.sweep = startSweep(config, { app, queue, log })),
    wakenByMail: (mailing) => (loops.mail = mailing),
    checkMail: () => wrapped.mail.check(),
    consume: (process) => consume(config, log, process),
    close: async () => {
      await loops.sweep?.close()
      await queue.close()
      await requestLog?.close()
      await database.close()
    },
  }
}

type StoreOptions = Pick<Overrides, 'wrapDatabase'> & { clock: DatabaseClock }

/** The database, and the catalogs that are in force in it: a changed file takes no effect by a restart. */
async function openStore(config: Config, log: Log, { clock, wrapDatabase }: StoreOptions) {
  const files = loadCatalogFiles(config.catalogDir) // before anything is opened
  ensureSecretsHome(config)
  const opened = await openDatabase(databaseTarget(config), {
    clock,
    migrateOnStart: config.migrateOnStart,
    migrated: (names) => {
      if (names.length > 0) log.info({ migrations: names }, 'database migrated')
    },
  })
  const mend = 'the file of this role catalog is not what is in force; look at it with: joinery catalog plan'
  const keeper = await adoptCatalogs(opened, {
    files,
    hash: (text) => createSecrets().hash(text),
    now: () => clock.now(),
    differs: (id) => log.warn({ catalog: id }, mend),
  })
  return { database: keepingCatalogs(wrapDatabase?.(opened) ?? opened, keeper), catalogs: keeper.catalogs }
}

async function requireOffers(ports: Ports): Promise<void> {
  const problems = await offerProblems(ports)
  if (problems.length > 0) throw new ConfigError(problems.map((message) => ({ name: 'OPEN_ACCOUNTS', message })))
}

/** What the doors need beside the verbs. */
function doorParts({ outbound, clock }: Ports, { adminToken, secretKeys }: ReturnType<typeof readSecrets>) {
  return {
    adminToken,
    cursorSeal: createSeal(secretKeys, 'cursors'),
    configurationOf: createConfigurations(outbound, clock),
    cookieKeys: secretKeys.map((key) => deriveKey(key, 'session cookies').toString('hex')),
  }
}

/** What runs beside requests, once it has been started. */
type Loops = { sweep: Loop | null; mail: Loop | null }

/** Tells whoever has something to do since this commit. */
function wake({ nudges, epochMoved, mailAdded }: Committed, queue: ReconcileQueue, loops: Loops): void {
  queue.nudge(nudges)
  if (epochMoved) loops.sweep?.wake()
  if (mailAdded) loops.mail?.wake()
}

/** Opening a folder of secrets belongs before the database, which may lie in it. */
function ensureSecretsHome(config: Config): void {
  if (config.database.kind === 'sqlite' || config.adminToken === null || config.secretKeys === null)
    ensureDataDir(config.dataDir)
}

export function databaseTarget({ database }: Config): DatabaseTarget {
  return database.kind === 'sqlite' ? database : { kind: 'postgres', url: database.url.reveal() }
}

function readSecrets(config: Config, log: Log): { adminToken: string; secretKeys: SecretKeys } {
  const read = (name: 'admin-token' | 'secret-key'): string => {
    const { value, made } = readOrMakeSecret(config.dataDir, name)
    if (made) log.info({ file: name }, 'made a secret of its own, kept in the data folder')
    return value
  }
  const adminToken = config.adminToken?.reveal() ?? read('admin-token')
  const [first = '', ...others] = config.secretKeys?.map((key) => key.reveal()) ?? secretKeysIn(read('secret-key'))
  return { adminToken, secretKeys: [first, ...others] }
}

type QueueDeps = { log: Log; metrics: Metrics; wake: () => void }

function queueTarget({ queue }: Config): QueueTarget | null {
  return queue === null ? null : { kind: queue.kind, url: queue.url.reveal() }
}

function createQueue(config: Config, { log, metrics, wake }: QueueDeps): ReconcileQueue {
  const target = queueTarget(config)
  if (target === null) return createInProcessQueue(wake)
  return createBullQueue(target, {
    lost: (count, error) => {
      metrics.nudgesLost(count)
      wake()
      log.debug({ err: error, count }, 'nudges lost; the sweep finds their members')
    },
    fault: onceAMinute((error) => log.warn({ err: error }, 'the queue has a fault; the sweep goes on without it')),
  })
}

function consume(config: Config, log: Log, process: Process): Consumer | null {
  const target = queueTarget(config)
  const fault = onceAMinute((error) => log.warn({ err: error }, 'the consumer of the queue has a fault'))
  return target && createBullConsumer(target, { concurrency: config.propagation.concurrency, process, fault })
}

function createRequestLog(
  { requestLog: { keepDays } }: Config,
  ports: Ports,
  { log, metrics }: Pick<QueueDeps, 'log' | 'metrics'>,
): RequestBuffer | null {
  if (keepDays === 0) return null
  const fault = onceAMinute((error) => log.warn({ err: error }, 'the request log cannot be written whole'))
  return createRequestBuffer({
    write: (entries) => ports.requestLog.append(entries),
    dropped: (count, reason, error) => {
      metrics.requestsDropped(reason, count)
      fault(error)
    },
  })
}

/** A connection that is gone fails many times a second; the log is told once a minute. */
function onceAMinute(tell: (error: unknown) => void): (error: unknown) => void {
  let last = 0
  return (error) => {
    if (Date.now() - last < 60_000) return
    last = Date.now()
    tell(error)
  }
}

/** Reconciles are counted where they run, whoever asked for them. */
function observed(app: Application, metrics: Metrics): Application {
  return {
    ...app,
    reconcile: async (op, command) => {
      const result = await app.reconcile(op, command)
      metrics.reconciled(result)
      return result
    },
  }
}

type SweepParts = { app: Application; queue: ReconcileQueue; log: Log }

function startSweep(config: Config, { app, queue, log }: SweepParts): Loop {
  const { leaseMs, sweepMs } = config.propagation
  let down = false
  const queueDown = (error: unknown): void => {
    if (!down) log.warn({ err: error }, 'the queue cannot be reached; reconciles run in process meanwhile')
    down = true
  }
  const { findLagging, reconcile } = app
  const deps = {
    findLagging,
    reconcile,
    queue: config.queue === null ? null : queue,
    newId,
    owner: newId(),
    leaseMs,
    queueDown,
  }
  return startLoop({
    round: async () => {
      const { enqueued } = await sweep(deps)
      if (enqueued > 0) down = false
    },
    intervalMs: sweepMs,
    failed: (error) => log.error({ err: error }, 'sweep failed; it goes on with the next round'),
    random: Math.random,
  })
}
