import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../src/adapters/db/migrate.ts'
import { sqliteKnex } from '../../src/adapters/db/open-sqlite.ts'
import { createTenant, type Answer, type Tenant, isProblem } from '../support/api.ts'
import { describedOperations, misfits, nobody, pathTo, type Described } from '../support/api-document.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'

const all = describedOperations()
/** Names in paths that are no ids of ours: they have a form, and another one is refused for it. */
const free = { catalog: 'plivo', domain: 'nobody.example', urn: 'urn:acme:nobody' }
const words = ['domain', 'urn']
/** What one-of-each.ts does not make, as it needs an IdP. */
const unmade = ['identity']
const title = '$name: $method $path'

/** The path, with whatever its query has to have. */
const asked = (route: Described, names: Parameters<typeof pathTo>[1]): string =>
  `${pathTo(route, names)}?${withRequired(route)}`.replace(/[?&]$/, '')

/** 404; or 400 where the body’s example names something that is not there either, and is looked at first. */
function isAbsent(route: Described, answer: Answer): void {
  const isOfBody = answer.status === 400 && places(answer).every((place) => place in (route.body?.example ?? {}))
  if (!isOfBody) isProblem(answer, 404, 'not_found')
}

/** Where the answer says that the fault is. */
const places = ({ body }: Answer): string[] => (body.errors as { path: string }[]).map(({ path }) => path)

