import { writeFileSync } from 'node:fs'
import { closeAll, closeOnSignals, openNow, unlessEnding } from './closers.ts'
import { catalogChange } from './measures/catalog-change.ts'
import { creates } from './measures/creates.ts'
import { decisions } from './measures/decisions.ts'
import { groups } from './measures/groups.ts'
import { killSwitch } from './measures/kill-switch.ts'
import { lag } from './measures/lag.ts'
import { leaver } from './measures/leaver.ts'
import { lists } from './measures/lists.ts'
import { sync } from './measures/sync.ts'
import { readOptions, type MeasureName, type Options } from './options.ts'
import type { Cluster } from './postgres.ts'
import { describeMachine, headerOf, tableOf } from './report.ts'
import type { Measure, Result, Row } from './result.ts'
import { clusterFor, missingFor, openGround, type Setup } from './setups.ts'

const measures: Record<MeasureName, Measure> = {
  ...{ creates, lag, sync, groups, leaver, lists, decisions },
  ...{ 'kill-switch': killSwitch, 'catalog-change': catalogChange },
}

type SetupResult = Partial<Record<MeasureName, Result | { failed: string }>>

/** `npm run bench`: measures the chosen set-ups one after the other, and prints one table. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  closeOnSignals()
  const cluster = await clusterFor(options.setups)
  const machine = await describeMachine(cluster)
  const started = new Date().toISOString()
  const { runnable, skipped } = await sortOut(options.setups, cluster)
  const results = new Map<string, SetupResult>()
  for (const setup of runnable) results.set(setup.name, await measureSetup(setup, cluster, options))
  print(headerOf(machine, options.scale), runnable, results, skipped, options)
  if (options.json !== null) {
    const { scale } = options
    const document = { started, scale, machine, skipped, results: Object.fromEntries(results) }
    writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`)
  }
  if ([...results.values()].some((result) => failuresOf(result).length > 0)) process.exitCode = 1
}

async function sortOut(chosen: readonly Setup[], cluster: Cluster | null) {
  const runnable: Setup[] = []
  const skipped: Record<string, string> = {}
  for (const setup of chosen) {
    const missing = await missingFor(setup, cluster)
    if (missing === null) runnable.push(setup)
    else skipped[setup.label] = missing
  }
  return { runnable, skipped }
}

/** A measurement that fails is told as such; the others go on. */
async function measureSetup(setup: Setup, cluster: Cluster | null, { only, scale }: Options): Promise<SetupResult> {
  const results: SetupResult = {}
  for (const name of only) {
    const started = performance.now()
    const before = openNow()
    try {
      results[name] = await measures[name].run(await openGround(setup, cluster), scale)
    } catch (error) {
      await unlessEnding()
      results[name] = { failed: error instanceof Error ? error.message : String(error) }
    } finally {
      await closeAll(before)
    }
    console.error(`${setup.label}: ${name} took ${Math.round((performance.now() - started) / 1000)} s`)
  }
  return results
}

function print(
  header: string,
  runnable: readonly Setup[],
  results: ReadonlyMap<string, SetupResult>,
  skipped: Record<string, string>,
  { only, scale }: Options,
): void {
  const rows = new Map([...results].map(([name, result]) => [name, rowsOf(result)]))
  const skips = Object.entries(skipped).map(([label, missing]) => `Skipped: ${label} ${missing}`)
  const failures = runnable.flatMap(({ name, label }) =>
    failuresOf(results.get(name) ?? {}).map((failure) => `Failed: ${label}: ${failure}`),
  )
  const how = only.map((name) => `- ${measures[name].how(scale)}`)
  console.log([header, '', tableOf(runnable, rows), '', ...skips, ...failures, ...how].join('\n'))
}

function rowsOf(result: SetupResult): Row[] {
  return Object.values(result).flatMap((each) => ('rows' in each ? each.rows : []))
}

function failuresOf(result: SetupResult): string[] {
  return Object.entries(result).flatMap(([name, each]) => ('failed' in each ? [`${name}: ${each.failed}`] : []))
}

try {
  await main()
} catch (error) {
  await unlessEnding()
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
await closeAll()
// Whatever a failed measurement has left open does not keep the process.
process.exit()
