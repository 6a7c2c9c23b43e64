import { request as httpRequest } from 'node:http'
import { expect, it } from 'vitest'
import { toNative } from '../../src/adapters/db/session.ts'
import type { Database } from '../../src/adapters/db/database.ts'
import { createScim, createTenant, eventually } from '../support/api.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery } from '../support/joinery.ts'
import { as, logOf } from '../support/request-log.ts'

describeOnBoth('a database that refuses the request log', (database) => {
  const isLog = (sql: string): boolean => /insert into .?scim_request/.test(sql)
  const wrapDatabase =
    (fault: () => Error | null) =>
    (real: Database): Database => ({
      ...real,
      transaction: (work) =>
        real.transaction((session) =>
          work({
            ...session,
            run: async (statement) => {
              const error = isLog(toNative(statement).sql) ? fault() : null
              if (error !== null) throw error
              await session.run(statement)
            },
          }),
        ),
    })

  it('fails no request; the loss is counted, and what comes later is written', async () => {
    let fault: Error | null = new Error('no such thing')
    const joinery = await startJoinery({ database, workers: false, wrapDatabase: wrapDatabase(() => fault) })
    const tenant = await createTenant(joinery.api)
    expect((await tenant.scim('POST', '/Users', okta.createUser('jo'))).status).toBe(201)
    const metrics = async (): Promise<string> => (await fetch(`${joinery.url}/metrics`)).text()
    await eventually(metrics, (text) => /request_log_dropped_total\{reason="refused"\} [1-9]/.test(text))
    expect((await tenant.scim('GET', '/Users')).body.totalResults).toBe(1)
    fault = null
    await tenant.scim('GET', '/Users', undefined, as('after'))
    await logOf(joinery, tenant).of('after')
    await joinery.close()
  })

  it('writes at its end what still waits', async () => {
    const on = await freshDatabase(database)
    const first = await startJoinery({ on, workers: false })
    const tenant = await createTenant(first.api)
    await tenant.scim('POST', '/Users', okta.createUser('last'), as('last'))
    await first.close()
    const second = await startJoinery({ on, workers: false })
    expect((await logOf(second, tenant).list()).items).toMatchObject([{ operation: 'last', status: 201 }])
    await second.close()
    await on.remove()
  })

  it('with REQUEST_LOG_DAYS=0 there is none, and what there was goes', async () => {
    const on = await freshDatabase(database)
    const first = await startJoinery({ on, workers: false })
    const tenant = await createTenant(first.api)
    await tenant.scim('GET', '/Users')
    await first.close()
    const off = await startJoinery({ on, env: { REQUEST_LOG_DAYS: '0' } })
    const { port } = new URL(off.url)
    const url = new URL(tenant.scimUrl)
    url.port = port
    await createScim(url.href, tenant.token)('GET', '/Users')
    await eventually(
      () => logOf(off, tenant).list(),
      ({ items }) => items.length === 0,
    )
    await off.close()
    await on.remove()
  })
})

describeOnBoth('a client that goes away', (database) => {
  it('is told of with what became of its request', async () => {
    let isOpen = true
    let reached: () => void = () => undefined
    let release: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (reached = resolve))
    const gate = new Promise<void>((resolve) => (release = resolve))
    const joinery = await startJoinery({
      ...{ database, workers: false },
      wrapPorts: (ports) => ({
        ...ports,
        unitOfWork: async (work) => {
          if (isOpen) return ports.unitOfWork(work)
          reached()
          await gate
          return ports.unitOfWork(work)
        },
      }),
    })
    const tenant = await createTenant(joinery.api)
    isOpen = false
    const url = new URL(`${tenant.scimUrl}/Users`)
    const headers = { ...as('gone'), Authorization: `Bearer ${tenant.token}`, 'Content-Type': 'application/scim+json' }
    const request = httpRequest(url, { method: 'POST', headers })
    request.on('error', () => undefined)
    request.end(JSON.stringify(okta.createUser('gone')))
    await begun
    request.socket?.resetAndDestroy()
    // Whoever is answered after that is answered by a server that has seen the other one go.
    for (let turn = 0; turn < 5; turn += 1) await fetch(`${joinery.url}/healthz`)
    release()
    const entry = await logOf(joinery, tenant).of('gone')
    expect([entry.status, entry.detail]).toEqual([201, 'the client went away before it had the answer'])
    expect(entry.changed).toMatchObject([{ action: 'user.joined' }])
    await joinery.close()
  })
})
