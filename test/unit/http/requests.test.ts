import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/domain/errors.ts'
import { membersQuery, requestsQuery, accountsQuery } from '../../../src/http/admin/list-queries.ts'
import { accountBody, connectionBody, mappingBody, tokenBody } from '../../../src/http/admin/schemas.ts'
import { parseInput } from '../../../src/http/strict.ts'
import { bearerOf, requestId } from '../../../src/http/operation.ts'
import { requireVersion } from '../../../src/http/scim/preconditions.ts'
import { parsePage, parseSelection } from '../../../src/http/scim/query.ts'
import { parametersOf } from '../../../src/http/scim/request.ts'
import { userSchema } from '../../../src/http/scim/schemas.ts'

const request = (headers: Record<string, string>, query: Record<string, unknown> = {}): Request =>
  ({ headers, query }) as unknown as Request

describe('the query of a list', () => {
  const window = (query: Record<string, unknown>) => {
    const { startIndex, count } = parsePage(parametersOf(request({}, query)))
    return [startIndex, count]
  }

  it.each<[Record<string, unknown>, number[]]>([
    [{}, [1, 100]],
    [{ startIndex: '1', count: '2' }, [1, 2]],
    [{ startIndex: '101', count: '100' }, [101, 100]],
    [{ startIndex: '0' }, [1, 100]],
    [{ startIndex: '-5', count: '-5' }, [1, 0]],
    [{ count: '0' }, [1, 0]],
    [{ count: '100000' }, [1, 200]],
    [{ count: '' }, [1, 100]],
    [{ count: ['3', '4'] }, [1, 3]],
    [{ count: ' 3 ' }, [1, 3]],
    [{ unknown: 'x', aadOptscim062020: '' }, [1, 100]],
  ])('%j is startIndex and count %j', (query, wanted) => {
    expect(window(query)).toEqual(wanted)
  })

  it.each(['x', '1.5', '1e3', '9'.repeat(16), '0x1'])('count %s is no integer', (count) => {
    expect(() => window({ count })).toThrow('count: an integer is due')
    expect(() => window({ startIndex: count })).toThrow('startIndex: an integer is due')
  })

  it('an empty filter is none', () => {
    expect(parseSelection(userSchema, { filter: '  ' }).filter).toBeNull()
  })
})

describe('a bearer token', () => {
  it.each<[string | undefined, string | null]>([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer', null],
    ['Bearer ', null],
    ['Basic abc', null],
    ['abc', null],
    ['', null],
    [undefined, null],
  ])('of %j is %j', (authorization, token) => {
    expect(bearerOf(request(authorization === undefined ? {} : { authorization }))).toBe(token)
  })
})

describe('the id of a request', () => {
  it('is the caller’s own where it is sane', () => {
    expect(requestId(request({ 'x-request-id': 'abc-1.2:3_4' }), () => 'fresh')).toBe('abc-1.2:3_4')
  })

  it.each(['', 'a b', 'a\nb', 'é', 'a'.repeat(101), '<script>'])('is a fresh one for %j', (told) => {
    expect(requestId(request({ 'x-request-id': told }), () => 'fresh')).toBe('fresh')
  })

  it('stays the same for the whole request', () => {
    let count = 0
    const one = request({})
    const next = (): string => `id${(count += 1)}`
    expect([requestId(one, next), requestId(one, next), requestId(request({}), next)]).toEqual(['id1', 'id1', 'id2'])
  })
})

describe('If-Match', () => {
  const check = (tag?: string): void => requireVersion({ ifMatch: tag }, { version: 3 })

  it.each([undefined, 'W/"3"', '"3"', '*', 'W/"2", W/"3"', 'W/"3.k1"'])('%s lets version 3 be changed', (tag) => {
    expect(() => check(tag)).not.toThrow()
  })

  it.each(['W/"2"', '"33"', '3', '', 'x', 'W/"2.3"'])('%j does not', (tag) => {
    try {
      check(tag)
    } catch (error) {
      expect((error as AppError).code).toBe('precondition_failed')
      return
    }
    throw new Error('let through')
  })
})

