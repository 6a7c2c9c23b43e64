import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/domain/errors.ts'
import type { RateLimit } from '../../../src/domain/rate-limit.ts'
import { createRateLimiter } from '../../../src/http/rate-limit.ts'

/** A limiter under a clock that stands until it is moved. */
function limiter(limit: RateLimit) {
  const clock = { now: 1_000_000 }
  const limiterOf = createRateLimiter(() => clock.now)
  const admit = (connection: string): void => limiterOf(connection, limit)
  const admitted = (connection: string, times: number): number => {
    let count = 0
    for (let each = 0; each < times; each += 1) {
      try {
        admit(connection)
        count += 1
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }
    return count
  }
  const retryAfter = (connection: string): number | undefined => {
    try {
      admit(connection)
    } catch (error) {
      return (error as AppError).retryAfterSeconds
    }
    return undefined
  }
  return { clock, admit, admitted, retryAfter }
}

describe('the rate limit', () => {
  it('lets a burst through and then no more', () => {
    const { admitted } = limiter({ perSecond: 25, burst: 75 })
    expect(admitted('c', 200)).toBe(75)
  })

  it('fills up with time, and never beyond the burst', () => {
    const { clock, admitted } = limiter({ perSecond: 25, burst: 75 })
    admitted('c', 75)
    clock.now += 1000
    expect(admitted('c', 200)).toBe(25)
    clock.now += 40
    expect(admitted('c', 200)).toBe(1)
    clock.now += 3_600_000
    expect(admitted('c', 200)).toBe(75)
  })

  it('is each connection’s own: one tenant’s storm is not another’s 429', () => {
    const { admitted } = limiter({ perSecond: 1, burst: 3 })
    expect(admitted('a', 10)).toBe(3)
    expect(admitted('b', 10)).toBe(3)
  })

  it('says when to come back, in whole seconds of at least one, and that is when it lets in again', () => {
    for (const perSecond of [25, 1, 0.2]) {
      const { clock, admitted, retryAfter } = limiter({ perSecond, burst: 2 })
      admitted('c', 2)
      const seconds = retryAfter('c')!
      expect(seconds).toBe(Math.max(1, 1 / perSecond))
      clock.now += seconds * 1000
      expect(retryAfter('c')).toBeUndefined()
    }
  })

  it('a refused request costs nothing', () => {
    const { clock, admitted } = limiter({ perSecond: 1, burst: 1 })
    admitted('c', 1000)
    clock.now += 1000
    expect(admitted('c', 1)).toBe(1)
  })

  it('a clock that is set back punishes nobody', () => {
    const { clock, admitted } = limiter({ perSecond: 10, burst: 10 })
    admitted('c', 5)
    clock.now -= 3_600_000
    expect(admitted('c', 10)).toBe(5)
    clock.now += 1000
    expect(admitted('c', 20)).toBe(10)
  })

  it('keeps 10000 connections in mind and forgets whoever was quiet longest', () => {
    const { admit, admitted } = limiter({ perSecond: 1, burst: 2 })
    admit('quiet')
    admit('quiet')
    for (let each = 0; each < 10_000; each += 1) admit(`c${each}`)
    expect(admitted('quiet', 5)).toBe(2)
    expect(admitted('c9999', 5)).toBe(1)
  })

  it('of null is none', () => {
    expect(limiter(null).admitted('c', 10_000)).toBe(10_000)
  })
})
