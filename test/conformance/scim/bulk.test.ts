import { describe, expect, it } from 'vitest'
import { aUser, expectError, messages, useDoor } from '../../support/door.ts'
import { enterpriseUrn, groupUrn, patch, userUrn } from '../../support/idp.ts'
import { bulkUrn, createBulk, message, post } from '../../support/bulk.ts'

const door = useDoor()
const bulk = createBulk(door)
const group = (displayName: string, ...members: string[]): object => ({
  schemas: [groupUrn],
  displayName,
  members: members.map((value) => ({ type: 'User', value })),
})
const idIn = ({ location }: any): string => location.split('/').at(-1)
const statuses = (results: any[]): string[] => results.map(({ status }) => status)
const isFailed = (result: any, status: number, scimType?: string): void => {
  expect(result.status).toBe(String(status))
  expect(result.response).toEqual({
    schemas: [`${messages}:Error`],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: expect.stringMatching(/\S{3}/) as string,
  })
}

describe('the message', () => {
  it('[295] has Operations and names the BulkRequest URN', async () => {
    for (const body of [
      { schemas: [bulkUrn] },
      message({}),
      message('x'),
      message([null]),
      { Operations: [] },
      { schemas: [userUrn], Operations: [] },
    ])
      expectError(await door.scim('POST', '/Bulk', body), 400, 'invalidSyntax')
    expect(await bulk([])).toEqual([])
  })

  it('[296] knows POST, PUT, PATCH and DELETE', async () => {
    const user = await door.user('methods')
    const results = await bulk([
      post('m1', '/Users', aUser('methods2')),
      { method: 'PUT', path: `/Users/${user.id}`, data: aUser('methods3') },
      { method: 'PATCH', path: `/Users/${user.id}`, data: patch({ op: 'add', path: 'title', value: 'Dr' }) },
      { method: 'DELETE', path: `/Users/${user.id}` },
    ])
    expect(statuses(results)).toEqual(['201', '200', '200', '204'])
    expect(results.map(({ method }) => method)).toEqual(['POST', 'PUT', 'PATCH', 'DELETE'])
    expect((await door.scim('GET', `/Users/${user.id}`)).status).toBe(404)
    for (const method of ['GET', '', undefined, 7])
      expectError(await door.scim('POST', '/Bulk', message([{ method, path: '/Users' }])), 400, 'invalidSyntax')
  })

  it('[297][298][299] needs a bulkId for POST, a path, and data for all but DELETE', async () => {
    const user = await door.user('needs')
    const path = `/Users/${user.id}`
    const results = await bulk([
      { method: 'POST', path: '/Users', data: aUser('needs2') },
      { method: 'POST', bulkId: 'n1', path: '/Users' },
      { method: 'PUT', path },
      { method: 'PATCH', path },
      { method: 'DELETE' },
      { method: 'PUT', path: '/Users', data: aUser('needs3') },
      post('n2', path, aUser('needs4')),
    ])
    for (const result of results) expect(result.status).toMatch(/^4\d\d$/)
    for (const result of results) isFailed(result, Number(result.status), 'invalidValue')
    expect(await door.ok('GET', path)).toEqual(user)
    expect(await door.found('userName sw "needs"')).toEqual(['needs'])
  })

  it('[300] may name the version that it changes: else that operation alone is 412', async () => {
    const user = await door.user('versioned')
    const path = `/Users/${user.id}`
    const data = patch({ op: 'replace', path: 'title', value: 'Dr' })
    const results = await bulk([
      { method: 'PATCH', path, version: 'W/"77"', data },
      { method: 'PATCH', path, version: user.meta.version, data },
      { method: 'DELETE', path, version: user.meta.version },
    ])
    isFailed(results[0], 412)
    isFailed(results[2], 412)
    expect(results[1].status).toBe('200')
    expect(results[1].version).toBe((await door.ok('GET', path)).meta.version)
  })
})

