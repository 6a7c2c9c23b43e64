import { describe, expect, it } from 'vitest'
import { attemptLimit, lags, retryDelayMs } from '../../../src/domain/propagation.ts'

describe('a member lags', () => {
  const level = { desiredRev: 3, appliedRev: 3, epoch: 7, appliedEpoch: 7 }

  it.each([
    [level, false],
    [{ ...level, desiredRev: 4 }, true],
    [{ ...level, epoch: 8 }, true],
    [{ ...level, appliedRev: 2, appliedEpoch: 6 }, true],
    [{ ...level, appliedRev: 4 }, false],
  ])('%j: %s', (marks, wanted) => {
    expect(lags(marks)).toBe(wanted)
  })
})

describe('a failed propagation waits', () => {
  it('twice as long each time, up to a quarter of an hour', () => {
    const longest = Array.from({ length: attemptLimit + 3 }, (_, attempts) => retryDelayMs(attempts, 1))
    expect(longest.slice(0, 5)).toEqual([1000, 2000, 4000, 8000, 16_000])
    expect(longest.at(-1)).toBe(900_000)
    expect(retryDelayMs(10_000, 1)).toBe(900_000)
  })

  it('never less than a tenth of that, so that many who fail together do not come back together', () => {
    expect(retryDelayMs(3, 0)).toBe(800)
    expect(retryDelayMs(3, 0.5)).toBe(4400)
  })
})
