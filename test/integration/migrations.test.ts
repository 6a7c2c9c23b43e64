import type { Knex } from 'knex'
import { expect, it } from 'vitest'
import { migrate, migrationStatus, unlockMigrations } from '../../src/adapters/db/migrate.ts'
import { migrations, type Migration } from '../../src/adapters/db/migrations/index.ts'
import { postgresKnex } from '../../src/adapters/db/open-postgres.ts'
import { sqliteKnex } from '../../src/adapters/db/open-sqlite.ts'
import { createScim } from '../support/api.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startIssuer } from '../support/issuer.ts'
import { startJoinery, testEnv, type Joinery } from '../support/joinery.ts'
import { askToken, clientsOf, jwtBearer } from '../support/oauth.ts'
import { aPerson, aPlace, enter } from '../support/people.ts'
import { createRuntime } from '../../src/runtime.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { createLog } from '../../src/adapters/log/create-log.ts'

const tables = [
  'accounts',
  'connections',
  'scim_tokens',
  'members',
  'propagations',
  'directory_users',
  'directory_user_emails',
]
const more = [
  'directory_groups',
  'memberships',
  'mappings',
  'assignments',
  'grants',
  'audit_events',
  'audit_personal',
  'scim_requests',
  'scim_request_members',
]
const clients = ['oauth_clients', 'oauth_client_secrets', 'oauth_access_tokens', 'oauth_assertions']

/** A later migration that re-creates a table with children: where row loss would happen if it could. */
const reshaping: Migration = {
  name: '9999-reshape-members',
  up: async (knex) => {
    await knex.schema.alterTable('members', (table) => {
      table.text('note')
    })
    await knex.schema.alterTable('members', (table) => {
      table.string('email', 400).alter()
    })
    await knex.schema.alterTable('members', (table) => {
      table.dropColumn('note')
    })
  },
  down: () => Promise.resolve(),
}

describeOnBoth('migrations', (kind) => {
  it('lose no row of a filled database, also where a table with children is made anew', async () => {
    const database = await freshDatabase(kind)
    await fill(database)
    const before = await counts(database)
    expect(Math.min(...Object.values(before))).toBeGreaterThan(0)
    expect(await migrate(database.target)).toEqual([])
    expect(await migrate(database.target, [...migrations, reshaping])).toEqual([reshaping.name])
    expect(await counts(database)).toEqual(before)
    await database.remove()
  })

  it('go up and down and up again', async () => {
    const database = await freshDatabase(kind)
    await migrate(database.target)
    await withKnex(database, async (db) => {
      for (const migration of migrations.toReversed()) await migration.down(db)
      for (const migration of migrations) await migration.up(db)
    })
    expect((await migrationStatus(database.target)).pending).toEqual([])
    await database.remove()
  })

  it('run once when two processes start at once', async () => {
    const database = await freshDatabase(kind)
    const done =
      kind === 'sqlite'
        ? [await migrate(database.target)]
        : await Promise.all([migrate(database.target), migrate(database.target)])
    expect(done.flat()).toEqual(migrations.map(({ name }) => name))
    await database.remove()
  })

  it('are refused and named where a start may not migrate', async () => {
    const database = await freshDatabase(kind)
    const config = loadConfig({ ...testEnv(database), MIGRATE_ON_START: '0' })
    await expect(createRuntime(config, createLog('silent'))).rejects.toThrow('run "joinery migrate" first')
    await database.remove()
  })

  it('free the lock that a killed migration leaves behind', async () => {
    const database = await freshDatabase(kind)
    await migrate(database.target)
    await withKnex(database, (db) => db('joinery_migrations_lock').update({ is_locked: 1 }))
    await expect(migrate(database.target, [...migrations, reshaping])).rejects.toThrow()
    await unlockMigrations(database.target)
    expect(await migrate(database.target, [...migrations, reshaping])).toEqual([reshaping.name])
    await database.remove()
  })

  it('come with the key that the database was made with, and no other', async () => {
    const database = await freshDatabase(kind)
    const first = await createRuntime(loadConfig(testEnv(database)), createLog('silent'))
    await first.close()
    const other = loadConfig({ ...testEnv(database), SECRET_KEY: 'another-secret-key-0123456789-0123456789' })
    await expect(createRuntime(other, createLog('silent'))).rejects.toThrow('SECRET_KEY is not the key')
    await database.remove()
  })
})

async function fill(database: TestDatabase): Promise<void> {
  const joinery = await startJoinery({ on: database, workers: false, env: { OUTBOUND_ALLOW_LOOPBACK: '1' } })
  const place = await aPlace(joinery)
  await joinery.api.ok('POST', '/accounts', {
    name: 'Owned',
    catalog: 'plivo',
    owner: { userName: 'boss', email: 'boss@corp.example' },
  })
  const connection = `/accounts/${place.accountId}/connections/${place.connection.id}`
  const { token } = await joinery.api.ok('POST', `${connection}/tokens`, {})
  const scim = createScim(`${joinery.url}/scim/v2/${place.connection.id}`, token as string)
  expect((await scim('POST', '/Users', okta.createUser('asked'))).status).toBe(201)
  await fillClients(joinery, { accountId: place.accountId, connectionId: place.connection.id })
  for (let index = 0; index < 20; index += 1)
    await enter(joinery, place, (await aPerson(joinery, place, `m${index}`)).id)
  const { app, newId } = joinery.runtime
  const op = { actor: { kind: 'system', part: 'propagation' }, id: newId() } as const
  const lagging = await app.findLagging(op, { limit: 100, olderThanMs: 0 })
  await app.reconcile(op, { memberIds: lagging.map(({ memberId }) => memberId), owner: 'fill', leaseMs: 5000 })
  await joinery.close()
}

/** A client with a secret and its access token, and one that has shown an assertion with an id. */
async function fillClients({ api, url }: Joinery, ref: { accountId: string; connectionId: string }): Promise<void> {
  const { id, clientSecret } = await api.ok('POST', clientsOf(ref), { name: 'secret' })
  const form = { grant_type: 'client_credentials' }
  await askToken(url, { ...form, client_id: id, client_secret: clientSecret })
  const issuer = await startIssuer({ iss: 'somebody', sub: 'something', aud: 'here', jti: 'once' })
  const assertion = { jwksUrl: issuer.jwksUrl, issuer: 'somebody', subject: 'something', audience: 'here' }
  const trusting = await api.ok('POST', clientsOf(ref), { name: 'assertion', assertion })
  const proof = { client_assertion_type: jwtBearer, client_assertion: await issuer.sign({}) }
  await askToken(url, { ...form, ...proof, client_id: trusting.id })
  await issuer.close()
}

async function counts(database: TestDatabase): Promise<Record<string, number>> {
  return withKnex(database, async (db) => {
    const rows: Record<string, number> = {}
    for (const table of [...tables, ...more, ...clients]) {
      const [row] = await db(table).count({ count: '*' })
      rows[table] = Number(row?.count)
    }
    return rows
  })
}

async function withKnex<T>({ target }: TestDatabase, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = target.kind === 'sqlite' ? sqliteKnex(target.file, 1) : postgresKnex(target.url, 1)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
