import { startWorkers } from '../../../workers/main.ts'
import { createLog } from '../../adapters/log/create-log.ts'
import type { EnvSource } from '../../config/env.ts'
import { loadConfig } from '../../config/load-config.ts'
import { createRuntime } from '../../runtime.ts'
import { startServer, type RunningServer } from '../../server.ts'
import { CliError, createClient } from '../client.ts'
import type { Output } from '../output.ts'
import { runUntilStopped } from '../process.ts'
import { createAdmin } from './admin.ts'
import { chooseQueue, emptyFolder, settingsOf, type DemoSettings } from './demo-env.ts'
import { lookAround } from './look-around.ts'
import { createProgress } from './progress.ts'
import { playStory } from './story.ts'
import { createSignIns } from './sign-in/sign-ins.ts'
import { createTimings, type Timings } from './timings.ts'

type Close = () => Promise<void>

/** Exit status of a process that Ctrl-C ended. */
const interrupted = 130

/** Two invented customers, from their first sync through a week of joiners, movers and leavers. Everything it says is checked. */
export async function demo(env: EnvSource, out: Output, { once }: { once: boolean }): Promise<void> {
  const settings = settingsOf(env)
  const closers: Close[] = []
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  const stop = new AbortController()
  const aborting = (): void => stop.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, aborting)
  try {
    const timings = createTimings()
    const server = await start(settings, out, timings, closers)
    const admin = createAdmin(createClient({ JOINERY_URL: server.url, DATA_DIR: settings.folder }))
    const progress = createProgress(process.stderr)
    const told = { admin, out, url: server.url, signal: stop.signal }
    const signIns = createSignIns(told, (close) => closers.push(close))
    const customers = await playStory({ ...told, timings, signIns, progress })
    stop.signal.throwIfAborted()
    if (once) return
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, aborting)
    lookAround(out, { url: server.url, folder: settings.folder, customers, signIns })
    await runUntilStopped(out, [closeAll])
  } catch (error) {
    throw stop.signal.aborted ? new CliError('the demo was stopped', interrupted) : error
  } finally {
    await closeAll()
  }
}

/** The service as `joinery serve` starts it, on a fresh database, watched where reconciles write. */
async function start(settings: DemoSettings, out: Output, timings: Timings, closers: Close[]): Promise<RunningServer> {
  emptyFolder(settings.folder)
  const queue = await chooseQueue(settings)
  closers.push(queue.close)
  const config = loadConfig({ ...settings.env, ...queue.env })
  const runtime = await createRuntime(config, createLog(config.logLevel, 'stderr'), { wrapPorts: timings.observe })
  closers.push(() => runtime.close())
  const workers = startWorkers(runtime)
  closers.push(() => workers.close())
  const server = await startServer(runtime)
  closers.push(() => server.close())
  out.line('Joinery, a demo: two invented customers of a platform with the role catalog "plivo"')
  out.line(`  Service   ${server.url}, SQLite in ${settings.folder}`)
  out.line(`  Queue     ${queue.about}`)
  return server
}
