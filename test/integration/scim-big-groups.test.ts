import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi, createScim, createTenant, type Scim, type Tenant } from '../support/api.ts'
import { describeOnBoth, freshDatabase, type TestDatabase } from '../support/databases.ts'
import { lookInto } from '../support/drift.ts'
import { groupUrn, okta, patch } from '../support/idp.ts'
import { testSecrets } from '../support/joinery.ts'
import { idOf, insertPeople } from '../support/many-people.ts'
import { startWatched, type Watched } from '../fuzz/run.ts'

/** BIG_GROUP=100001 adds a group of that size; its times are printed. */
const sizes = [101, 1001, 10_001, ...(process.env.BIG_GROUP === undefined ? [] : [Number(process.env.BIG_GROUP)])]
const largest = Math.max(...sizes)

/** CPU time of the server's main thread in one go, in which it answers nobody else. */
const longestGoMs = 50

describeOnBoth('a group of many members', (kind) => {
  let database: TestDatabase
  let server: Watched
  let tenant: Tenant
  let scim: Scim
  beforeAll(async () => {
    database = await freshDatabase(kind)
    server = await startWatched(database)
    tenant = await createTenant(createApi(server.url, testSecrets.ADMIN_TOKEN))
    const { database: own, close } = await lookInto(database)
    await insertPeople(own, { ...tenant, count: largest })
    await close()
    scim = createScim(tenant.scimUrl, tenant.token)
  }, 600_000)
  afterAll(async () => {
    await server.stop()
    await database.remove()
  })

  const id = (index: number): string => idOf('user', index)
  const people = (from: number, to: number): { value: string }[] =>
    Array.from({ length: to - from }, (_, index) => ({ value: id(from + index) }))
  const group = (displayName: string, members: object[]): object => ({ schemas: [groupUrn], displayName, members })

  describe.each(sizes)('%i', (size) => {
    const spent: Record<string, { seconds: number; goMs: number }> = {}
    let groupId = ''

    /** One request, timed, with the longest go that the server took for it. */
    const timed = async (what: string, method: string, path: string, body?: unknown) => {
      await server.report()
      const started = performance.now()
      const answer = await scim(method, path, body)
      const { cpuMs } = await server.report()
      spent[what] = { seconds: (performance.now() - started) / 1000, goMs: Math.max(cpuMs, spent[what]?.goMs ?? 0) }
      return answer
    }
    const values = async (): Promise<string[]> => {
      const { body } = await timed('read', 'GET', `/Groups/${groupId}`)
      return ((body.members ?? []) as { value: string }[]).map(({ value }) => value)
    }
    const expectMembers = async (from: number, to: number): Promise<void> => {
      const found = await values()
      expect({ count: found.length, first: found[0], last: found.at(-1) }).toEqual({
        ...{ count: to - from, first: to === from ? undefined : id(from), last: to === from ? undefined : id(to - 1) },
      })
    }

    it('is made by one POST, and each is there', async () => {
      const { status, body } = await timed('create', 'POST', '/Groups', group(`Crowd ${size}`, people(0, size)))
      expect(status).toBe(201)
      expect(body.members).toHaveLength(size)
      groupId = body.id as string
      await expectMembers(0, size)
      const { body: last } = await scim('GET', `/Users/${id(size - 1)}`)
      expect(last.groups.map(({ value }: { value: string }) => value)).toContain(groupId)
    })

    it('is renamed, and keeps everybody', async () => {
      const { status } = await timed(
        'rename',
        'PATCH',
        `/Groups/${groupId}`,
        patch({ op: 'replace', value: { id: groupId, displayName: `Crew ${size}` } }),
      )
      expect(status).toBe(204)
      await expectMembers(0, size)
    })

    it('is read without its members at no more cost than a small one', async () => {
      const { body } = await timed('read without members', 'GET', `/Groups/${groupId}?excludedAttributes=members`)
      expect(body).not.toHaveProperty('members')
    })

    it('is replaced by one PUT that names all but the first', async () => {
      const { status } = await timed(
        'replace',
        'PUT',
        `/Groups/${groupId}?excludedAttributes=members`,
        group(`Crew ${size}`, people(1, size)),
      )
      expect(status).toBe(200)
      await expectMembers(1, size)
    })

    it('is replaced by a PATCH that names the first half', async () => {
      const half = Math.floor(size / 2)
      const { status } = await timed(
        'replace by PATCH',
        'PATCH',
        `/Groups/${groupId}`,
        patch({ op: 'replace', path: 'members', value: people(0, half) }),
      )
      expect(status).toBe(204)
      await expectMembers(0, half)
    })

    it('is emptied, and filled again by PATCHes of a thousand', async () => {
      expect(
        (await timed('empty', 'PATCH', `/Groups/${groupId}`, patch({ op: 'remove', path: 'members' }))).status,
      ).toBe(204)
      await expectMembers(0, 0)
      for (let from = 0; from < size; from += 1000) {
        const some = people(from, Math.min(size, from + 1000))
        const { status } = await timed(
          'add a thousand',
          'PATCH',
          `/Groups/${groupId}`,
          patch({ op: 'add', path: 'members', value: some }),
        )
        expect(status).toBe(204)
      }
      await expectMembers(0, size)
    })

    it('loses a thousand at once, and the last one by itself', async () => {
      const few = Math.min(1000, size - 1)
      await timed(
        'remove a thousand',
        'PATCH',
        `/Groups/${groupId}`,
        patch({ op: 'remove', path: 'members', value: people(0, few) }),
      )
      await timed('remove one', 'PATCH', `/Groups/${groupId}`, okta.removeMember(id(size - 1)))
      await expectMembers(few, size - 1)
    })

    it('takes forty at the same time, each by a PATCH of its own, and keeps all of them', async () => {
      const fresh = Array.from({ length: 40 }, (_, index) => `fresh-${size}-${index}`)
      const answers = await Promise.all(fresh.map((each) => scim('PATCH', `/Groups/${groupId}`, okta.addMembers(each))))
      expect(answers.map(({ status }) => status)).toEqual(fresh.map(() => 204))
      expect((await values()).filter((each) => each.startsWith('fresh-')).sort()).toEqual(fresh.toSorted())
    })

    it('goes, and is nobody’s any more', async () => {
      expect((await timed('remove', 'DELETE', `/Groups/${groupId}`)).status).toBe(204)
      expect((await scim('GET', `/Groups/${groupId}`)).status).toBe(404)
      expect((await scim('GET', `/Users/${id(0)}`)).body).not.toHaveProperty('groups')
    })

    it('has kept nobody waiting: no go was longer than others can bear', () => {
      const told = Object.entries(spent).map(
        ([what, { seconds, goMs }]) => `${what} ${seconds.toFixed(2)} s, go ${goMs.toFixed(0)} ms`,
      )
      if (size > 10_001) console.log(`${kind}, ${size} members: ${told.join('; ')}`)
      expect(Object.entries(spent).filter(([, { goMs }]) => goMs > longestGoMs)).toEqual([])
    })
  })
})
