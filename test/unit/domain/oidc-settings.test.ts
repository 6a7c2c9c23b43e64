import { describe, expect, it } from 'vitest'
import { sameJudge } from '../../../src/domain/oidc-settings.ts'

describe('a token that was judged while the settings of its connection changed', () => {
  const settings: Parameters<typeof sameJudge>[0] = {
    ...{ issuer: 'https://login.corp.example', clientId: 'joinery', tenant: null, maxAgeSeconds: null },
    pair: { attribute: 'externalId', claim: 'sub' },
  }

  it('was judged as it would be now, where what judges it is the same', () => {
    expect(sameJudge(settings, { ...settings, pair: { attribute: 'externalId', claim: 'sub' } })).toBe(true)
  })

  it.each<[string, Partial<typeof settings>]>([
    ['issuer', { issuer: 'https://login.other.example' }],
    ['client', { clientId: 'other' }],
    ['tenant', { tenant: '7b0d2c6e-0f4f-4b0c-9c0a-2f1f5a5a5a5a' }],
    ['pair', { pair: { attribute: 'externalId', claim: 'oid' } }],
    ['longest age of an authentication', { maxAgeSeconds: 300 }],
  ])('was judged by another %s', (_, change) => {
    expect(sameJudge(settings, { ...settings, ...change })).toBe(false)
  })
})