describeOnBoth('every route of the document', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let ids: Readonly<Record<string, string>>
  let others: Readonly<Record<string, string>>
  let columns: string[]
  beforeAll(async () => {
    joinery = await startJoinery({ database })
    tenant = await createTenant(joinery.api)
    ids = { account: tenant.accountId, connection: tenant.connectionId, ...free }
    others = await oneOfEach(joinery.api)
    columns = await internalNames()
  })
  afterAll(() => joinery.close())

  /** Asks with the example of the body, unless told otherwise; the status has to be one of the described. */
  async function ask(route: Described, told: Partial<Asked> = {}): Promise<Answer> {
    const path = told.path ?? pathTo(route, ids)
    const body = route.takesBody ? (told.body ?? route.body?.example ?? {}) : undefined
    const answer = await joinery.api.call(route.method, path, body, told.headers)
    expect(route.statuses, `${route.method} ${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status)
    expect(answer.status).not.toBe(500)
    return answer
  }
  type Asked = { path: string; body: unknown; headers: Record<string, string> }

  describe.each(all)(title, (route) => {
    it.each([
      '',
      'Bearer',
      'Bearer wrong',
      'Basic dGVzdA==',
      testSecrets.ADMIN_TOKEN,
      `Bearer ${testSecrets.ADMIN_TOKEN}0`,
    ])('is 401 for %j', async (Authorization) => {
      const answer = await ask(route, { headers: { Authorization } })
      isProblem(answer, 401, 'unauthenticated')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="admin"')
    })

    it('is 401 for a connection’s own token', async () => {
      isProblem(await ask(route, { headers: { Authorization: `Bearer ${tenant.token}` } }), 401, 'unauthenticated')
    })

    it('refuses names that its query does not have', async () => {
      const path = `${pathTo(route, ids)}?${withRequired(route)}accountid=x&limitt=7&__proto__=x`
      const answer = await ask(route, { path })
      isProblem(answer, 400, 'invalid_input')
      expect(places(answer)).toEqual(expect.arrayContaining(['accountid', 'limitt', '__proto__']))
    })
  })

  it.each(all.filter(({ pathNames }) => pathNames.length > 0))(
    `${title} is 404 for odd ids, and never more`,
    async (route) => {
      const odd = ['nonsense', "x' or '1'='1", 'a\u0000b', '__proto__', '../../x', 'é', 'x'.repeat(7000), '%', '{}']
      for (const name of route.pathNames) {
        for (const id of [nobody, ...odd]) {
          const answer = await ask(route, { path: asked(route, { ...ids, [name]: id }) })
          // What a PUT makes may be named as the caller likes, within its rules.
          if (route.makes === name) expect(answer.status).toBeLessThan(500)
          else if (words.includes(name)) expect([400, 404]).toContain(answer.status)
          else isAbsent(route, answer)
        }
      }
      const raw = route.path.replaceAll(/\{\w+\}/g, '%zz')
      isProblem(await ask(route, { path: raw }), 400, 'invalid_input')
    },
  )

  it.each(all.filter(({ pathNames, makes }) => pathNames.length > 1 && makes === null))(
    `${title} is 404 for what another account has`,
    async (route) => {
      for (const name of route.pathNames.slice(1).filter((each) => !unmade.includes(each)))
        expect(others[name], `one ${name}, by test/support/one-of-each.ts`).toBeTruthy()
      const { account = '', connection = '' } = ids
      isAbsent(route, await ask(route, { path: asked(route, { ...others, account }) }))
      if (route.pathNames.at(-1) === 'connection') return
      isAbsent(route, await ask(route, { path: asked(route, { ...others, account, connection }) }))
    },
  )

  it.each(all.filter(({ takesBody }) => takesBody))(
    `${title} is 400 for a body that is no JSON object`,
    async (route) => {
      for (const body of ['{', '"text"', '7', 'x=1', '\u0000', '[]', '[[[[', '{"a":'])
        isProblem(await ask(route, { body }), 400, 'invalid_input')
    },
  )

  it.each(all.flatMap((route) => (route.body === null ? [] : [{ ...route, wanted: route.body }])))(
    `${title} is 400 for a body that is wrong in one place, and names it`,
    async ({ wanted, ...route }) => {
      for (const { place, body } of misfits(wanted.schema, wanted.example)) {
        const answer = await ask(route, { body })
        expect(answer.status, `${place}: ${JSON.stringify(body)}`).toBe(400)
        isProblem(answer, 400, 'invalid_input')
        expect(places(answer).some((told) => told === place || told.startsWith(`${place}.`))).toBe(true)
        expect(JSON.stringify(answer.body)).not.toMatch(/invalid |expected|received|too (small|big)/i)
      }
    },
  )

  it.each(all.filter(({ takesBody }) => takesBody))(`${title} takes no internal field from outside`, async (route) => {
    const own = Object.keys(route.body?.schema.properties ?? {})
    const foreign = columns.filter((name) => !own.includes(name))
    const body = { ...route.body?.example, ...Object.fromEntries(foreign.map((name) => [name, '1'])) }
    const answer = await ask(route, { body })
    isProblem(answer, 400, 'invalid_input')
    expect(places(answer).sort()).toEqual(foreign.sort())
    const polluted = `${JSON.stringify(route.body?.example ?? {}).slice(0, -1)}${own.length > 0 ? ',' : ''}"__proto__":{"kind":"operator"}}`
    expect((await ask(route, { body: polluted })).status).toBe(400)
  })

  it.each(all.flatMap((route) => route.query.map((parameter) => ({ ...route, parameter }))))(
    '$name refuses odd values of $parameter.name by name, or finds nothing',
    async ({ parameter, ...route }) => {
      for (const value of [
        '',
        '\u0000',
        'x'.repeat(7000),
        '-1',
        '{}',
        '1&' + `${parameter.name}=2`,
        '[]',
        '💥',
        '../x',
      ]) {
        const query = value.startsWith('1&') ? value : encodeURIComponent(value)
        const path = `${pathTo(route, ids)}?${withRequired(route, parameter.name)}${parameter.name}=${query}`
        const answer = await ask(route, { path })
        if (answer.status === 400) expect(places(answer)).toContain(parameter.name)
      }
    },
  )
})

/** The start of a query with a value for what is required, but for one. */
function withRequired({ query }: Described, but = ''): string {
  const needed = query.filter(({ name, required }) => required && name !== but)
  return needed
    .map(({ name, schema }) => `${name}=${JSON.stringify(schema.enum?.[0] ?? 1).replaceAll('"', '')}&`)
    .join('')
}

/** Every column of every table, as it is written in SQL and as the code writes it. */
async function internalNames(): Promise<string[]> {
  const database = await freshDatabase('sqlite')
  const file = database.target.kind === 'sqlite' ? database.target.file : ''
  const knex = sqliteKnex(file, 1)
  try {
    await migrate(database.target)
    const rows: { name: string }[] = await knex.raw(
      "select distinct c.name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'",
    )
    const names = rows.map(({ name }) => name)
    const asInCode = names.map((name) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()))
    return [...new Set([...names, ...asInCode, 'accountIds', 'isOperator', 'ownerId'])]
  } finally {
    await knex.destroy()
    await database.remove()
  }
}
