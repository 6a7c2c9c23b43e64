import { z } from 'zod'
import type { AuditLineShown } from '../../../application/audit/find-audit.ts'
import { auditActions, doors, type AuditAction } from '../../../domain/audit.ts'
import type { CheckpointStatement, KeyStatement } from '../../../domain/audit-statement.ts'
import { count, id, instant, text } from './common.ts'
import { iso } from '../iso.ts'

export const actionNames = Object.keys(auditActions) as [AuditAction, ...AuditAction[]]
const values = z.record(z.string(), z.unknown())

export const auditLineAnswer = z
  .strictObject({
    ...{ id, seq: count.nullable(), at: instant, actor: text, door: z.enum(doors).nullable(), operation: text },
    ...{ action: text, target: text, member: id.nullable() },
    ...{ detail: values, before: values.nullable(), after: values.nullable(), hash: text.nullable() },
  })
  .meta({ id: 'AuditLine' })

export const checkpointAnswer = z
  .strictObject({
    ...{ kind: z.literal('checkpoint'), account: id, seq: count, hash: text, at: instant, key: text, signature: text },
  })
  .meta({ id: 'AuditCheckpoint' })

export const auditKeyAnswer = z
  .strictObject({
    ...{ kind: z.literal('key'), id, publicKey: text, at: instant, by: text.nullable(), signature: text },
  })
  .meta({ id: 'AuditKey' })

export const erasedAnswer = z.strictObject({ lines: count })

export function presentAuditLine({ line, seq, hash }: AuditLineShown) {
  const { id: own, at, actor, door, operation, action, target, memberId, detail, before, after } = line
  const what = { action, target, member: memberId, detail, before, after }
  return { id: own, seq, at: iso(at), actor, door, operation, ...what, hash }
}

/** A statement as it was signed, with nothing added and nothing left out. */
export function presentCheckpoint({ kind, account, seq, hash, at, key, signature }: CheckpointStatement) {
  return { kind, account, seq, hash, at, key, signature }
}

export function presentKey({ kind, id: own, publicKey, at, by, signature }: KeyStatement) {
  return { kind, id: own, publicKey, at, by, signature }
}

const account = '01a20d9b-6f10-…'
const key = '5d1f0c9e7ab84402b1e61c3f9a7d2e55'
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

export const exampleAuditLine = {
  ...{ id: '01a20d9b-9a11-…', seq: 14, at: '2026-11-24T12:50:27.690Z', actor: 'operator', door: 'cli' as const },
  ...{ operation: '01a20d9b-9a10-…', action: 'account.changed', target: account, member: null, detail: {} },
  ...{ before: { name: 'Acme' }, after: { name: 'Acme Ltd' }, hash },
}
export const exampleCheckpoint = {
  ...{ kind: 'checkpoint' as const, account, seq: 14, hash, at: '2026-11-24T12:51:28.004Z', key },
  signature: 'mJ0x…',
}
export const exampleKey = {
  ...{ kind: 'key' as const, id: key, publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  ...{ at: '2026-11-24T12:40:01.112Z', by: null, signature: 'pQ3r…' },
}

const { id: lineId, member: _member, ...chained } = exampleAuditLine
const closes = { from: 14, prev: hash, keys: [key], checkpoints: 0, personal: 0 }
export const exampleExport = [
  exampleKey,
  { kind: 'line', id: lineId, ...chained, account, member: null, prev: hash },
  { ...exampleCheckpoint, closes },
]
  .map((each) => `${JSON.stringify(each)}\n`)
  .join('')
