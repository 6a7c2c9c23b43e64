import { runCli } from '../support/cli.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describe('the OpenAPI document', () => {
  let joinery: Joinery
  beforeAll(async () => {
    joinery = await startJoinery()
  })
  afterAll(() => joinery.close())

  it('is served to everybody, and not twice', async () => {
    const answer = await fetch(`${joinery.api.url}/openapi.json`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${joinery.api.url}/api/v1` }] })
    const etag = answer.headers.get('etag') ?? ''
    const again = await fetch(`${joinery.api.url}/openapi.json`, { headers: { 'If-None-Match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('is printed by "joinery openapi" as it would be served', async () => {
    const { status, out } = await runCli(joinery.url, ['openapi'], { PUBLIC_URL: joinery.api.url })
    expect(status).toBe(0)
    expect(JSON.parse(out)).toEqual(await (await fetch(`${joinery.api.url}/openapi.json`)).json())
  })
})
