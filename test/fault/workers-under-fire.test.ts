import { Redis } from 'ioredis'
import pg from 'pg'
import { afterEach, expect, inject, it } from 'vitest'
import { createTenant, type Tenant } from '../support/api.ts'
import { describeWith } from '../support/databases.ts'
import { drifted, lookInto, untilNoDrift } from '../support/drift.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, testEnv, type Joinery } from '../support/joinery.ts'
import { startProcess, type Child } from '../support/processes.ts'
import { createRandom, seed, type Random } from '../support/random.ts'

type Fire = {
  queue: 'redis' | 'postgres'
  members: number
  changes: number
  seconds: number
  workers: number
  chaos?: 'no-sweep' | 'no-fence'
  kill: boolean
  flush: boolean
  stallMs: number
}
/** The time to converge is printed (seconds on a quiet machine); what is asserted is that nobody is left. */
type Aftermath = {
  drift: { ms: number; left: number }
  backward: number
  kills: number
  changes: number
  lasting: number
}

let cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.reverse()) await close()
  cleanUp = []
})

describeWith(['redis', 'postgres'], `separate workers under fire (seed ${seed})`, () => {
  it('FLUSHALL every second and kill -9 at random, on Redis: in the end 0 members differ from resolve()', async () => {
    const fire = {
      queue: 'redis',
      members: 2000,
      changes: 10_000,
      seconds: 30,
      workers: 2,
      kill: true,
      flush: true,
      stallMs: 900,
    } as const
    const { drift, backward, kills, changes } = await underFire(fire)
    console.log(`redis: ${changes} changes, ${kills} kills, converged in ${drift.ms} ms, ${backward} backward writes`)
    expect(changes).toBe(10_000)
    expect(kills).toBeGreaterThan(5)
    expect(drift.left).toBe(0)
    expect(backward).toBe(0)
  })

  it('kill -9 at random, on the PostgreSQL queue: in the end 0 members differ', async () => {
    const fire = {
      queue: 'postgres',
      members: 2000,
      changes: 10_000,
      seconds: 30,
      workers: 2,
      kill: true,
      flush: false,
      stallMs: 900,
    } as const
    const { drift, backward, kills, changes } = await underFire(fire)
    console.log(
      `postgres: ${changes} changes, ${kills} kills, converged in ${drift.ms} ms, ${backward} backward writes`,
    )
    expect(changes).toBe(10_000)
    expect(drift.left).toBe(0)
    expect(backward).toBe(0)
  })

  it('without the sweep the same fire leaves members wrong: the test would notice', async () => {
    const fire = {
      queue: 'redis',
      members: 500,
      changes: 2500,
      seconds: 8,
      workers: 1,
      chaos: 'no-sweep',
      kill: true,
      flush: true,
      stallMs: 900,
    } as const
    const { lasting } = await underFire(fire)
    console.log(`no sweep: ${lasting} members wrong for good`)
    expect(lasting).toBeGreaterThan(0)
  })

  it('without the fence zombies write backward: the test would notice', async () => {
    const fire = {
      queue: 'redis',
      members: 50,
      changes: 2500,
      seconds: 8,
      workers: 2,
      chaos: 'no-fence',
      kill: false,
      flush: false,
      stallMs: 2500,
    } as const
    const { backward } = await underFire(fire)
    console.log(`no fence: ${backward} backward writes`)
    expect(backward).toBeGreaterThan(0)
  })
})

async function underFire(fire: Fire): Promise<Aftermath> {
  const random = createRandom(seed)
  const queueUrl = fire.queue === 'redis' ? inject('redisUrl') : undefined
  const joinery = await startOnPostgres(queueUrl)
  const tenant = await createTenant(joinery.api)
  const world = await populate(joinery, tenant, fire.members)
  const look = await lookInto(joinery.database)
  cleanUp.push(() => look.close())
  await countBackwardWrites(joinery.database.url)

  const battle = await startBattle(joinery, fire, random)
  await change(joinery, tenant, world, fire, random)
  const kills = await battle.end()

  const quick =
    fire.chaos === 'no-sweep' ? { ms: 0, left: 0 } : await untilNoDrift(look.views, tenant.accountId, 60_000)
  if (fire.chaos === 'no-sweep') await new Promise((resolve) => setTimeout(resolve, 4000))
  const lasting = (await drifted(look.views, tenant.accountId)).length
  return { drift: quick, backward: await backwardWrites(joinery.database.url), kills, changes: fire.changes, lasting }
}

/** The doors in this process, no worker in it: those are processes of their own. */
async function startOnPostgres(redisUrl: string | undefined): Promise<Joinery> {
  const queue = redisUrl === undefined ? { queueOnDatabase: true } : { queueUrl: redisUrl }
  const joinery = await startJoinery({ database: 'postgres', workers: false, ...queue })
  cleanUp.push(() => joinery.close())
  return joinery
}

