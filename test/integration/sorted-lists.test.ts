import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { NativeStatement } from '../../src/adapters/db/session.ts'
import { isProblem } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { explainPostgres, explainSqlite, listening, rowsRead } from '../support/query-plans.ts'
import { settle } from '../support/signed-in.ts'

type Item = Record<string, unknown> & { id: string }
type Asked = Record<string, string>

describeOnBoth('lists that the database sorts', (database) => {
  const asked: NativeStatement[] = []
  const clock = createClock()
  let own: Database
  let joinery: Joinery
  let accountId: string
  let base: string
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    const listen = listening(asked)
    const wrapDatabase = (opened: Database): Database => listen((own = opened))
    joinery = await startJoinery({ database, workers: false, clock, wrapDatabase })
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'iotcomms' })).id
    base = `/accounts/${accountId}`
  })
  afterAll(() => joinery.close())

  const read = async (path: string, query: Asked): Promise<{ items: Item[]; next: string | null }> =>
    joinery.api.ok('GET', `${path}?${new URLSearchParams(query).toString()}`)
  const idsOf = (items: readonly Item[]): string[] => items.map(({ id }) => id)
  /** All of a list, two at a time. */
  const walk = async (path: string, query: Asked): Promise<string[]> => {
    const seen: string[] = []
    for (let after: Asked = {}; ;) {
      const { items, next } = await read(path, { ...query, ...after, limit: '2' })
      seen.push(...idsOf(items))
      if (next === null) return seen
      after = { after: next }
    }
  }
  /** By each field a list is the same whole and in pages, and from its other end the same turned around. */
  const isTotal = async (path: string, fields: readonly string[], count: number): Promise<void> => {
    for (const field of fields) {
      const whole = idsOf((await read(path, { sort: field })).items)
      expect([field, whole.length, new Set(whole).size]).toEqual([field, count, count])
      expect([field, await walk(path, { sort: field })]).toEqual([field, whole])
      expect([field, await walk(path, { sort: `-${field}` })]).toEqual([field, whole.toReversed()])
    }
  }

  it('members: by name without letter case and by code point, namesakes and the nameless among them', async () => {
    const names = ['Zoë', 'anna', 'Anna', null, 'ANNA', 'émile', 'Émile', null, 'bob', '李']
    for (const [at, displayName] of names.entries()) {
      const userName = `${'zyxwvutsrq'[at]}@corp.example`
      const person = { userName, email: userName, ...(displayName === null ? {} : { displayName }) }
      await app().addMember(operator, { accountId, ...person })
    }
    await isTotal(`${base}/members`, ['createdAt', 'userName', 'displayName'], names.length)
    const shown = (await read(`${base}/members`, { sort: 'displayName' })).items.map(
      ({ displayName, userName }) => displayName ?? userName,
    )
    expect(shown).toEqual([
      'anna',
      'Anna',
      'ANNA',
      'bob',
      's@corp.example',
      'w@corp.example',
      'Zoë',
      'émile',
      'Émile',
      '李',
    ])
    const found = async (query: Asked): Promise<unknown[]> =>
      (await read(`${base}/members`, { sort: 'userName', ...query })).items.map(({ userName }) => userName)
    expect(await found({ name: 'ANN' })).toEqual(['v@corp.example', 'x@corp.example', 'y@corp.example'])
    expect(await found({ name: 'w@CORP' })).toEqual(['w@corp.example'])
    expect(await found({ name: '%' })).toEqual([])
    const [memberId = ''] = idsOf((await read(`${base}/members`, { userName: 'r@corp.example' })).items)
    await app().suspendMember(operator, { accountId, memberId, suspended: true })
    expect(await found({ suspendedBy: 'operator' })).toEqual(['r@corp.example'])
    expect(await found({ suspendedBy: 'directory' })).toEqual([])
    expect(await found({ customised: 'true' })).toEqual([])
    expect(await found({ customised: 'false' })).toHaveLength((await found({})).length)
  })

  it('access keys: by what not all of them have, and by their state', async () => {
    const made: string[] = []
    for (const [name, expiresInDays] of [
      ['b', 3],
      ['B', undefined],
      ['a', 3],
      ['c', undefined],
      ['A', 9],
    ] as const) {
      const key = { name, roles: ['admin'], expiresInDays }
      made.push((await app().createAccessKey(operator, { accountId, ...key })).id)
    }
    await isTotal(`${base}/keys`, ['createdAt', 'name', 'expiresAt', 'lastUsedAt'], made.length)
    const [b, B, a, c, A] = made
    expect(await walk(`${base}/keys`, { sort: 'expiresAt' })).toEqual([b, a, A, B, c])
    await app().changeAccessKey(operator, { accountId, keyId: c ?? '', disabled: true })
    const inState = async (state: string) => idsOf((await read(`${base}/keys`, { state })).items)
    expect([await inState('disabled'), await inState('live'), await inState('ended')]).toEqual([[c], [b, B, a, A], []])
    expect(idsOf((await read(`${base}/keys`, { name: 'A', sort: 'name' })).items)).toEqual([a, A])
    expect(await walk(`${base}/keys`, { role: 'admin' })).toEqual(made)
    expect(await walk(`${base}/keys`, { role: 'hybrid_admin' })).toEqual([])
    await app().suspendAccount(operator, { accountId, suspended: true })
    expect([await inState('suspended'), await inState('live')]).toEqual([[b, B, a, A], []])
    await app().suspendAccount(operator, { accountId, suspended: false })
  })

  it('role requests, invitations, accounts, mail, the audit log', async () => {
    const members = idsOf((await read(`${base}/members`, { status: 'active', limit: '5' })).items)
    const requests: string[] = []
    for (const memberId of members)
      requests.push((await app().askForRole(operator, { accountId, memberId, role: 'admin' })).id)
    const decided = { accountId, requestId: requests[1] ?? '' }
    await app().declineRoleRequest(operator, decided)
    await isTotal(`${base}/role-requests`, ['askedAt', 'promisedAt', 'decidedAt', 'role'], 5)
    await isTotal('/role-requests', ['askedAt', 'promisedAt', 'decidedAt', 'role'], 5)
    expect((await walk(`${base}/role-requests`, { sort: 'decidedAt' }))[0]).toBe(requests[1])
    expect(await walk(`${base}/role-requests`, { askedBy: `member:${members[2]}` })).toEqual([requests[2]])

    const plivo = (await app().createAccount(operator, { name: 'acme', catalog: 'plivo' })).id
    for (const [at, roles] of [
      ['c', ['admin']],
      ['a', ['developer']],
      ['b', ['developer']],
    ] as const)
      await app().invite(operator, { accountId: plivo, email: `${at}@corp.example`, roles, publicUrl: joinery.url })
    await isTotal(`/accounts/${plivo}/invitations`, ['createdAt', 'email', 'sentAt', 'expiresAt'], 3)
    const emails = (await read(`/accounts/${plivo}/invitations`, { sort: 'email', role: 'developer' })).items
    expect(emails.map(({ email }) => email)).toEqual(['a@corp.example', 'b@corp.example'])
    await isTotal('/mail', ['createdAt', 'sentAt', 'subject'], 3)
    expect((await read('/mail', { to: 'b@corp.example' })).items).toHaveLength(1)

    await isTotal('/accounts', ['createdAt', 'name'], 2)
    expect(idsOf((await read('/accounts', { name: 'ACM', catalog: 'plivo' })).items)).toEqual([plivo])
    const lines = (await read(`${base}/audit`, { limit: '500' })).items.length
    await isTotal(`${base}/audit`, ['at'], lines)
  })

  it('the command line sorts and narrows alike', async () => {
    const run = async (...args: string[]): Promise<string[]> => {
      const { status, out, err } = await runCli(joinery.url, [...args, '--json'])
      expect([args, status, err]).toEqual([args, 0, ''])
      return idsOf((JSON.parse(out) as { items: Item[] }).items)
    }
    const of = ['--account', accountId]
    const byName = idsOf((await read(`${base}/members`, { sort: '-displayName' })).items)
    expect(await run('members', 'list', ...of, '--sort', '-displayName')).toEqual(byName)
    expect(await run('members', 'list', ...of, '--name', 'bob')).toHaveLength(1)
    const keys = idsOf((await read(`${base}/keys`, { sort: 'expiresAt', state: 'live' })).items)
    expect(await run('access-keys', 'list', ...of, '--sort', 'expiresAt', '--state', 'live')).toEqual(keys)
    expect(await run('role-requests', 'list', ...of, '--sort', 'decidedAt', '--state', 'declined')).toHaveLength(1)
    expect(await run('accounts', 'list', '--catalog', 'iotcomms', '--sort', '-name')).toEqual([accountId])
    expect(await run('accounts', 'list', '--stopped')).toEqual([])
    expect(await run('mail', 'list', '--to', 'b@corp.example', '--sort', 'subject')).toHaveLength(1)
    const [memberId = ''] = byName
    await app().assignRole(operator, { accountId, memberId, role: 'admin' })
    await settle(joinery)
    const holding = (role: string) => run('report', 'assignments', ...of, '--sort', 'displayName', '--role', role)
    expect(await holding('admin')).toHaveLength(1)
    expect(await holding('billing_administrator')).toEqual([])
    const mixed = await runCli(joinery.url, ['report', 'assignments', ...of, '--csv', '--role', 'admin'])
    expect(mixed).toMatchObject({
      status: 2,
      err: expect.stringContaining("'--csv' cannot be used with option '--role"),
    })
    const [oldest] = await run('audit', 'list', ...of, '--sort', 'at', '--limit', '1')
    expect(oldest).toBe(idsOf((await read(`${base}/audit`, { sort: 'at' })).items)[0])
    const wrong = await runCli(joinery.url, ['members', 'list', ...of, '--sort', 'shoe-size'])
    expect(wrong).toMatchObject({ status: 1, err: expect.stringContaining('sort: must be one of: createdAt') })
  })

  it('a place that somebody made up is refused, whatever it holds', async () => {
    const made = (sort: string, ...place: unknown[]): string =>
      `sort=${sort}&after=${sort}.${Buffer.from(JSON.stringify(place)).toString('base64url')}`
    const nul = String.fromCharCode(0)
    for (const path of [
      `${base}/audit?${made('at', 'abc', 'x')}`,
      `/accounts?${made('name', `a${nul}b`, 'x')}`,
      `/accounts?${made('createdAt', null, `a${nul}`)}`,
      `/accounts?${made('name', null, 'x')}`,
      `${base}/keys?${made('expiresAt', 'abc', 'x')}`,
      `${base}/members?${made('userName', 7, 'x')}`,
    ]) {
      const { status, body } = await joinery.api.call('GET', path)
      expect([path, status, body.errors?.[0]?.path]).toEqual([path, 400, 'after'])
    }
  })

  it('a place of one order is refused in another, with what to do', async () => {
    const { next } = await read(`${base}/members`, { sort: 'userName', limit: '1' })
    for (const sort of ['-userName', 'displayName']) {
      const answer = await joinery.api.call('GET', `${base}/members?sort=${sort}&after=${next}`)
      isProblem(answer, 400, 'invalid_input')
      expect(answer.body.errors).toMatchObject([
        { path: 'after', message: expect.stringContaining('send the same sort') },
      ])
    }
  })

  it('a page of many members comes out of an index, wherever it begins', async () => {
    await own.transaction(async (session) => {
      const many = Array.from({ length: 5000 }, (_, at) => `many-${String(at).padStart(5, '0')}`)
      for (const part of [many.slice(0, 2500), many.slice(2500)]) {
        const rows = session.dialect.recordset(
          'told',
          { id: 'text' },
          part.map((id) => ({ id })),
        )
        await session.run(
          session.db.raw(
            `insert into members (id, account_id, user_name, user_name_key, shown_key, status, suspended_by, incarnation, status_version, profile, created_at, updated_at)
             select told.id, ?, told.id, told.id, told.id, 'active', '', 1, 1, '{}', 1, 1 from ?`,
            [accountId, rows],
          ),
        )
        await session.run(
          session.db.raw(
            `insert into propagations (member_id, account_id, desired_rev, applied_rev, applied_epoch, leaving, dirty_since, status, attempts, next_attempt_at, claim, lease_until, caused_by)
             select told.id, ?, 1, 1, 99, 0, 0, 'open', 0, 0, 0, 0, 'test' from ?`,
            [accountId, rows],
          ),
        )
      }
    })
    await own.reads.rows({ sql: 'analyze', bindings: [] })
    for (const sort of ['userName', '-userName', 'displayName', '-displayName']) {
      const first = await read(`${base}/members`, { sort, limit: '500' })
      asked.length = 0
      await read(`${base}/members`, { sort, limit: '10', after: first.next ?? '' })
      const statement = asked.find(({ sql }) => /order by/.test(sql) && /members/.test(sql)) ?? {
        sql: '',
        bindings: [],
      }
      if (database === 'sqlite') {
        const plan = await explainSqlite(own, statement)
        expect([sort, plan.join('\n')]).toEqual([
          sort,
          expect.not.stringMatching(/SCAN m\b|USE TEMP B-TREE FOR ORDER BY/),
        ])
      } else expect([sort, rowsRead(await explainPostgres(own, statement)) < 200]).toEqual([sort, true])
    }
  })
})
