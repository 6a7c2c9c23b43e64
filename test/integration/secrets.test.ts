import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../../src/adapters/log/create-log.ts'
import type { Ports } from '../../src/application/ports.ts'
import { keepSecret, readSecret } from '../../src/application/secrets/keep-secret.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { SecretPlace } from '../../src/domain/secret-place.ts'
import { createRuntime } from '../../src/runtime.ts'
import { createBreakable } from '../support/breakable.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { startJoinery, testEnv, testSecrets, type Joinery } from '../support/joinery.ts'

const oldKey = testSecrets.SECRET_KEY
const newKey = 'next-secret-key-0123456789-0123456789'
const placeOf = (id: number): SecretPlace => ({
  accountId: 'account',
  kind: 'connection',
  id: `c${id}`,
  field: 'client-secret',
})

type Started = Joinery & { ports: Ports; breakable: ReturnType<typeof createBreakable> }

describeOnBoth('secrets at rest', (kind) => {
  let database: TestDatabase
  let running: Started | undefined
  const start = async (secretKey: string): Promise<Started> => {
    await running?.close()
    let ports: Ports | undefined
    const breakable = createBreakable()
    const joinery = await startJoinery({
      ...{ on: database, workers: false, env: { SECRET_KEY: secretKey } },
      wrapPorts: (made) => (ports = made),
      wrapDatabase: breakable.wrapDatabase,
    })
    running = { ...joinery, ports: ports as unknown as Ports, breakable }
    return running
  }
  const keep = ({ ports }: Started, ids: number[], text: (id: number) => string): Promise<void> =>
    ports.unitOfWork(async (tx) => {
      for (const id of ids) await keepSecret(ports, tx, placeOf(id), text(id))
    })
  const refusal = async (secretKey: string): Promise<string> => {
    await running?.close()
    running = undefined
    const config = loadConfig({ ...testEnv(database), SECRET_KEY: secretKey })
    return createRuntime(config, createLog('silent')).then(
      async (runtime) => (await runtime.close(), 'started'),
      (error: Error) => error.message,
    )
  }
  const setUp = async (): Promise<Started> => {
    database = await freshDatabase(kind)
    return start(oldKey)
  }
  afterEach(async () => {
    await running?.close()
    running = undefined
    await database.remove()
  })

  it('lie in the database sealed, each for its place, and are read again', async () => {
    const joinery = await setUp()
    await keep(joinery, [1, 2], (id) => `hush-${id}`)
    expect(await readSecret(joinery.ports, placeOf(1))).toBe('hush-1')
    expect(await readSecret(joinery.ports, placeOf(3))).toBeUndefined()
    const rows = await joinery.breakable.rows<{ place: string; sealed: string }>((db) => db('sealed_secrets'))
    expect(rows.map(({ place }) => place)).toEqual([
      'account/connection/c1/client-secret',
      'account/connection/c2/client-secret',
    ])
    expect(JSON.stringify(rows)).not.toContain('hush')
    await joinery.breakable.run((db) => db('sealed_secrets').update({ sealed: rows[0]?.sealed }))
    await expect(readSecret(joinery.ports, placeOf(2))).rejects.toThrow('sealed for another place')
    await keep(joinery, [2], () => 'set anew')
    expect(await readSecret(joinery.ports, placeOf(2))).toBe('set anew')
  })

  it('come under a new key step by step; then the old one may go, and alone it starts no more', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => index)
    await keep(await setUp(), ids, (id) => `hush-${id}`)
    const turned = await start(`${newKey}, ${oldKey}`)
    expect(await readSecret(turned.ports, placeOf(7))).toBe('hush-7')
    await keep(turned, [0], () => 'under the new key')
    const keys = (): Promise<any> => turned.api.ok('GET', '/secrets')
    const [first, second] = (await keys()).keys
    expect(first).toMatchObject({ seals: true, held: true, secrets: 1 })
    expect(second).toMatchObject({ seals: false, held: true, secrets: 449 })
    expect(await refusal(newKey)).toBe('SECRET_KEY is not the key that this database was made with; start with the old key, or with a fresh database') // prettier-ignore
    const again = await start(`${newKey}\n${oldKey}`)
    expect(await again.api.ok('POST', '/secrets/rotate')).toEqual({ keyId: first.id, resealed: 449 })
    expect(await again.api.ok('POST', '/secrets/rotate')).toEqual({ keyId: first.id, resealed: 0 })
    expect(await refusal(oldKey)).toContain('SECRET_KEY is not the key')
    const after = await start(newKey)
    for (const id of [1, 200, 449]) expect(await readSecret(after.ports, placeOf(id))).toBe(`hush-${id}`)
    expect(await readSecret(after.ports, placeOf(0))).toBe('under the new key')
    const lines = await after.breakable.rows<any>((db) => db('audit_events').where({ action: 'secrets.rotated' }))
    expect(lines.map(({ account_id, target, detail }) => [account_id, target, JSON.parse(detail as string)])).toEqual([
      ['service', first.id, { resealed: 449 }],
    ])
  })

  it('name the key that is missing, at the start and where one is read', async () => {
    const turned = await setUp().then(() => start(`${newKey} ${oldKey}`))
    await keep(turned, [1, 2], () => 'under the new key')
    const [{ id }] = (await turned.api.ok('GET', '/secrets')).keys
    expect(await refusal(oldKey)).toBe(
      `secrets are sealed under a key that SECRET_KEY does not hold (2 under ${id}); give that key too, behind the one in use, and run "joinery secrets rotate" before it goes`,
    )
  })

  it('are left as they were where one of them cannot be opened', async () => {
    await keep(await setUp(), [1, 2, 3], (id) => `hush-${id}`)
    const turned = await start(`${newKey} ${oldKey}`)
    const stored = (): Promise<unknown[]> => turned.breakable.rows((db) => db('sealed_secrets').orderBy('place'))
    const swap = (place: string): Promise<void> =>
      turned.breakable.run((db) => db('sealed_secrets').where('place', 'like', '%c3%').update({ place }))
    await swap('elsewhere/c3')
    const before = await stored()
    const answer = await turned.api.call('POST', '/secrets/rotate')
    expect([answer.status, answer.body.detail]).toEqual([
      500,
      expect.stringContaining('the secret at elsewhere/c3 cannot be opened'),
    ])
    expect(await stored()).toEqual(before)
  })

  it('are told and rotated by the command line', async () => {
    await keep(await setUp(), [1], () => 'hush')
    const { url } = await start(`${newKey} ${oldKey}`)
    const run = async (...argv: string[]): Promise<string> => {
      const { status, out, err } = await runCli(url, argv)
      return `${status} ${out}${err}`
    }
    expect(await run('secrets', 'status')).toMatch(
      /^0 KEY +STATE +SECRETS\n[0-9a-f]{16} +seals +0\n[0-9a-f]{16} +opens +1$/,
    )
    expect(await run('secrets', 'rotate')).toMatch(/^0 Sealed anew: 1\. All secrets are under the key [0-9a-f]{16}; /)
    expect(await run('secrets', 'rotate')).toMatch(/^0 Nothing lay under another key\. /)
  })
})

describe('without the operator’s token', () => {
  it('nobody sees or moves them', async () => {
    const joinery = await startJoinery({ workers: false })
    for (const [method, path] of [
      ['GET', '/secrets'],
      ['POST', '/secrets/rotate'],
    ] as const)
      expect((await joinery.api.call(method, path, undefined, { Authorization: 'Bearer x' })).status).toBe(401)
    await joinery.close()
  })
})
