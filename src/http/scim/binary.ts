import { invalidValue } from './scim-error.ts'

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
const base64url = /^[A-Za-z0-9_-]*={0,2}$/

/** A binary value: base64 of either alphabet, with or without padding (RFC 7643, 2.3.6). */
export function requireBase64(text: string, where: string): void {
  const bare = text.replace(/=+$/, '')
  const padded = bare.length !== text.length
  const fits =
    (base64.test(text) || base64url.test(text)) && bare.length % 4 !== 1 && (!padded || text.length % 4 === 0)
  if (!fits) throw invalidValue(`${where}: base64 is due`)
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
