import { describe, expect, it } from 'vitest'
import { orderOf, resolveId, resolveReferences } from '../../../src/http/scim/bulk-references.ts'
import { parseBulk } from '../../../src/http/scim/bulk-request.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const operations = (Operations: object[]) => parseBulk({ schemas, Operations }).operations
const post = (bulkId: string, data: object = {}) => ({ method: 'POST', bulkId, path: '/Groups', data })
const holding = (...ids: string[]) => ({ members: ids.map((value) => ({ value: `bulkId:${value}` })) })

describe('the order of a bulk request', () => {
  it('is the client’s where nothing refers further down', () => {
    expect(orderOf(operations([post('a'), post('b', holding('a')), post('c', holding('b'))]))).toEqual([0, 1, 2])
  })

  it('takes what is referred to first, in data and in paths, and of a circle the last one named', () => {
    const patch = { method: 'PATCH', path: '/Groups/bulkId:b', data: {} }
    expect(orderOf(operations([patch, post('a', holding('c')), post('b'), post('c')]))).toEqual([2, 0, 3, 1])
    expect(orderOf(operations([post('a', holding('b')), post('b', holding('a'))]))).toEqual([1, 0])
  })

  it('of a chain of a thousand is its reverse, without a stack of calls', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => post(`n${index}`, holding(`n${index + 1}`)))
    expect(orderOf(operations(chain))).toEqual(chain.map((_, index) => 999 - index))
  })
})

describe('references', () => {
  const [group] = operations([post('a', { displayName: 'A', ...holding('made', 'later') })])
  const made = new Map([['made', 'id-1']])

  it('become ids; what is not made yet is put off, and nothing else', () => {
    expect(resolveReferences(group!, made, new Set(['a', 'made', 'later']))).toEqual({
      data: { displayName: 'A', members: [{ value: 'id-1' }] },
      deferred: { missing: new Set(['later']), value: { members: [{ value: 'bulkId:later' }] } },
    })
    expect(resolveId('bulkId:made', made, new Set())).toBe('id-1')
    expect(resolveId('other', made, new Set())).toBe('other')
  })

  it('to nobody and to what has failed are errors that say so', () => {
    expect(() => resolveReferences(group!, made, new Set())).toThrow('which no POST of this request has as its bulkId')
    expect(() => resolveId('bulkId:x', new Map([['x', null]]), new Set(['x']))).toThrow('whose operation has failed')
  })
})
