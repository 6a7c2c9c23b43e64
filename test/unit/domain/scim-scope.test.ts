import { describe, expect, it } from 'vitest'
import { effectiveRateLimit, rateLimitOf } from '../../../src/domain/rate-limit.ts'
import { missingScope, narrowScopes } from '../../../src/domain/scim-scope.ts'
import { accessTokenEnd, withoutDefaultScope } from '../../../src/domain/oauth-client.ts'

describe('a scope', () => {
  it('holds its own reading, and nothing else does', () => {
    expect(missingScope(['users'], 'users', 'read')).toBeNull()
    expect(missingScope(['users'], 'users', 'write')).toBeNull()
    expect(missingScope(['users:read'], 'users', 'read')).toBeNull()
    expect(missingScope(['users:read', 'groups'], 'users', 'write')).toBe('users')
    expect(missingScope(['users'], 'groups', 'read')).toBe('groups:read')
    expect(missingScope([], 'groups', 'write')).toBe('groups')
  })

  it.each<[string, readonly string[] | null]>([
    ['', ['users', 'groups:read']],
    ['  ', ['users', 'groups:read']],
    ['scim', ['users', 'groups:read']],
    ['scim.readwrite users', ['users', 'groups:read']],
    ['users', ['users']],
    ['users:read', ['users:read']],
    ['users users', ['users']],
    ['groups', null],
    ['users groups', null],
    ['Users', null],
    ['__proto__', null],
  ])('asked for as %j of "users groups:read" is %j', (wanted, given) => {
    expect(narrowScopes(['users', 'groups:read'], wanted)).toEqual(given)
  })
})

describe('a rate limit', () => {
  it('is never under 25 a second in effect, unless it is off', () => {
    expect(rateLimitOf(0)).toBeNull()
    expect(rateLimitOf(0, 7)).toBeNull()
    expect(rateLimitOf(1)).toEqual({ perSecond: 25, burst: 75 })
    expect(rateLimitOf(100, 1)).toEqual({ perSecond: 100, burst: 100 })
    expect(effectiveRateLimit(null, { perSecond: 100, burst: 300 })).toEqual({ perSecond: 100, burst: 300 })
    expect(effectiveRateLimit({ perSecond: 3, burst: 3 }, null)).toEqual({ perSecond: 25, burst: 25 })
    expect(effectiveRateLimit({ perSecond: 0, burst: 0 }, { perSecond: 100, burst: 300 })).toBeNull()
  })
})

describe('an access token', () => {
  it('lives for an hour, or as long as its secret', () => {
    expect(accessTokenEnd(1000, null)).toBe(3_601_000)
    expect(accessTokenEnd(1000, { expiresAt: 5000 })).toBe(5000)
  })

  it('is asked for by an audience that Entra shows with a scope behind it', () => {
    expect(withoutDefaultScope('api://x/.default')).toBe('api://x')
    expect(withoutDefaultScope('https://x/.default/y')).toBe('https://x/.default/y')
  })
})