describe('the answer', () => {
  it('[301][307][312][313][314] has a result for each operation: its bulkId, status and location', async () => {
    const there = await door.user('there')
    const results = await bulk([
      post('new', '/Users', aUser('results')),
      { method: 'PUT', path: `/Users/${there.id}`, data: aUser('there', { title: 'Dr' }) },
      {
        method: 'PATCH',
        path: `/Groups/${(await door.group('There')).id}`,
        data: patch({ op: 'replace', path: 'displayName', value: 'There 2' }),
      },
      { method: 'DELETE', path: `/Users/${there.id}` },
      post('double', '/Users', aUser('results')),
      { method: 'PATCH', path: '/Users/nobody', data: patch({ op: 'add', path: 'title', value: 'x' }) },
    ])
    expect(statuses(results)).toEqual(['201', '200', '204', '204', '409', '404'])
    expect(results[0].bulkId).toBe('new')
    expect((await door.ok('GET', `/Users/${idIn(results[0])}`)).meta.location).toBe(results[0].location)
    expect(results[1].location).toBe(there.meta.location)
    expect(results[3].location).toBe(there.meta.location)
    expect(results[4]).not.toHaveProperty('location')
    expect(results[5].location).toBe(`${door.tenant.scimUrl}/Users/nobody`)
  })

  it('[302][303][315] has the SCIM error of each operation that failed, with a text for people', async () => {
    await door.user('taken')
    const { id } = await door.user('errs')
    const results = await bulk([
      post('e1', '/Users', aUser('taken')),
      post('e2', '/Users', { schemas: [userUrn] }),
      { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'replace', path: 'id', value: 'x' }) },
      { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'replace', path: 'nothing', value: 'x' }) },
      { method: 'DELETE', path: '/Users/nobody' },
      post('e3', '/Nothing', aUser('x')),
    ])
    isFailed(results[0], 409, 'uniqueness')
    isFailed(results[1], 400, 'invalidValue')
    isFailed(results[2], 400, 'mutability')
    isFailed(results[3], 400, 'invalidPath')
    isFailed(results[4], 404)
    isFailed(results[5], 404)
  })

  it('[304] is 200 for a job that was processed, whatever became of its operations', async () => {
    expect(statuses(await bulk([{ method: 'DELETE', path: '/Users/nobody' }]))).toEqual(['404'])
  })

  it('[305] is an error where the job could not be processed', async () => {
    expectError(await door.scim('POST', '/Bulk', '{'), 400, 'invalidSyntax')
    expectError(await door.scim('POST', '/Bulk', message([]), { Authorization: '' }), 401)
    expectError(
      await door.scim('POST', '/Bulk', message([post('a', '/Users', aUser('a1')), post('a', '/Users', aUser('a2'))])),
      400,
      'invalidValue',
    )
    expect(await door.found('userName sw "a1"')).toEqual([])
  })
})

