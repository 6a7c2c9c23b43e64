import { expect, it } from 'vitest'
import { createApi, createTenant, settled } from '../support/api.ts'
import { describeWith, freshDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { testEnv, testSecrets } from '../support/joinery.ts'
import { startProcess } from '../support/processes.ts'
import { freePort, startRedis } from '../support/servers.ts'

it('serve ends on SIGTERM with status 0', async () => {
  const database = await freshDatabase('sqlite')
  const server = await startProcess('src/cli/main.ts', ['serve'], testEnv(database), /Joinery is up/)
  await server.stop('SIGTERM')
  expect(server.child.exitCode).toBe(0)
  await database.remove()
})

it('serve ends on SIGTERM although its queue cannot be reached, and works meanwhile', async () => {
  const database = await freshDatabase('sqlite')
  const port = await freePort()
  const env = { ...testEnv(database), PORT: String(port), QUEUE_URL: `redis://127.0.0.1:${await freePort()}` }
  const server = await startProcess('src/cli/main.ts', ['serve'], env, /Joinery is up/)
  const api = createApi(`http://127.0.0.1:${port}`, testSecrets.ADMIN_TOKEN)
  const tenant = await createTenant(api)
  expect((await tenant.scim('POST', '/Users', okta.createUser('meanwhile'))).status).toBe(201)
  await settled(api, tenant.accountId)
  await server.stop('SIGTERM')
  expect(server.child.exitCode).toBe(0)
  await database.remove()
})

it('a worker of its own is refused on SQLite, with what to do', async () => {
  const database = await freshDatabase('sqlite')
  const failed = startProcess('src/cli/main.ts', ['worker'], testEnv(database), /is up/)
  await expect(failed).rejects.toThrow(/ended early \(78\).*with SQLite "joinery serve" runs the workers itself/s)
  await database.remove()
})

describeWith(['redis', 'postgres'], 'server and worker as two processes', () => {
  it('carry a joiner from one to the other, and both end on SIGTERM', async () => {
    const database = await freshDatabase('postgres')
    const redis = await startRedis()
    const port = await freePort()
    const env = { ...testEnv(database), PORT: String(port), QUEUE_URL: redis?.url ?? '' }
    const server = await startProcess('src/cli/main.ts', ['serve', '--no-workers'], env, /Joinery is up/)
    const worker = await startProcess('src/cli/main.ts', ['worker'], env, /worker is up/)
    const api = createApi(`http://127.0.0.1:${port}`, testSecrets.ADMIN_TOKEN)
    const tenant = await createTenant(api)
    expect((await tenant.scim('POST', '/Users', okta.createUser('across'))).status).toBe(201)
    await settled(api, tenant.accountId)
    await Promise.all([server.stop('SIGTERM'), worker.stop('SIGTERM')])
    expect([server.child.exitCode, worker.child.exitCode]).toEqual([0, 0])
    await redis?.stop()
    await database.remove()
  })
})
