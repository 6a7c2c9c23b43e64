import { sha256Hex, verifySignature } from '../../src/adapters/system/ed25519.ts'
import { linesOf } from '../../src/cli/lines.ts'
import type { Operation } from '../../src/application/operation.ts'
import type { CheckpointStatement } from '../../src/domain/audit-statement.ts'
import { createVerifier, type Verdict } from '../../src/domain/audit-verify.ts'
import { operator, type Joinery } from './joinery.ts'

export const housekeeper: Operation = { actor: { kind: 'system', part: 'housekeeping' }, id: 'house' }

export async function sealAll({ runtime: { app } }: Pick<Joinery, 'runtime'>): Promise<void> {
  while ((await app.sealAudit(housekeeper, { limit: 500 })) > 0);
}

export async function exportOf(
  { runtime: { app } }: Pick<Joinery, 'runtime'>,
  accountId: string,
  { after = 0, personal = false }: { after?: number; personal?: boolean } = {},
): Promise<string> {
  const chunks: string[] = []
  for await (const chunk of await app.exportAudit(operator, { accountId, after, personal })) chunks.push(chunk)
  return chunks.join('')
}

type Told = { keys?: readonly string[]; checkpoints?: readonly CheckpointStatement[] }

/** What the verifier says of a file with this content. */
export async function verdictOn(content: string | Uint8Array, { keys, checkpoints = [] }: Told = {}): Promise<Verdict> {
  const tools = { sha256: sha256Hex, verify: verifySignature }
  const verifier = createVerifier(tools, { keys: keys === undefined ? null : new Set(keys), checkpoints })
  for await (const { text, ended } of linesOf(inOneChunk(Buffer.from(content)))) verifier.take(text, ended)
  return verifier.end()
}

async function* inOneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  await Promise.resolve()
  yield bytes
}