describe('a job', () => {
  it('[306] goes on after failures, unless failOnErrors is reached', async () => {
    const bad = { method: 'DELETE', path: '/Users/nobody' }
    const through = await bulk([
      bad,
      post('f1', '/Users', aUser('through')),
      bad,
      post('f2', '/Groups', group('Through')),
    ])
    expect(statuses(through)).toEqual(['404', '201', '404', '201'])
    const stopped = await bulk(
      [
        post('f3', '/Users', aUser('before')),
        bad,
        post('f4', '/Users', aUser('middle')),
        bad,
        post('f5', '/Users', aUser('after')),
      ],
      { failOnErrors: 2 },
    )
    expect(statuses(stopped)).toEqual(['201', '404', '201', '404'])
    expect(await door.found('userName sw "after"')).toEqual([])
    const [only, ...rest] = await bulk([bad, bad], { failOnErrors: 1 })
    expect([only.status, rest]).toEqual(['404', []])
  })

  it('[308] comes to what its order says', async () => {
    const { id } = await door.user('ordered', { title: 'none' })
    const set = (value: string): object => ({
      method: 'PATCH',
      path: `/Users/${id}`,
      data: patch({ op: 'replace', path: 'title', value }),
    })
    await bulk(['1', '2', '3', '4', '5'].map(set))
    expect((await door.ok('GET', `/Users/${id}`)).title).toBe('5')
    const results = await bulk([{ method: 'DELETE', path: `/Users/${id}` }, post('again', '/Users', aUser('ordered'))])
    expect(statuses(results)).toEqual(['204', '201'])
  })

  it('[310] replaces bulkId references by the ids of what is made, before and after its maker, in data and in paths', async () => {
    const results = await bulk([
      post('team', '/Groups', group('Team', 'bulkId:lisa', 'bulkId:joe')),
      post('lisa', '/Users', aUser('lisa')),
      post('joe', '/Users', aUser('joe')),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:team',
        data: patch({ op: 'replace', path: 'displayName', value: 'Team 2' }),
      },
      { method: 'PATCH', path: '/Users/bulkId:joe', data: patch({ op: 'add', path: 'title', value: 'Dr' }) },
    ])
    expect(statuses(results)).toEqual(['201', '201', '201', '204', '200'])
    const byId = new Map(results.map((result) => [result.bulkId, result]))
    const team = await door.ok('GET', `/Groups/${idIn(byId.get('team'))}`)
    expect(team.displayName).toBe('Team 2')
    expect(team.members.map(({ value }: any) => value).sort()).toEqual(
      [idIn(byId.get('lisa')), idIn(byId.get('joe'))].sort(),
    )
    expect((await door.ok('GET', `/Users/${idIn(byId.get('joe'))}`)).title).toBe('Dr')
  })

  it('[311] replaces them in extensions too', async () => {
    const results = await bulk([
      post(
        'report',
        '/Users',
        aUser('report', { schemas: [userUrn, enterpriseUrn], [enterpriseUrn]: { manager: { value: 'bulkId:boss' } } }),
      ),
      post('boss', '/Users', aUser('boss')),
    ])
    const byId = new Map(results.map((result) => [result.bulkId, idIn(result)]))
    const report = await door.ok('GET', `/Users/${byId.get('report')}`)
    expect(report[enterpriseUrn].manager.value).toBe(byId.get('boss'))
  })

  it('[309] makes a circle of references, each whole', async () => {
    const managedBy = (bulkId: string): object => ({ [enterpriseUrn]: { manager: { value: `bulkId:${bulkId}` } } })
    const results = await bulk([
      post('c1', '/Users', aUser('circle1', managedBy('c2'))),
      post('c2', '/Users', aUser('circle2', managedBy('c1'))),
    ])
    expect(statuses(results)).toEqual(['201', '201'])
    const [one, two] = await Promise.all(results.map((result) => door.ok('GET', `/Users/${idIn(result)}`)))
    expect(one[enterpriseUrn].manager.value).toBe(two.id)
    expect(two[enterpriseUrn].manager.value).toBe(one.id)
  })

  it('[309] answers 409 to a circle that cannot be closed, and to whoever needs what has failed', async () => {
    const managedBy = (bulkId: string): object => ({ [enterpriseUrn]: { manager: { value: `bulkId:${bulkId}` } } })
    await door.user('occupied')
    const results = await bulk([
      post('o1', '/Users', aUser('open1', managedBy('o2'))),
      post('o2', '/Users', aUser('occupied', managedBy('o1'))),
      post('o3', '/Groups', group('Open', 'bulkId:o2')),
    ])
    const byId = new Map(results.map((result) => [result.bulkId, result]))
    isFailed(byId.get('o1'), 409)
    isFailed(byId.get('o2'), 409, 'uniqueness')
    isFailed(byId.get('o3'), 409)
  })

  it('[310] replaces one in a path also where its maker comes later', async () => {
    const data = patch({ op: 'add', path: 'title', value: 'Dr' })
    const results = await bulk([
      { method: 'PATCH', path: '/Users/bulkId:late', data },
      post('late', '/Users', aUser('late')),
    ])
    expect(statuses(results)).toEqual(['200', '201'])
    expect(await door.found('userName sw "late" and title eq "Dr"')).toEqual(['late'])
  })

  it('[310] refuses a reference to what nobody makes', async () => {
    const [result] = await bulk([post('u1', '/Groups', group('Unmade', 'bulkId:nobody'))])
    expect(result.status).toMatch(/^4/)
    expect(await door.found('displayName eq "Unmade"', '/Groups')).toEqual([])
  })

  it('[342] uses the words of single errors in its results', async () => {
    const { id } = await door.user('words')
    const data = patch({ op: 'replace', path: 'emails[type eq "work"].value', value: 'x@corp.example' })
    const [result] = await bulk([{ method: 'PATCH', path: `/Users/${id}`, data }])
    expect(result.response).toEqual((await door.scim('PATCH', `/Users/${id}`, data)).body)
  })
})
