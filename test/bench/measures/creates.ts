import { pour } from '../load.ts'
import { concurrency, joiners, openPlace, settle, type Place } from '../place.ts'
import { count, ms, scaled, seconds, type Measure, type Row } from '../result.ts'
import { median, percentile } from '../stats.ts'

const rounds = 3
const sizes = (scale: number) => ({ warmUp: scaled(500, scale, 50), size: scaled(5000, scale, 100) })

type Round = { perSecond: number; p50: number; p99: number; drainMs: number; cpuMs: number | null }

/** SCIM creates while the workers run, in several rounds. */
export const creates: Measure = {
  how: (scale) => {
    const { size, warmUp } = sizes(scale)
    return `creates: ${rounds} rounds of ${count(size)} POST /Users after a warm-up of ${count(warmUp)}, ${concurrency} at a time, workers running; rate, p50, p99 and CPU are each the median of the rounds. CPU is the server process’s, on all its threads, until nobody lags; other work on the machine sways it less than it sways the rate. Each round starts when nobody lags.`
  },
  async run(ground, scale) {
    const { warmUp, size } = sizes(scale)
    const place = await openPlace(ground)
    await pour(place.scim, joiners(place, 'warm', warmUp), concurrency)
    await settle(place)
    const done: Round[] = []
    for (let round = 0; round < rounds; round += 1) done.push(await oneRound(place, `r${round}`, size))
    const memory = place.server.memory()
    await place.close()
    return { rows: toRows(done, ground.setup.database === 'sqlite'), data: { rounds: done, memory } }
  },
}

async function oneRound(place: Place, prefix: string, size: number): Promise<Round> {
  const before = place.server.cpuMs()
  const { ms: wallMs, latencies } = await pour(place.scim, joiners(place, prefix, size), concurrency)
  const drainMs = await settle(place)
  const after = place.server.cpuMs()
  const cpuMs = before === null || after === null ? null : (after - before) / size
  const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
  return { perSecond: (size / wallMs) * 1000, p50, p99, drainMs, cpuMs }
}

function toRows(done: readonly Round[], hasAim: boolean): Row[] {
  const middle = (pick: (round: Round) => number): number => median(done.map(pick))
  const rates = done.map(({ perSecond }) => perSecond)
  const perSecond = middle((round) => round.perSecond)
  const p99 = middle((round) => round.p99)
  const range = `${count(Math.min(...rates))} to ${count(Math.max(...rates))}`
  return [
    {
      ...{ measure: 'SCIM creates a second', aim: '≥ 1,000 on SQLite', text: `${count(perSecond)} (${range})` },
      met: hasAim ? perSecond >= 1000 : null,
    },
    { measure: 'create, p50', aim: '', text: ms(middle((round) => round.p50)), met: null },
    { measure: 'create, p99', aim: '< 50 ms on SQLite', text: ms(p99), met: hasAim ? p99 < 50 : null },
    {
      ...{ measure: 'server CPU for a create and its propagation', aim: '', met: null },
      text: done.some(({ cpuMs }) => cpuMs === null) ? 'not measured here' : ms(middle(({ cpuMs }) => cpuMs ?? 0)),
    },
    {
      ...{ measure: 'last create answered → nobody lags', aim: '', met: null },
      text: seconds(middle((round) => round.drainMs)),
    },
  ]
}