type World = { users: string[]; groups: string[]; mappings: string[]; remapped: Promise<void> }

async function populate({ api }: Joinery, { accountId, connectionId, scim }: Tenant, members: number): Promise<World> {
  const users = await inParallel(8, members, async (index) => {
    const { body } = await scim('POST', '/Users', okta.createUser(`u${index}`))
    return body.id as string
  })
  const groups: string[] = []
  const mappings: string[] = []
  for (const [index, role] of ['developer', 'support', 'finance-analyst', 'admin', 'developer', 'support'].entries()) {
    const { body } = await scim('POST', '/Groups', okta.createGroup(`Group ${index}`))
    groups.push(body.id as string)
    const mapping = await api.ok('POST', `/accounts/${accountId}/mappings`, {
      connection: connectionId,
      groupId: body.id,
      role,
    })
    mappings.push(mapping.id as string)
  }
  return { users, groups, mappings, remapped: Promise.resolve() }
}

/** Joiners, movers and leavers, spread over the time of the fire. */
async function change({ api }: Joinery, tenant: Tenant, world: World, fire: Fire, random: Random): Promise<void> {
  const { scim, accountId, connectionId } = tenant
  const started = Date.now()
  await inParallel(8, fire.changes, async (index) => {
    const due = started + (index / fire.changes) * fire.seconds * 1000
    if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()))
    const user = random.pick(world.users)
    const group = `/Groups/${random.pick(world.groups)}`
    const dice = random.next()
    const answer =
      dice < 0.4
        ? await scim('PATCH', group, okta.addMembers(user))
        : dice < 0.65
          ? await scim('PATCH', group, okta.removeMember(user))
          : await scim('PATCH', `/Users/${user}`, okta.setActive(dice < 0.85))
    if (answer.status >= 300) throw new Error(`a change failed: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (index % 1000 !== 500) return
    world.remapped = world.remapped.then(() => remap(api, accountId, connectionId, world))
    await world.remapped // one after the other, however long one takes
  })
}

/** A change of the whole account: one mapping is taken away and comes back. */
async function remap(api: Joinery['api'], accountId: string, connectionId: string, world: World): Promise<void> {
  const mapping = world.mappings.pop()
  if (mapping !== undefined) await api.ok('DELETE', `/accounts/${accountId}/mappings/${mapping}`)
  else {
    const made = await api.ok('POST', `/accounts/${accountId}/mappings`, {
      connection: connectionId,
      groupId: world.groups[0],
      role: 'admin',
    })
    world.mappings.push(made.id as string)
  }
}

async function startBattle(joinery: Joinery, fire: Fire, random: Random): Promise<{ end(): Promise<number> }> {
  const queueUrl = fire.queue === 'redis' ? inject('redisUrl') : joinery.database.url
  const chaos = { CHAOS: fire.chaos ?? '', CHAOS_STALL_MS: String(fire.stallMs) }
  const env = { ...testEnv(joinery.database), QUEUE_URL: queueUrl, ...chaos }
  const start = (): Promise<Child> => startProcess('test/support/chaos-worker.ts', [], env, /chaos worker is up/)
  const workers = await Promise.all(Array.from({ length: fire.workers }, start))
  let over = false
  let kills = 0
  const killing = (async () => {
    while (!over && fire.kill) {
      await new Promise((resolve) => setTimeout(resolve, 500 + random.int(1500)))
      if (over) break
      const index = random.int(workers.length)
      await workers[index]?.stop('SIGKILL')
      kills += 1
      workers[index] = await start()
    }
  })()
  const flushing = fire.flush ? setInterval(() => void flushAll(), 1000) : undefined
  const end = async (): Promise<number> => {
    over = true
    clearInterval(flushing)
    await killing
    return kills
  }
  cleanUp.push(async () => {
    await end()
    await Promise.all(workers.map((worker) => worker.stop('SIGKILL')))
  })
  return { end }
}

async function flushAll(): Promise<void> {
  const redis = new Redis(inject('redisUrl'))
  await redis.flushall()
  redis.disconnect()
}

/** A trigger beside the service counts what the fence forbids: an applied revision that goes back. */
async function countBackwardWrites(url: string): Promise<void> {
  await sql(url, 'create table backward (member_id text)')
  await sql(
    url,
    `create function note_backward() returns trigger language plpgsql as $$ begin
       if new.applied_rev < old.applied_rev then insert into backward values (new.member_id); end if; return new; end $$`,
  )
  await sql(
    url,
    'create trigger watch_backward after update on propagations for each row execute function note_backward()',
  )
}

async function backwardWrites(url: string): Promise<number> {
  const [row] = await sql(url, 'select count(*)::int as count from backward')
  return (row as { count: number }).count
}

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

async function inParallel<T>(width: number, count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index)
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}
