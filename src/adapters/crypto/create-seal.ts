import { decrypt, deriveKey, encrypt } from './aead.ts'

const longestSealed = 8192

/**
 * Seals short texts that others carry for us: they can be neither read nor made, and are good for the context alone that
 * they were sealed for. The first key seals, all of them open.
 */
export function createSeal(secretKeys: SecretKeys, purpose: string) {
  const [first, ...others] = secretKeys
  const sealing = deriveKey(first, purpose)
  const keys = [sealing, ...others.map((key) => deriveKey(key, purpose))]
  return {
    seal: (text: string, context: string): string => encrypt(sealing, text, context),
    open(sealed: string, context: string): string | null {
      if (sealed.length > longestSealed) return null
      for (const key of keys) {
        const text = decrypt(key, sealed, context)
        if (text !== null) return text
      }
      return null
    },
  }
}

/** The secret keys in use, the one that seals first. */
export type SecretKeys = readonly [string, ...string[]]
