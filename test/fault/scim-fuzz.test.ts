import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi, createScim, createTenant, type Scim } from '../support/api.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { testSecrets } from '../support/joinery.ts'
import { groupBody, largeShapes } from '../fuzz/large.ts'
import { fuzz, startWatched, type Watched } from '../fuzz/run.ts'
import { mainThreadMs } from '../fuzz/stall-meter.ts'

const requests = Number(process.env.FUZZ_REQUESTS ?? 5000)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)

/** CPU time of the server's main thread: for one request, and in one go. */
const mostCpuMs = 50
const longestGoMs = 50

describeOnBoth('the SCIM door under fire', (kind) => {
  let database: TestDatabase
  let server: Watched
  let scim: Scim
  beforeAll(async () => {
    database = await freshDatabase(kind)
    server = await startWatched(database)
    const tenant = await createTenant(createApi(server.url, testSecrets.ADMIN_TOKEN), 'entra')
    scim = createScim(tenant.scimUrl, tenant.token)
  })
  afterAll(async () => {
    await server.stop()
    await database.remove()
  })

  it(`answers ${requests} mutated requests of seed ${seed} without a fault, a leak or a stall`, async () => {
    const { faults, requests: sent, seconds, stallMs } = await fuzz(server, { seed, requests })
    console.log(
      `${kind}: ${sent} requests of seed ${seed}, ${(sent / seconds).toFixed(0)} a second, longest go ${stallMs.toFixed(0)} ms`,
    )
    expect(faults.map(({ index, what, request }) => `${index}: ${what}\n${request}`)).toEqual([])
    expect(sent).toBe(requests)
  })

  describe('of a megabyte', () => {
    /** What a request costs the server, at least: the least of a few, as a collection may fall into any of them. */
    const cost = async (
      method: string,
      path: string,
      body: string,
    ): Promise<{ status: number; cpuMs: number; goMs: number }> => {
      const costs: { status: number; cpuMs: number; goMs: number }[] = []
      for (let turn = 0; turn < 4; turn += 1) {
        await server.report()
        const before = mainThreadMs(server.pid)
        const { status } = await scim(method, path, body)
        costs.push({ status, cpuMs: mainThreadMs(server.pid) - before, goMs: (await server.report()).cpuMs })
      }
      return costs.reduce((least, each) => (each.cpuMs < least.cpuMs ? each : least))
    }

    it.each(Object.entries(largeShapes))('%s costs little, or is refused', async (name, { target, make }) => {
      const user = await scim('POST', '/Users', okta.createUser(`m${name.replaceAll(/\W/g, '')}`))
      const method = target === 'user' ? 'PUT' : 'PATCH'
      const path = `/Users/${user.body.id}`
      const { status, cpuMs, goMs } = await cost(method, path, make())
      expect([200, 400, 413]).toContain(status)
      expect({ name, cpuMs: Math.max(mostCpuMs, cpuMs), goMs: Math.max(longestGoMs, goMs) }).toEqual({
        name,
        cpuMs: mostCpuMs,
        goMs: longestGoMs,
      })
    })
  })

  describe('of sixteen megabytes', () => {
    it.each<[string, () => string]>([
      ['members by the hundred thousand', () => groupBody(330_000, 'Huge')],
      ['the same member again and again', () => groupBody(330_000, 'Same', () => 'x')],
      ['a name without end', () => `{"displayName":"${'x'.repeat(16_000_000)}"}`],
      [
        'keys that nobody knows',
        () => `{"displayName":"K",${Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
      ],
      ['a list in a list in a list', () => `{"displayName":"D","members":${'['.repeat(8_000_000)}`],
      ['nothing but space', () => `{"displayName":"S"${' '.repeat(16_000_000)}}`],
      ['unknown values by the million', () => `{"displayName":"V","unknown":[${'1,'.repeat(7_000_000)}1]}`],
    ])('%s keep nobody waiting', async (_, make) => {
      const goes: number[] = []
      const body = make()
      for (let turn = 0; turn < 2; turn += 1) {
        await server.report()
        const { status, body: answer } = await scim('POST', '/Groups?excludedAttributes=members', body)
        expect([201, 400, 409, 413]).toContain(status)
        goes.push((await server.report()).cpuMs)
        if (status === 201) expect((await scim('DELETE', `/Groups/${answer.id}`)).status).toBe(204)
      }
      expect(Math.min(...goes)).toBeLessThan(longestGoMs)
    })
  })
})
