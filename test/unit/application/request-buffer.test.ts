import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRequestBuffer } from '../../../src/application/requests/request-buffer.ts'
import type { RequestEntry } from '../../../src/application/requests/request-entry.ts'
import { AppError } from '../../../src/domain/errors.ts'

const entry = (id: number, request = ''): RequestEntry => ({
  ...{ id: String(id), connectionId: 'c', at: id, operation: 'o', method: 'GET', path: '/Users', query: null },
  ...{ status: 200, scimType: null, detail: null, ms: 1, credentialId: null, resourceId: null, request, answer: null },
  notes: { items: [], total: 0 },
  changes: { lines: [], linesTotal: 0, memberIds: [], membersTotal: 0 },
})
const outage = (): AppError => new AppError('upstream_unavailable', 'away')

/** A buffer, what it has written, what it has dropped, and how the database is. */
function aBuffer(limits: { maxEntries?: number; maxBytes?: number } = {}) {
  const written: string[][] = []
  const dropped: [number, string][] = []
  const state: { fail: (() => Error) | null } = { fail: null }
  const buffer = createRequestBuffer({
    write: async (entries) => {
      if (state.fail !== null) throw state.fail()
      written.push(entries.map(({ id }) => id))
    },
    dropped: (count, reason) => void dropped.push([count, reason]),
    ...limits,
  })
  return { buffer, written, dropped, state }
}

describe('the buffer of the request log', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('writes nothing at once, and then batches in order', async () => {
    const { buffer, written, dropped } = aBuffer()
    for (let id = 0; id < 250; id += 1) buffer.add(entry(id))
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(written.map((batch) => batch.length)).toEqual([100, 100, 50])
    expect(written.flat()).toEqual(Array.from({ length: 250 }, (_, id) => String(id)))
    expect(dropped).toEqual([])
  })

  it('keeps batches small in bytes too', async () => {
    const { buffer, written } = aBuffer()
    for (let id = 0; id < 6; id += 1) buffer.add(entry(id, 'x'.repeat(100_000)))
    await vi.advanceTimersByTimeAsync(1000)
    expect(written.map((batch) => batch.length)).toEqual([3, 3])
  })

  it.each([
    ['entries', { maxEntries: 10 }],
    ['bytes', { maxBytes: 10 * 600 }],
  ])('drops and counts what comes when it is full of %s', async (_, limits) => {
    const { buffer, written, dropped } = aBuffer(limits)
    for (let id = 0; id < 13; id += 1) buffer.add(entry(id))
    expect(dropped).toEqual([
      [1, 'full'],
      [1, 'full'],
      [1, 'full'],
    ])
    await vi.advanceTimersByTimeAsync(1000)
    expect(written.flat()).toHaveLength(10)
    buffer.add(entry(14))
    await vi.advanceTimersByTimeAsync(1000)
    expect(written.flat()).toHaveLength(11)
  })

  it('keeps through an outage what it has room for, and writes it afterwards', async () => {
    const { buffer, written, dropped, state } = aBuffer()
    state.fail = outage
    buffer.add(entry(1))
    await vi.advanceTimersByTimeAsync(10_000)
    expect([written, dropped]).toEqual([[], []])
    state.fail = null
    await vi.advanceTimersByTimeAsync(2000)
    expect(written).toEqual([['1']])
  })

  it('gives a batch up that the database refuses, and goes on', async () => {
    const { buffer, written, dropped, state } = aBuffer()
    state.fail = () => new Error('refused')
    buffer.add(entry(1))
    await vi.advanceTimersByTimeAsync(1000)
    expect(dropped).toEqual([[1, 'refused']])
    state.fail = null
    buffer.add(entry(2))
    await vi.advanceTimersByTimeAsync(1000)
    expect(written).toEqual([['2']])
  })

  it('writes what waits when it is closed, and takes nothing any more', async () => {
    const { buffer, written, dropped } = aBuffer()
    buffer.add(entry(1))
    await buffer.close()
    expect(written).toEqual([['1']])
    buffer.add(entry(2))
    expect(dropped).toEqual([[1, 'full']])
  })

  it('does not wait for a database that is away when it is closed', async () => {
    const { buffer, dropped, state } = aBuffer()
    state.fail = outage
    buffer.add(entry(1))
    buffer.add(entry(2))
    await buffer.close()
    expect(dropped).toEqual([[2, 'refused']])
  })
})
