import { describe, expect, it } from 'vitest'
import { createTenant, eventually, settled } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { freshDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describe('a blocked propagation', () => {
  it('is counted by "propagation status" and tried again by "propagation retry"', async () => {
    const on = await freshDatabase('sqlite')
    const broken = await startJoinery({
      on,
      wrapPorts: (ports) => ({ ...ports, catalogs: withoutRoles(ports.catalogs) }),
    })
    const tenant = await createTenant(broken.api)
    const { accountId } = tenant
    await tenant.scim('POST', '/Users', okta.createUser('jo'))
    const status = (api: Joinery['api']): Promise<{ blocked: number }> =>
      api.ok('GET', `/accounts/${accountId}/propagation`)
    await eventually(
      () => status(broken.api),
      ({ blocked }) => blocked === 1,
    )
    await broken.close()

    const mended = await startJoinery({ on })
    const run = (...args: string[]) => runCli(mended.url, args)
    try {
      const shown = await run('propagation', 'status', '--account', accountId)
      expect(shown.out).toMatch(/\n0 +0 +0 +1 +0$/)
      const { items } = await mended.api.ok('GET', `/accounts/${accountId}/members`)
      const retried = await run('propagation', 'retry', items[0].id as string, '--account', accountId)
      expect(retried).toEqual({ status: 0, out: `Member ${items[0].id} is tried again.`, err: '' })
      await settled(mended.api, accountId)
      expect(await status(mended.api)).toMatchObject({ blocked: 0 })
    } finally {
      await mended.close()
      await on.remove()
    }
  })

  /** Catalogs that are known by name until a reconcile reads them: as when a process starts without one of them. */
  function withoutRoles<T>(catalogs: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
    let asked = 0
    const known = new Map(catalogs)
    return Object.assign(known, {
      get: (id: string) => ((asked += 1) > 1 ? undefined : (Map.prototype.get.call(known, id) as T | undefined)),
    })
  }
})
