import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AdminDeps } from '../../../src/http/admin/deps.ts'
import { paramNames, params, summaryOf } from '../../../src/http/admin/params.ts'
import { route } from '../../../src/http/admin/route.ts'
import { routes } from '../../../src/http/admin/routes.ts'
import { tags } from '../../../src/http/admin/tags.ts'

const all = routes({} as AdminDeps)

/** Every problem that a value has with a schema, in one text; empty where it has none. */
function misfit(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value)
  return parsed.success ? '' : z.prettifyError(parsed.error)
}

describe('the routes of the admin API', () => {
  it('have a name of their own each, and a place of their own', () => {
    const names = all.map(({ operation }) => operation)
    const places = all.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
    expect([new Set(names).size, new Set(places).size]).toEqual([all.length, all.length])
  })

  it('leave no noun and no name in a path without a use', () => {
    expect(Object.keys(tags).filter((tag) => !all.some((each) => each.tag === tag))).toEqual([])
    const used = new Set(all.flatMap(({ path }) => paramNames(path)))
    expect(Object.keys(params).filter((name) => !used.has(name))).toEqual([])
  })

  describe.each(all)('$operation: $method $path', (each) => {
    it('is described in sentences, the first of them short', () => {
      expect(each.operation).toMatch(/^[a-z]+[A-Z]\w+$/)
      expect(each.about).toMatch(/\.$/)
      expect(summaryOf(each.about).length).toBeLessThanOrEqual(200)
    })

    it('names in its path what src/http/admin/params.ts knows', () => {
      expect(paramNames(each.path).filter((name) => !(name in params))).toEqual([])
    })

    it('shows a body that it takes, where it takes one', () => {
      const takesOne = Object.keys(z.toJSONSchema(each.body, { io: 'input' }).properties ?? {}).length > 0
      expect(each.send !== undefined, 'give `send`, an example of the body').toBe(takesOne)
      if (takesOne) expect(misfit(each.body, each.send)).toBe('')
    })

    it('shows an answer that it gives, where it gives one', () => {
      expect(each.example !== undefined, 'give `answer` and `example`, or neither').toBe(each.answer !== null)
      if (each.answer !== null) expect(misfit(each.answer, each.example)).toBe('')
      if (each.status === 204) expect(each.answer).toBeNull()
    })
  })
})

describe('a route', () => {
  const call = {
    op: { actor: { kind: 'operator' as const }, id: 'op' },
    params: { account: 'a1' },
    query: {},
    body: {},
  }
  const told = {
    operation: 'doThing',
    tag: 'Accounts' as const,
    who: 'operator' as const,
    about: 'Does it.',
    path: '/accounts/:account' as const,
  }

  it('hands over what it was asked in its types', async () => {
    const made = route({
      ...{ ...told, method: 'post', answer: z.unknown() },
      query: z.strictObject({ limit: z.coerce.number() }),
      body: z.strictObject({ name: z.string().trim() }),
      handle: ({ params, query, body }) => Promise.resolve([params.account, query.limit, body.name]),
    })
    expect(await made.run({ ...call, query: { limit: '7' }, body: { name: ' x ' } })).toEqual(['a1', 7, 'x'])
  })

  it('that takes no query and no body refuses both, and says that there are no names', async () => {
    const made = route({ ...told, method: 'post', handle: () => Promise.resolve() })
    expect(await made.run(call)).toBeUndefined()
    const refused = { code: 'invalid_input', message: 'limit: is no name here; there are none' }
    await expect(async () => made.run({ ...call, query: { limit: '7' } })).rejects.toMatchObject(refused)
    await expect(async () => made.run({ ...call, body: { limit: 7 } })).rejects.toMatchObject(refused)
  })

  it('without a body of its own, GET or DELETE, passes over what was sent as one', async () => {
    const made = route({ ...told, method: 'delete', handle: () => Promise.resolve() })
    expect(await made.run({ ...call, body: { any: 'thing' } })).toBeUndefined()
  })
})
