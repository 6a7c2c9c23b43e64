import { isBase64 } from '../../domain/extension-values.ts'
import { invalidValue } from './scim-error.ts'

/** A binary value (RFC 7643, 2.3.6). */
export function requireBase64(text: string, where: string): void {
  if (!isBase64(text)) throw invalidValue(`${where}: base64 is due`)
}

/** One certificate in DER, never several of them in one value (RFC 7643, 4.1.2): a sequence as long as it says. */
export function requireOneCertificate(text: string, where: string): void {
  const bytes = Buffer.from(text, 'base64')
  if (bytes[0] !== 0x30 || lengthOfDer(bytes) !== bytes.length)
    throw invalidValue(`${where}: one certificate is due, its DER in base64`)
}

/** How long the DER element at the start of `bytes` is, its head included; NaN where that cannot be told. */
function lengthOfDer(bytes: Buffer): number {
  const first = bytes[1] ?? NaN
  if (!(first & 0x80)) return 2 + first
  const octets = first & 0x7f
  return octets >= 1 && octets <= 4 && bytes.length >= 2 + octets ? 2 + octets + bytes.readUIntBE(2, octets) : NaN
}
