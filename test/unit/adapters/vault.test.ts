import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../../src/adapters/crypto/create-seal.ts'
import { createVault } from '../../../src/adapters/crypto/create-vault.ts'
import { placeText, type SecretPlace } from '../../../src/domain/secret-place.ts'

const [oldKey, newKey, otherKey] = ['old', 'new', 'other'].map((name) => `${name}-key-`.padEnd(40, '0')) as [
  string,
  string,
  string,
]
const place: SecretPlace = { accountId: 'a1', kind: 'connection', id: 'c1', field: 'client-secret' }

describe('the vault', () => {
  it('opens what it sealed, for any text and any context, and seals the same text differently each time', () => {
    const vault = createVault([oldKey])
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
        const sealed = vault.seal(text, context)
        expect(vault.open(sealed, context)).toBe(text)
        expect(vault.seal(text, context)).not.toBe(sealed)
      }),
    )
  })

  it('tells nothing of the text, and names its key', () => {
    const vault = createVault([oldKey])
    const sealed = vault.seal('a very secret text', 'context')
    expect(sealed).toMatch(/^v1\.[0-9a-f]{16}\.[\w-]+$/)
    expect(sealed.split('.')[1]).toBe(vault.keys[0].id)
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret')
    expect(vault.keys[0].id).not.toBe(createVault([newKey]).keys[0].id)
  })

  it('opens nothing in another place: a sealed text cannot be moved to another account, thing or field', () => {
    const vault = createVault([oldKey])
    const sealed = vault.seal('secret', placeText(place))
    for (const moved of [{ accountId: 'a2' }, { accountId: null }, { kind: 'signing-key' as const }, { id: 'c2' }]) {
      expect(() => vault.open(sealed, placeText({ ...place, ...moved }))).toThrow(/cannot be opened: it was changed/)
    }
    expect(() => vault.open(sealed, placeText({ ...place, field: 'private-key' }))).toThrow('cannot be opened')
    expect(vault.open(sealed, placeText(place))).toBe('secret')
  })

  it('opens nothing that was changed, in any letter', () => {
    const vault = createVault([oldKey])
    const sealed = vault.seal('secret', 'context')
    for (let index = 0; index < sealed.length; index += 1) {
      const other = sealed[index] === '0' ? '1' : '0'
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1)
      expect(() => vault.open(changed, 'context'), `letter ${index}`).toThrow()
    }
    for (const wrong of ['', 'v1', 'v1..', `${sealed}=`, `${sealed}A`, sealed.slice(0, -1), sealed.slice(0, 30)])
      expect(() => vault.open(wrong, 'context'), wrong).toThrow(/set it anew/)
  })

  it('seals under the first key and opens under all: keys are changed by giving both', () => {
    const [before, between] = [createVault([oldKey]), createVault([oldKey, newKey])]
    const [turned, after] = [createVault([newKey, oldKey]), createVault([newKey])]
    const old = before.seal('secret', 'context')
    const fresh = turned.seal('secret', 'context')
    for (const vault of [between, turned]) {
      expect(vault.open(old, 'context')).toBe('secret')
      expect(vault.open(fresh, 'context')).toBe('secret')
    }
    expect(after.open(fresh, 'context')).toBe('secret')
    expect(() => after.open(old, 'context')).toThrow(
      `the secret at context is sealed under the key ${before.keys[0].id}, which SECRET_KEY does not hold; give that key again`,
    )
  })
})

describe('the seal of what others carry', () => {
  it('opens under every key that is held, for its purpose and its context alone', () => {
    const sealed = createSeal([oldKey], 'cursors').seal('place', 'context')
    expect(createSeal([newKey, otherKey, oldKey], 'cursors').open(sealed, 'context')).toBe('place')
    expect(createSeal([newKey], 'cursors').open(sealed, 'context')).toBeNull()
    expect(createSeal([oldKey], 'links').open(sealed, 'context')).toBeNull()
    expect(createSeal([oldKey], 'cursors').open(sealed, 'other')).toBeNull()
    expect(createSeal([oldKey], 'cursors').open('A'.repeat(10_000), 'context')).toBeNull()
  })
})
