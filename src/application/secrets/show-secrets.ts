import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

/** A key, and how many secrets at rest are sealed under it. `held`: SECRET_KEY has it; the one that seals comes first. */
export type SecretKeyState = {
  readonly id: string
  readonly seals: boolean
  readonly held: boolean
  readonly secrets: number
}

/** Under which keys secrets lie, and which key may go. */
export async function showSecrets(
  { views, vault }: Pick<Ports, 'views' | 'vault'>,
  op: Operation,
): Promise<SecretKeyState[]> {
  authorize(op, { verb: 'operate' })
  const counts = new Map((await views.sealedByKey()).map(({ keyId, secrets }) => [keyId, secrets]))
  const held = vault.keys.map(({ id }, index) => ({
    ...{ id, seals: index === 0, held: true },
    secrets: counts.get(id) ?? 0,
  }))
  const missing = [...counts].filter(([id]) => !vault.keys.some((key) => key.id === id))
  return [...held, ...missing.map(([id, secrets]) => ({ id, seals: false, held: false, secrets }))]
}
