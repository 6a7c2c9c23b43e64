import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
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
  const [left, right] = [a, b].map((text) => hash('sha256', text, 'buffer'))
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

export function createSecrets(): Secrets {
  return {
    token: randomToken,
    hash: (secret) => hash('sha256', secret),
    keyedHash: (key, secret) => createHmac('sha256', key).update(secret).digest('hex'),
    equal: equalTexts,
  }
}
