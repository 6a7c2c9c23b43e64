import { okta } from '../../support/idp.ts'
import { pour, sleep } from '../load.ts'
import { backlogOf, concurrency, joiners, openPlace, settle, standingOf, userNameOf, type Place } from '../place.ts'
import { count, ms, scaled, seconds, type Measure, type Result } from '../result.ts'

const leavers = 5
const pollMs = 2
const timeoutMs = 120_000
const backlog = (scale: number): number => scaled(10_000, scale, 500)

/** Leavers who must overtake a queue full of joiners, their own joiner jobs among them. */
export const leaver: Measure = {
  how: (scale) =>
    `leaver: ${count(backlog(scale))} people are created while no worker runs (serve --no-workers), so that all of them wait in the queue; then the server is started with workers, and as soon as it answers, those created last are PATCHed active=false, up to ${leavers} one after the other. Each one's own joiner job still waits behind the others when he leaves. Measured from his SCIM answer until the admin API first tells that his suspension has been applied; asked for every ${pollMs} ms, the asking included. Shown: the worst of them, and how many waited when the first one left.`,
  async run(ground, scale) {
    const size = backlog(scale)
    const filled = await openPlace(ground, false)
    const { ids } = await pour(filled.scim, joiners(filled, 'p', size), concurrency)
    const queued = await backlogOf(filled)
    const place = await filled.restart(true)
    const started = performance.now()
    const waiting = await backlogOf(place)
    const lags = await leaveOneByOne(place, ids)
    await settle(place)
    const drainMs = performance.now() - started
    const memory = place.server.memory()
    await place.close()
    if (lags.length === 0) throw new Error('the queue was empty before anybody could leave; nothing was measured')
    return toResult({ size, queued, waiting, lags, drainMs, memory })
  },
}

type Lag = { answeredMs: number; lagMs: number }

async function leaveOneByOne(place: Place, ids: readonly string[]): Promise<Lag[]> {
  const lags: Lag[] = []
  for (let nth = 1; nth <= leavers; nth += 1) {
    const lag = await leave(place, ids, ids.length - nth)
    if (lag !== null) lags.push(lag)
  }
  return lags
}

/** Null where his joiner job is done already: such a leaver overtakes nobody. */
async function leave(place: Place, ids: readonly string[], index: number): Promise<Lag | null> {
  const userName = userNameOf('p', index)
  if ((await standingOf(place, userName)).appliedRev > 0) return null
  const call = { method: 'PATCH', path: `${place.scimPath}/Users/${ids[index]}`, body: setInactive }
  const { ms: answeredMs } = await place.scim.send(call)
  const answered = performance.now()
  for (;;) {
    const { status, appliedRev } = await standingOf(place, userName)
    if (status === 'suspended' && appliedRev >= 2) return { answeredMs, lagMs: performance.now() - answered }
    if (performance.now() - answered > timeoutMs) throw new Error(`${userName} has not been cleaned up`)
    await sleep(pollMs)
  }
}

const setInactive = JSON.stringify(okta.setActive(false))

type Data = {
  size: number
  queued: number
  waiting: number
  lags: readonly Lag[]
  drainMs: number
  memory: object
}

function toResult(data: Data): Result {
  const worst = Math.max(...data.lags.map(({ lagMs }) => lagMs))
  return {
    rows: [
      {
        ...{
          measure: `leaver behind ${count(data.size)} joiners, worst of ${leavers}`,
          aim: '< 1 s',
          met: worst < 1000,
        },
        text: `${ms(worst)} (${count(data.waiting)} waited)`,
      },
      { measure: `${count(data.size)} waiting joiners applied in`, aim: '', text: seconds(data.drainMs), met: null },
    ],
    data,
  }
}
