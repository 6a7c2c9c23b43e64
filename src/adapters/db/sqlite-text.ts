import { toNative, type Statement } from './session.ts'

/**
 * A write as one text with its values in it, so that several go to SQLite in one trip. SQLite's text literals know one
 * escape, the doubled quote; a text with NUL in it, which would end the statement, goes as a blob of its bytes.
 */
export function toSqliteText(statement: Statement): string {
  const { sql, bindings } = toNative(statement)
  const parts = sql.split('?')
  if (parts.length !== bindings.length + 1) throw new Error(`${bindings.length} values for ${parts.length - 1} places`)
  return parts.map((part, index) => (index === 0 ? part : `${toLiteral(bindings[index - 1])}${part}`)).join('')
}

function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') throw new Error(`a ${typeof value} is no value of a statement`)
  if (value.includes('\0')) return `cast(x'${Buffer.from(value).toString('hex')}' as text)`
  return `'${value.replaceAll("'", "''")}'`
}
