import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Aim, everyRow, isOutage } from '../support/aim.ts'
import { createTenant } from '../support/api.ts'
import { freshDatabase, has, type TestDatabase } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

/** A small file system in memory, which can be filled to its last byte. Only root may mount one. */
class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'joinery-disk-'))
  readonly mounted: boolean
  private readonly ballast = join(this.folder, 'ballast')

  constructor(megabytes: number) {
    this.mounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'tmpfs', this.folder]).status === 0
  }

  /** In ever smaller pieces, until nothing fits. */
  fill(): void {
    const file = openSync(this.ballast, 'w')
    for (let size = 1 << 20; size >= 1024; size /= 4) while (fits(file, Buffer.alloc(size, 1)));
    closeSync(file)
  }

  empty(): void {
    rmSync(this.ballast, { force: true })
  }

  remove(): void {
    if (this.mounted) spawnSync('umount', ['-l', this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function fits(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}

async function sqliteOn(disk: SmallDisk): Promise<TestDatabase> {
  const database = await freshDatabase('sqlite')
  const file = join(disk.folder, 'joinery.sqlite3')
  return { ...database, target: { kind: 'sqlite', file }, url: `sqlite:${file}` }
}

/** A database whose tables lie on the disk; the server's log of writes does not, as a server without it only stops. */
async function postgresOn(disk: SmallDisk): Promise<TestDatabase> {
  const database = await freshDatabase('postgres')
  const name = new URL(database.url).pathname.slice(1)
  const place = join(disk.folder, 'tables')
  mkdirSync(place)
  spawnSync('chown', ['postgres', place])
  chmodSync(place, 0o700)
  await onServer(`create tablespace ${name} location '${place}'`, `alter database ${name} set tablespace ${name}`)
  const remove = async (): Promise<void> => {
    await database.remove()
    await onServer(`drop tablespace ${name}`)
  }
  return { ...database, remove }
}

async function onServer(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const probe = new SmallDisk(1)
const canMount = probe.mounted
probe.remove()
if (!canMount && process.env.CI === 'true')
  throw new Error('CI runs the tests of a full disk as root, to mount a small one')

const kinds = [
  ['sqlite', sqliteOn, true],
  ['postgres', postgresOn, has('postgres')],
] as const

describe.skipIf(!canMount)('SCIM on a disk that is full [needs root, to mount a small disk]', () => {
  describe.each(kinds.filter(([, , isThere]) => isThere))('%s', (_, place) => {
    let disk: SmallDisk
    let database: TestDatabase
    let joinery: Joinery
    let aim: Aim
    let look: Awaited<ReturnType<typeof lookInto>>
    beforeAll(async () => {
      disk = new SmallDisk(160)
      database = await place(disk)
      joinery = await startJoinery({ on: database, workers: false })
      aim = new Aim(await createTenant(joinery.api))
      look = await lookInto(database)
    }, 60_000)
    afterAll(async () => {
      await look.close()
      await joinery.close()
      await database.remove()
      disk.remove()
    })

    it('each verb is carried out whole or is 503 and leaves nothing; with room again all is well', async () => {
      await aim.renew()
      const verbs = Object.entries(aim.verbs())
      disk.fill()
      const refused: string[] = []
      for (const [verb, { write, works, ask }] of verbs) {
        const before = await everyRow(look.database)
        const answer = await ask()
        if (answer.status === works) continue
        isOutage(verb, answer)
        expect({ verb, write }).toEqual({ verb, write: true })
        expect(await everyRow(look.database)).toEqual(before)
        refused.push(verb)
      }
      // What needs room is refused; what fits where it was may be carried out.
      expect(refused).toEqual(expect.arrayContaining(['create a user', 'create a group', 'replace a group']))
      disk.empty()
      await aim.renew()
      for (const [verb, { works, ask }] of Object.entries(aim.verbs()))
        expect([verb, (await ask()).status]).toEqual([verb, works])
    }, 120_000)
  })
})
