import { toChained, type Head, type RecordedLine } from './audit-chain.ts'
import { canonicalText } from './canonical-json.ts'

type Personal = { readonly digest: string; readonly salt: string; readonly value: unknown }

/**
 * A sealed line as an export has it: what was hashed, its hash, and beside both the personal values that are known, by their
 * digest. The text is canonical, so that any other text in its place is a damage.
 */
export function exportedLine(
  { line, seq, hash, personal }: Head & { line: RecordedLine; personal: readonly Personal[] },
  prev: string,
  withPersonal: boolean,
): string {
  const values = Object.fromEntries(personal.map(({ digest, salt, value }) => [digest, { salt, value }]))
  const beside = withPersonal && personal.length > 0 ? { personal: values } : {}
  return canonicalText({ ...toChained(line, seq, prev), hash, ...beside })
}
