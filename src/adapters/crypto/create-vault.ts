import { createHmac } from 'node:crypto'
import type { Vault, VaultKey } from '../../application/ports.ts'
import { AppError } from '../../domain/errors.ts'
import { decrypt, deriveKey, encrypt } from './aead.ts'
import type { SecretKeys } from './create-seal.ts'

/** `v1.<key id>.<nonce, cipher text and tag in base64url>` */
const form = /^v1\.([0-9a-f]{16})\.([\w-]+)$/

/** What is kept at rest to be read again, under AES-256-GCM. The first key seals, all of them open. */
export function createVault(secretKeys: SecretKeys): Vault {
  const [first, ...others] = secretKeys
  const sealing = vaultKey(first)
  const keys = [sealing, ...others.map(vaultKey)] as const
  return {
    keys: [nameOf(first), ...others.map(nameOf)],
    seal: (text, context) => `v1.${sealing.id}.${encrypt(sealing.key, text, context)}`,
    open(sealed, context) {
      const [, id = '', body = ''] = form.exec(sealed) ?? []
      const known = keys.find((key) => key.id === id)
      if (id !== '' && known === undefined) throw missingKey(id, context)
      const text = known === undefined ? null : decrypt(known.key, body, context)
      if (text === null) throw unreadable(context)
      return text
    },
  }
}

function vaultKey(secretKey: string) {
  return { id: keyIdOf(secretKey), key: deriveKey(secretKey, 'vault') }
}

function nameOf(secretKey: string): VaultKey {
  return { id: keyIdOf(secretKey), check: keyCheckValue(secretKey) }
}

/** Names a key without telling anything of it. */
function keyIdOf(secretKey: string): string {
  return createHmac('sha256', secretKey).update('joinery key id').digest('hex').slice(0, 16)
}

/** What a database keeps of the secret key, to know it again and to refuse another. */
function keyCheckValue(secretKey: string): string {
  return createHmac('sha256', secretKey).update('joinery key check').digest('hex')
}

function missingKey(id: string, context: string): AppError {
  const what = `the secret at ${context} is sealed under the key ${id}, which SECRET_KEY does not hold`
  return new AppError('upstream_rejected', `${what}; give that key again, behind the one in use`)
}

function unreadable(context: string): AppError {
  const what = `the secret at ${context} cannot be opened: it was changed, or sealed for another place`
  return new AppError('upstream_rejected', `${what}; restore it from a backup, or set it anew`)
}
