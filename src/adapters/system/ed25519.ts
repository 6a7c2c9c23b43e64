import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { keyIdOf, type SigningKey } from '../../domain/audit-statement.ts'

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A fresh Ed25519 private key, as PKCS #8 in PEM (RFC 8410). */
export function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

/** The key of a PEM; null where it is no Ed25519 private key. */
export function readPrivateKey(pem: string): SigningKey | null {
  const key = attempt(() => createPrivateKey(pem))
  if (key?.asymmetricKeyType !== 'ed25519') return null
  const publicKey = rawOf(createPublicKey(key))
  return {
    id: keyIdOf(publicKey, sha256Hex),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  }
}

/** Whether a signature is that key's over the text; a key or a signature that is none never is. */
export function verifySignature(publicKey: string, text: string, signature: string): boolean {
  const key = attempt(() => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' }))
  const bytes = Buffer.from(signature, 'base64url')
  // Decoding is lenient; a signature counts only as it was written.
  if (key === null || bytes.toString('base64url') !== signature) return false
  return attempt(() => verify(null, Buffer.from(text), key, bytes)) === true
}

function rawOf(key: KeyObject): string {
  return key.export({ format: 'jwk' }).x as string
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
