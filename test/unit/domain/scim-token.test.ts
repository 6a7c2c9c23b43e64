import { describe, expect, it } from 'vitest'
import { formatCredential, isLive, parseCredential } from '../../../src/domain/credential-text.ts'
import { liveTokenLimit, tokenLifeDays } from '../../../src/domain/scim-token.ts'

const secret = 'aB3'.repeat(14) + 'z'

describe('a SCIM token', () => {
  it('names its row and carries 43 digits of base62', () => {
    expect(secret).toHaveLength(43)
    expect(parseCredential('scim', formatCredential('scim', '0190-ab', secret))).toEqual({ id: '0190-ab', secret })
  })

  it.each([
    '',
    'scim_',
    `scim_id_${secret}x`,
    `scim_id_${secret.slice(1)}`,
    `scim__${secret}`,
    `scim_a_b_${secret}`,
    `scim_ID_${secret}`,
    `SCIM_id_${secret}`,
    `scimat_id_${secret}`,
    `scimcs_id_${secret}`,
    `xscim_id_${secret}`,
    `scim_id_${secret} `,
    `scim_id_${secret}\n`,
    `scim_id_${secret.replace('z', '-')}`,
    `scim_${'a'.repeat(65)}_${secret}`,
    `scim_i'd_${secret}`,
  ])('%j is none', (text) => {
    expect(parseCredential('scim', text)).toBeNull()
  })

  it('lives until it expires or is revoked, and not a moment longer', () => {
    expect(isLive({ expiresAt: 10, revokedAt: null }, 9)).toBe(true)
    expect(isLive({ expiresAt: 10, revokedAt: null }, 10)).toBe(false)
    expect(isLive({ expiresAt: 10, revokedAt: 3 }, 4)).toBe(false)
  })

  it('is one of two at most, for a year at most', () => {
    expect([liveTokenLimit, tokenLifeDays]).toEqual([2, 365])
  })
})
