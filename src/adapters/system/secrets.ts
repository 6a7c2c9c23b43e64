import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { Secrets } from '../../application/ports.ts'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const tokenLength = 43

/** 43 base62 digits: 256 bits, each digit drawn without bias. */
export function randomToken(): string {
  let text = ''
  while (text.length < tokenLength) {
    for (const byte of randomBytes(64)) {
      if (byte < 248 && text.length < tokenLength) text += digits[byte % 62] ?? ''
    }
  }
  return text
}

/** Compares without telling by its time where the difference lies. */
export function equalTexts(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

export function createSecrets(): Secrets {
  return {
    token: randomToken,
    hash: (secret) => createHash('sha256').update(secret).digest('hex'),
    equal: equalTexts,
  }
}

/**
 * Seals short texts that others carry for us (AES-256-GCM, base64url): they can be neither read nor made, and are good for
 * the context alone that they were sealed for. Each purpose has a key of its own, derived from the secret key.
 */
export function createSeal(secretKey: string, purpose: string) {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', `joinery ${purpose}`, 32))
  return {
    seal(text: string, context: string): string {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final()]
      return Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed: string, context: string): string | null {
      const bytes = Buffer.from(sealed.slice(0, longestSealed), 'base64url')
      // Decoding is lenient; only what we wrote ourselves, letter by letter, is ours.
      if (bytes.length < 28 || bytes.toString('base64url') !== sealed) return null
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(-16))
      try {
        return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}

const longestSealed = 8192

/** What a database keeps of the secret key, to know it again and to refuse another. */
export function keyCheckValue(secretKey: string): string {
  return createHmac('sha256', secretKey).update('joinery key check').digest('hex')
}
