import type { Sha256 } from './audit-chain.ts'
import { keyIdOf, signedText, type CheckpointStatement, type KeyStatement } from './audit-statement.ts'

/** Whether a signature, in base64url, is that public key's over the text. */
export type VerifySignature = (publicKey: string, text: string, signature: string) => boolean

export type KeyBook = ReturnType<typeof createKeyBook>

/** The keys of an export as they are met. A key is trusted where it was told, or where one that is trusted endorsed it. */
export function createKeyBook(
  { sha256, verify }: { sha256: Sha256; verify: VerifySignature },
  told: ReadonlySet<string> | null,
) {
  const known = new Map<string, string>()
  const trusted = new Set<string>()
  return {
    /** Why the key is none; null where it is one. */
    add(statement: KeyStatement): string | null {
      const { id, publicKey, by, signature } = statement
      if (keyIdOf(publicKey, sha256) !== id) return `key ${id} was changed: its id is not that of its public key`
      if (known.has(id)) return `key ${id} stands there twice`
      const signer = by === null ? publicKey : known.get(by)
      if (signer === undefined) return `key ${id} is endorsed by ${by ?? ''}, which does not stand before it`
      if (!verify(signer, signedText(statement), signature))
        return `key ${id} was changed: its signature is not genuine`
      known.set(id, publicKey)
      if (told?.has(id) === true || (by !== null && trusted.has(by))) trusted.add(id)
      return null
    },
    /** Why a checkpoint is not genuine; null where it is. */
    whyNot(statement: CheckpointStatement): string | null {
      const key = known.get(statement.key)
      if (key === undefined) return `the checkpoint is signed with key ${statement.key}, which the export does not have`
      if (verify(key, signedText(statement), statement.signature)) return null
      return 'the checkpoint was changed: its signature is not genuine'
    },
    ids: (): string[] => [...known.keys()],
    isTrusted: (id: string): boolean => trusted.has(id),
  }
}
