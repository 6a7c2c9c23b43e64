import pg from 'pg'
import sqlite3 from 'sqlite3'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import { Aim, everyRow, isOutage } from '../support/aim.ts'
import { createTenant, eventually } from '../support/api.ts'
import { describeWith } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

type Outage = {
  /** Whether what is only read still is. */
  reads: boolean
  begin(): Promise<void>
  end(): Promise<void>
}

/** While it lasts, each verb is 503 or, where it can be, as always; nothing is half done; and afterwards all is well. */
async function outlives(aim: Aim, look: Database, { reads, begin, end }: Outage): Promise<void> {
  await aim.renew()
  const before = await everyRow(look)
  await begin()
  const asked = Object.entries(aim.verbs()).map(([verb, { write, works, ask }]) => {
    return async () => ({ verb, write, works, answer: await ask() })
  })
  const answers = await Promise.all(asked.map((ask) => ask()))
  await end()
  for (const { verb, write, works, answer } of answers) {
    if (!write && reads) expect([verb, answer.status]).toEqual([verb, works])
    else isOutage(verb, answer)
  }
  expect(await everyRow(look)).toEqual(before)
  await aim.renew()
  for (const [verb, { works, ask }] of Object.entries(aim.verbs()))
    expect([verb, (await ask()).status]).toEqual([verb, works])
}

describeWith([], 'SCIM on a SQLite file that fails', () => {
  let joinery: Joinery
  let aim: Aim
  let look: Awaited<ReturnType<typeof lookInto>>
  let handles: Set<sqlite3.Database>
  beforeAll(async () => {
    handles = await handlesOf(async () => (joinery = await startJoinery({ database: 'sqlite', workers: false })))
    aim = new Aim(await createTenant(joinery.api))
    look = await lookInto(joinery.database)
  })
  afterAll(async () => {
    await look.close()
    await joinery.close()
  })
  /** Says something to each connection, beside whatever it is at. */
  const tell = (pragma: string): Promise<unknown> =>
    Promise.all(
      [...handles].map(
        (handle) => new Promise<void>((resolve, reject) => handle.exec(pragma, (e) => (e ? reject(e) : resolve()))),
      ),
    )

  it('read-only: what is read is read, what is written is 503', async () => {
    await outlives(aim, look.database, {
      reads: true,
      begin: async () => void (await tell('pragma query_only = on')),
      end: async () => void (await tell('pragma query_only = off')),
    })
  })

  it('held by somebody else for longer than anybody waits: writes are 503, reads go on', async () => {
    const { database } = look
    let release = (): void => undefined
    let holding: Promise<unknown> = Promise.resolve()
    await outlives(aim, database, {
      reads: true,
      begin: () =>
        new Promise((ready) => {
          holding = database.transaction(async ({ db, rows }) => {
            await rows(db.raw('select 1'))
            ready()
            await new Promise<void>((done) => (release = done))
          })
        }),
      end: async () => {
        release()
        await holding
      },
    })
  })
})

/** The connections to SQLite that are opened meanwhile. */
async function handlesOf(open: () => Promise<unknown>): Promise<Set<sqlite3.Database>> {
  const handles = new Set<sqlite3.Database>()
  const { prototype } = sqlite3.Database
  const { prepare } = prototype
  prototype.prepare = function (this: sqlite3.Database, ...told: Parameters<typeof prepare>) {
    handles.add(this)
    return prepare.apply(this, told)
  } as typeof prepare
  await open().finally(() => (prototype.prepare = prepare))
  return handles
}

describeWith(['postgres'], 'SCIM on a PostgreSQL that fails', () => {
  let joinery: Joinery
  let aim: Aim
  let look: Awaited<ReturnType<typeof lookInto>>
  let server: pg.Client
  let name = ''
  beforeAll(async () => {
    joinery = await startJoinery({ database: 'postgres', workers: false })
    aim = new Aim(await createTenant(joinery.api))
    look = await lookInto(joinery.database)
    name = new URL(joinery.database.url).pathname.slice(1)
    server = new pg.Client({ connectionString: inject('postgresUrl') })
    await server.connect()
  })
  afterAll(async () => {
    await server.end()
    await look.close()
    await joinery.close()
  })
  const hangUp = (): Promise<unknown> =>
    server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  const works = async (): Promise<void> => {
    await eventually(
      () => aim.tenant.scim('GET', '/Users?count=0').catch(() => ({ status: 0 })),
      ({ status }) => status === 200,
    )
  }
  const alter = async (...settings: string[]): Promise<void> => {
    for (const setting of settings) await server.query(`alter database ${name} ${setting}`)
    await hangUp()
  }

  it('stopped: every verb is 503', async () => {
    await outlives(aim, look.database, {
      reads: false,
      begin: () => alter('allow_connections false'),
      end: async () => {
        await alter('allow_connections true')
        await works()
      },
    })
  })

  it('read-only: what is read is read, what is written is 503', async () => {
    await outlives(aim, look.database, {
      reads: true,
      begin: async () => {
        await alter('set default_transaction_read_only = on')
        await works()
      },
      end: async () => {
        await alter('reset default_transaction_read_only')
        await works()
      },
    })
  })

  it('slower than anybody waits: every verb is 503', async () => {
    const holder = new pg.Client({ connectionString: joinery.database.url })
    await holder.connect()
    await outlives(aim, look.database, {
      reads: false,
      begin: async () => {
        await holder.query('begin')
        await holder.query('lock table directory_users, directory_groups in access exclusive mode')
      },
      end: async () => void (await holder.query('rollback')),
    })
    await holder.end()
  })
})
