import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fuzz, startWatched } from './run.ts'

/** `npm run fuzz -- --requests 1000000 --seed 1 [--database postgres://…] [--concurrency 4]` */
const text = { type: 'string' } as const
const { values } = parseArgs({ options: { requests: text, seed: text, database: text, concurrency: text } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const requests = Number(values.requests ?? 10_000)
if (!Number.isInteger(seed) || !(requests > 0)) throw new Error('--seed and --requests are numbers')

const folder = mkdtempSync(join(tmpdir(), 'joinery-fuzz-'))
const server = await startWatched({ url: values.database ?? `sqlite:${join(folder, 'joinery.sqlite3')}`, folder })
try {
  console.log(`seed ${seed}, ${requests} requests`)
  const outcome = await fuzz(server, {
    ...{ seed, requests, concurrency: Number(values.concurrency ?? 4) },
    onFault: ({ index, what, request }) => console.log(`\nfault at ${index} of seed ${seed}: ${what}\n  ${request}`),
    onProgress: (done) => {
      if (done % 10_000 === 0) console.log(`${done} sent`)
    },
  })
  const { seconds, statuses, stallMs, wallMs, serverCpuMs, faults } = outcome
  console.log(
    `${outcome.requests} requests in ${seconds.toFixed(0)} s, ${(outcome.requests / seconds).toFixed(0)} a second`,
  )
  console.log(`answers ${JSON.stringify(statuses)}`)
  console.log(
    `the server's main thread: ${(serverCpuMs / outcome.requests).toFixed(2)} ms of CPU a request, longest go ${stallMs.toFixed(0)} ms; longest delay on the clock ${wallMs.toFixed(0)} ms`,
  )
  console.log(faults.length === 0 ? 'no fault' : `${faults.length} faults`)
  process.exitCode = faults.length === 0 ? 0 : 1
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
