import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toNative, type NativeStatement, type Session } from '../../src/adapters/db/session.ts'
import { createTenant, type Tenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { as, logOf } from '../support/request-log.ts'

describeOnBoth('the request log', (database) => {
  let joinery: Joinery
  const clock = createClock()
  beforeAll(async () => {
    joinery = await startJoinery({ database, clock })
  })
  afterAll(() => joinery.close())

  describe('lists', () => {
    let small: Tenant
    let ops: ReturnType<typeof logOf>
    const operations = async (query: string): Promise<string[]> =>
      ((await ops.list(query)).items as any[]).map(({ operation }) => operation as string)
    beforeAll(async () => {
      small = await createTenant(joinery.api)
      ops = logOf(joinery, small)
      for (const [index, [method, path, body]] of (
        [
          ['POST', '/Users', okta.createUser('one')],
          ['POST', '/Users', okta.createUser('one')],
          ['GET', '/Users'],
          ['GET', '/Users/nobody'],
          ['POST', '/Groups', okta.createGroup('G')],
        ] as [string, string, object?][]
      ).entries()) {
        await small.scim(method, path, body, as(`list-${index}`))
        clock.advance(1000)
      }
      await ops.of('list-4')
    })

    it.each([
      ['', ['list-4', 'list-3', 'list-2', 'list-1', 'list-0']],
      ['?status=201', ['list-4', 'list-0']],
      ['?status=409', ['list-1']],
      ['?status=4xx', ['list-3', 'list-1']],
      ['?status=2xx&method=POST', ['list-4', 'list-0']],
      ['?method=GET', ['list-3', 'list-2']],
      ['?failed=true', ['list-3', 'list-1']],
      ['?failed=false', ['list-4', 'list-2', 'list-0']],
      ['?failed=true&status=201', []],
      ['?member=nobody', []],
      ['?until=2000-01-01', []],
    ])('%s', async (query, wanted) => {
      expect(await operations(query)).toEqual(wanted)
    })

    it('hold no bodies, and go on page by page', async () => {
      const all = (await ops.list()).items as any[]
      for (const item of all) expect(Object.keys(item)).not.toContain('request')
      let after = ''
      const seen: string[] = []
      do {
        const page = await ops.list(`?limit=2${after}`)
        seen.push(...page.items.map(({ id }: any) => id as string))
        after = page.next === null ? '' : `&after=${page.next}`
      } while (after !== '')
      expect(seen).toEqual(all.map(({ id }) => id))
      const [, , middle] = all
      expect(await operations(`?since=${middle.at}`)).toEqual(['list-4', 'list-3', 'list-2'])
      expect(await operations(`?until=${middle.at}`)).toEqual(['list-1', 'list-0'])
    })

    it.each(['limit=0', 'limit=501', 'status=9xx', 'since=now', 'after=x', 'after=1.%00', 'stauts=4xx', 'failed=1'])(
      'refuse %s with the place',
      async (query) => {
        const { status, body } = await joinery.api.call('GET', `${ops.base}?${query}`)
        expect([status, body.errors?.[0]?.path]).toEqual([400, query.split('=')[0]])
      },
    )
  })
})

describeOnBoth('the lists of the request log', (database) => {
  const seen: NativeStatement[] = []
  let reads: Session
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({
      ...{ database, workers: false },
      wrapDatabase: (real) => {
        reads = real.reads
        const rows: Session['rows'] = (statement) => {
          seen.push(toNative(statement))
          return real.reads.rows(statement)
        }
        return { ...real, reads: { ...real.reads, rows } }
      },
    })
    tenant = await createTenant(joinery.api)
  })
  beforeEach(() => void seen.splice(0))
  afterAll(() => joinery.close())

  /** How the database finds what a list asks for. PostgreSQL reads a small table whole, unless it is told not to. */
  const plan = async ({ sql, bindings }: NativeStatement): Promise<string> => {
    if (database === 'sqlite') {
      const rows = await reads.rows<{ detail: string }>({ sql: `explain query plan ${sql}`, bindings })
      return rows.map(({ detail }) => detail).join('\n')
    }
    const client = new pg.Client({ connectionString: joinery.database.url })
    await client.connect()
    await client.query(
      'set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
    )
    const { rows } = await client.query<Record<string, string>>(`explain ${sql}`, bindings as unknown[])
    await client.end()
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }

  const place = `-at.${Buffer.from('[1,"1"]').toString('base64url')}`
  it.each([
    ['', 'scim_requests_in_time'],
    ['?status=201', 'scim_requests_in_time'],
    ['?method=POST&since=2026-01-01&until=2030-01-01', 'scim_requests_in_time'],
    ['?failed=true', 'scim_requests_failed'],
    ['?status=409&method=PUT', 'scim_requests_failed'],
    [`?status=4xx&after=${place}`, 'scim_requests_failed'],
    [`?member=m&after=${place}`, 'scim_request_members_in_time'],
    ['?sort=-millis', 'scim_requests_by_duration'],
  ])('%s is found by %s, in its order', async (query, index) => {
    await logOf(joinery, tenant).list(query)
    const [asked] = seen.filter(({ sql }) => sql.includes('scim_requests'))
    const told = await plan(asked!)
    expect(told).toContain(index)
    expect(told).not.toMatch(/scan (r|m|scim_\w+)$|temp b-tree|seq scan|sort/im)
  })
})