describe('the input of the admin API', () => {
  const problems = (work: () => unknown): string[] => {
    try {
      work()
    } catch (error) {
      return (error as AppError).problems.map(({ path }) => path)
    }
    throw new Error('taken')
  }

  it('tells every problem at once, each with its place', () => {
    expect(problems(() => parseInput(accountBody, { name: '', owner: { userName: 7 } }))).toEqual([
      'name',
      'catalog',
      'owner.userName',
      'owner.email',
    ])
    expect(problems(() => parseInput(connectionBody, { kind: 'adfs', emailPolicy: 'none' }))).toEqual([
      'name',
      'kind',
      'emailPolicy',
    ])
    expect(problems(() => parseInput(membersQuery, { limit: 'x', status: 'gone' }))).toEqual(['limit', 'status'])
  })

  it.each(['0', '-1', '501', '1.5', 'x', ''])('takes no limit of %j', (limit) => {
    expect(problems(() => parseInput(accountsQuery, { limit }))).toEqual(['limit'])
  })

  it('takes limits of 1 to 500, and 100 where none is told', () => {
    for (const limit of [1, 500]) expect(parseInput(accountsQuery, { limit: String(limit) }).limit).toBe(limit)
    expect(parseInput(accountsQuery, {}).limit).toBe(100)
  })

  it.each([0, 366, 1.5, '30', null])('takes no life of a token of %j days', (expiresInDays) => {
    expect(problems(() => parseInput(tokenBody, { expiresInDays }))).toEqual(['expiresInDays'])
  })

  it('wants either the group’s id or its name', () => {
    const mapping = { connection: 'c', role: 'r' }
    expect(problems(() => parseInput(mappingBody, mapping))).toEqual(['groupId'])
    expect(problems(() => parseInput(mappingBody, { ...mapping, groupId: 'g', groupName: 'G' }))).toEqual(['groupId'])
    expect(parseInput(mappingBody, { ...mapping, groupName: ' G ' }).groupName).toBe('G')
    expect(problems(() => parseInput(mappingBody, { ...mapping, groupName: 'a'.repeat(501) }))).toEqual(['groupName'])
  })

  it.each(['a\u0000b', 'a\ud800'])('takes no text that cannot be kept: %j', (name) => {
    expect(problems(() => parseInput(accountBody, { name, catalog: name }))).toEqual(['name', 'catalog'])
    expect(problems(() => parseInput(membersQuery, { userName: name, role: name, after: name }))).toEqual(
      expect.arrayContaining(['after', 'userName', 'role']),
    )
  })

  it.each([null, [], 'x', 7])('is an object, not %j', (body) => {
    expect(problems(() => parseInput(accountBody, body))).toEqual([''])
  })

  it.each<[Parameters<typeof parseInput>[0], object, string]>([
    [accountBody, { nmae: 'X', catalog: 'c' }, 'nmae: is no name here; did you mean "name"?'],
    [accountBody, { name: 'X', catalog: 'c', Catalogue: 1 }, 'Catalogue: is no name here; did you mean "catalog"?'],
    [accountBody, { name: 'X', catalog: 'c', owner: { username: 'x', email: 'y' } }, 'did you mean "userName"?'],
    [tokenBody, { expires_in_days: 3 }, 'expires_in_days: is no name here; did you mean "expiresInDays"?'],
    [tokenBody, { colour: 'red' }, 'colour: is no name here; there are: expiresInDays'],
    [mappingBody, { connection: 'c', group: 'g', role: 'r' }, 'group: is no name here; did you mean "groupId"?'],
    [connectionBody, { name: 'X', kind: 'okta', emailpolicy: 'strict' }, 'did you mean "emailPolicy"?'],
    [membersQuery, { rol: 'x' }, 'rol: is no name here; did you mean "role"?'],
    [requestsQuery, { stauts: '404' }, 'stauts: is no name here; did you mean "status"?'],
    [tokenBody, JSON.parse('{"__proto__": 1}') as object, '__proto__: is no name here; there are: expiresInDays'],
  ])('a name that there is not is refused, with the nearest that there is: %#', (schema, body, told) => {
    expect(() => parseInput(schema, body)).toThrow(told)
    expect(problems(() => parseInput(schema, body)).join()).toMatch(/\S/)
  })

  it('a query of the request log knows statuses, classes of them, and instants', () => {
    expect(parseInput(requestsQuery, { status: '4xx', failed: 'true', since: '2026-11-24', limit: '7' })).toEqual({
      ...{ status: '4xx', failed: true, since: Date.UTC(2026, 10, 24), limit: 7, sort: '-at' },
    })
    for (const wrong of [
      { status: '6xx' },
      { status: '40' },
      { since: 'yesterday' },
      { failed: 'yes' },
      { method: 'get' },
    ])
      expect(problems(() => parseInput(requestsQuery, wrong))).toEqual(Object.keys(wrong))
  })
})
