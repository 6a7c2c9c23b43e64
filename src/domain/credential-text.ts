/** A secret as its bearer sees it: what it is of, the id of its row, and 256 bits of chance as 43 base62 digits. */
export type CredentialKind = 'scim' | 'scimat' | 'scimcs' | 'gw' | 'inv'

const form = /^([a-z]{1,10})_([0-9a-z-]{1,64})_([0-9A-Za-z]{43})$/

/** Splits `<kind>_<id>_<secret>`; null for anything else. The id holds no underscore. */
export function parseCredential(kind: CredentialKind, text: string): { id: string; secret: string } | null {
  const [, found, id, secret] = form.exec(text) ?? []
  return found === kind && id !== undefined && secret !== undefined ? { id, secret } : null
}

export function formatCredential(kind: CredentialKind, id: string, secret: string): string {
  return `${kind}_${id}_${secret}`
}

/** Said of whatever expires and may be revoked. */
export function isLive(credential: { expiresAt: number; revokedAt: number | null }, now: number): boolean {
  return credential.revokedAt === null && credential.expiresAt > now
}
