import { createLog } from '../../src/adapters/log/create-log.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createRuntime } from '../../src/runtime.ts'
import { startServer } from '../../src/server.ts'
import { startStallMeter, type Stall } from './stall-meter.ts'

/** What the server tells of itself when it is asked. */
export type Report = Stall & { prototype: string[]; faults: string[] }

/**
 * Joinery in a process of its own that watches itself: its event loop, `Object.prototype`, and what it logs as an error.
 * Speaks with its parent only.
 */
const faults: string[] = []
const log = createLog('silent')
log.error = ((fields: { err?: Error }, message: string): void => {
  faults.push(`${message}: ${fields.err?.stack ?? 'no error was told'}`.slice(0, 2000))
}) as typeof log.error
const runtime = await createRuntime(loadConfig(process.env), log)
const server = await startServer(runtime)
const clean = new Set(Object.getOwnPropertyNames(Object.prototype))
const meter = startStallMeter()

process.on('message', () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype).filter((name) => !clean.has(name))
  process.send?.({ report: { ...meter.look(), prototype, faults: faults.splice(0) } satisfies Report })
  meter.reset()
})
process.once('disconnect', () => process.exit())
process.send?.({ url: server.url })
