import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, inject, it } from 'vitest'
import type { Nudge, ReconcileJob } from '../../src/application/jobs.ts'
import type { ReconcileQueue } from '../../src/application/propagation/reconcile-ports.ts'
import { createBullConsumer, createBullQueue, type Consumer, type QueueTarget } from '../../src/adapters/queue/bull.ts'
import { createInProcessQueue } from '../../src/adapters/queue/in-process.ts'
import { eventually } from '../support/api.ts'
import { describeWith, freshDatabase } from '../support/databases.ts'
import { freePort, startRedis } from '../support/servers.ts'

const silent = { lost: () => undefined, fault: () => undefined }
const nudge = (memberId: string, leaving = false): Nudge => ({ accountId: 'a', memberId, leaving })

let cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of cleanUp.reverse()) await close()
  cleanUp = []
})

describeWith(['redis'], 'the queue on redis', () =>
  contract(() => Promise.resolve({ kind: 'redis', url: inject('redisUrl') })),
)
describeWith(['postgres'], 'the queue on postgres', () =>
  contract(async () => {
    const database = await freshDatabase('postgres')
    cleanUp.push(() => database.remove())
    return { kind: 'postgres', url: database.url }
  }),
)

function contract(target: () => Promise<QueueTarget>): void {
  it('hands every nudged member to a consumer', async () => {
    const { queue, consume } = await open(await target())
    const seen: string[] = []
    consume(async (job) => void seen.push(job.member))
    const ids = Array.from({ length: 50 }, () => randomUUID())
    queue.nudge(ids.map((id) => nudge(id)))
    await eventually(
      () => Promise.resolve(seen),
      (members) => ids.every((id) => members.includes(id)),
    )
  })

  it('folds what waits and loses no trigger that comes while its twin runs', async () => {
    const { queue, consume } = await open(await target())
    const id = randomUUID()
    let runs = 0
    let finish: () => void = () => undefined
    const running = new Promise<void>((started) => {
      consume(async () => {
        runs += 1
        if (runs > 1) return
        started()
        await new Promise<void>((resolve) => (finish = resolve))
      })
    })
    await queue.enqueue([nudge(id)])
    await running
    for (let times = 0; times < 5; times += 1) await queue.enqueue([nudge(id)])
    finish()
    await eventually(
      () => Promise.resolve(runs),
      (count) => count === 2,
    )
  })

  it('lets a leaver overtake joiners who wait, his own joiner job among them', async () => {
    const { queue, consume } = await open(await target())
    const joiners = Array.from({ length: 30 }, () => randomUUID())
    await queue.enqueue(joiners.map((id) => nudge(id)))
    await queue.enqueue([nudge(joiners[20] ?? '', true)])
    const seen: string[] = []
    consume(async (job) => void seen.push(job.member), 1)
    await eventually(
      () => Promise.resolve(seen),
      (members) => members.length >= 31,
    )
    expect(seen[0]).toBe(joiners[20])
  })

  it('tries a failed job again', async () => {
    const { queue, consume } = await open(await target())
    const id = randomUUID()
    let tries = 0
    consume(async (job) => {
      if (job.member !== id) return
      tries += 1
      if (tries < 2) throw new Error('once')
    })
    await queue.enqueue([nudge(id)])
    await eventually(
      () => Promise.resolve(tries),
      (count) => count === 2,
    )
  })

  it('puts nothing into a job but the two ids', async () => {
    const { queue, consume } = await open(await target())
    const id = randomUUID()
    const jobs: ReconcileJob[] = []
    consume(async (job) => void jobs.push(job))
    await queue.enqueue([nudge(id)])
    await eventually(
      () => Promise.resolve(jobs),
      (seen) => seen.some((job) => job.member === id),
    )
    expect(jobs.find((job) => job.member === id)).toEqual({ account: 'a', member: id })
  })
}

async function open(target: QueueTarget): Promise<{
  queue: ReconcileQueue
  consume: (process: (job: ReconcileJob) => Promise<unknown>, concurrency?: number) => void
}> {
  const queue = createBullQueue(target, silent)
  cleanUp.push(() => queue.close())
  await eventually(
    () => queue.depth().catch(() => null),
    (depth) => depth !== null,
  )
  const consume = (process: (job: ReconcileJob) => Promise<unknown>, concurrency = 10): Consumer => {
    const consumer = createBullConsumer(target, { concurrency, process, fault: () => undefined })
    cleanUp.push(() => consumer.close())
    return consumer
  }
  return { queue, consume }
}

describe('a queue that is down', () => {
  it('refuses to enqueue within seconds, and costs a nudge nothing', async () => {
    const lost: number[] = []
    const queue = createBullQueue(
      { kind: 'redis', url: `redis://127.0.0.1:${await freePort()}` },
      { ...silent, lost: (count) => lost.push(count) },
    )
    cleanUp.push(() => queue.close())
    queue.nudge([nudge('m1'), nudge('m2')])
    await expect(queue.enqueue([nudge('m3')])).rejects.toThrow()
    await eventually(
      () => Promise.resolve(lost),
      (counts) => counts.includes(2),
    )
  })
})

describeWith(['redis'], 'a queue that comes back', () => {
  it('takes nudges again', async () => {
    const server = await startRedis()
    if (server === null) throw new Error('no redis')
    const { queue, consume } = await open({ kind: 'redis', url: server.url })
    const seen: string[] = []
    consume(async (job) => void seen.push(job.member))
    await queue.enqueue([nudge('before')])
    await eventually(
      () => Promise.resolve(seen),
      (members) => members.includes('before'),
    )
    await server.stop()
    await expect(queue.enqueue([nudge('during')])).rejects.toThrow()
    const again = await startRedis(Number(new URL(server.url).port))
    cleanUp.push(async () => again?.stop())
    await eventually(
      () =>
        queue.enqueue([nudge('after')]).then(
          () => true,
          () => false,
        ),
      (taken) => taken,
      20_000,
    )
    await eventually(
      () => Promise.resolve(seen),
      (members) => members.includes('after'),
      20_000,
    )
  })
})

describe('the in-process queue', () => {
  it('wakes the sweep and keeps nothing', async () => {
    let woken = 0
    const queue = createInProcessQueue(() => (woken += 1))
    queue.nudge([nudge('m1')])
    queue.nudge([])
    expect(woken).toBe(1)
    expect(await queue.depth()).toBeNull()
    await expect(queue.enqueue([])).rejects.toThrow('no queue')
  })
})
