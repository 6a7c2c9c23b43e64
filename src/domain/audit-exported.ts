import { personalText, type ChainedLine, type Sha256 } from './audit-chain.ts'
import type { CheckpointStatement, Closing, KeyStatement } from './audit-statement.ts'
import { canonicalText } from './canonical-json.ts'

export type ExportedLine = {
  readonly kind: 'line'
  readonly line: ChainedLine
  readonly hash: string
  readonly personal: Readonly<Record<string, { readonly salt: string; readonly value: unknown }>>
}
export type Exported = KeyStatement | CheckpointStatement | ExportedLine

type Fields = Readonly<Record<string, unknown>>

/** One line of an export or of the sink; why it is none, where it is none. */
export function parseExported(text: string): Exported | string {
  const value = parse(text)
  if (!isObject(value)) return 'is no JSON object'
  if (canonicalText(value) !== text) return 'is not written as Joinery writes it (RFC 8785): it was changed'
  if (value.kind === 'key' && hasTexts(value, 'id', 'publicKey', 'at', 'signature') && isTextOrNull(value.by))
    return value as KeyStatement
  if (value.kind === 'checkpoint' && isCheckpoint(value)) return value
  if (value.kind === 'line') return toLine(value)
  return 'is neither a line nor a checkpoint nor a key'
}

function toLine({ hash, personal, ...line }: Fields): ExportedLine | string {
  const whole = hasTexts(line, 'account', 'prev', 'id', 'at', 'action') && Number.isSafeInteger(line.seq)
  if (!whole || typeof hash !== 'string') return 'is a line without its place, its hash or its content'
  const values = personal ?? {}
  const isPersonal = isObject(values) && Object.values(values).every((each) => isObject(each) && hasTexts(each, 'salt'))
  if (!isPersonal) return 'has personal values that are none'
  return { kind: 'line', line: line as ChainedLine, hash, personal: values as ExportedLine['personal'] }
}

function isCheckpoint(value: Fields): value is CheckpointStatement {
  const whole = hasTexts(value, 'account', 'hash', 'at', 'key', 'signature') && Number.isSafeInteger(value.seq)
  return whole && (value.closes === undefined || isClosing(value.closes))
}

function isClosing(value: unknown): value is Closing {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.from) &&
    Number.isSafeInteger(value.checkpoints) &&
    Number.isSafeInteger(value.personal) &&
    hasTexts(value, 'prev') &&
    Array.isArray(value.keys)
  )
}

/**
 * Each personal value has to give its digest, and each has to stand in the line. One that was erased is not there, which is
 * no fault of the line; the checkpoint that closes the export counts those that were.
 */
export function personalFaults({ line, personal }: ExportedLine, sha256: Sha256): string[] {
  const marks = new Set(marksOf([line.before, line.after]))
  return Object.entries(personal).flatMap(([digest, { salt, value, ...more }]) => {
    if (!marks.has(digest)) return ['has a personal value that does not belong to it']
    const genuine = Object.keys(more).length === 0 && sha256(personalText(salt, value)) === digest
    return genuine ? [] : ['has a personal value that was changed: it does not give its digest']
  })
}

function marksOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  const { personal } = value as { personal?: unknown }
  if (typeof personal === 'string') return [personal]
  return Object.values(value).flatMap(marksOf)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function hasTexts(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string')
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
