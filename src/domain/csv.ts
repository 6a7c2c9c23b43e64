/** Records of RFC 4180: fields with a comma, a quote or a blank at an edge are quoted, a record ends with CRLF. */
export function csvRecord(fields: readonly (string | null)[]): string {
  return `${fields.map((field) => csvField(field ?? '')).join(',')}\r\n`
}

/**
 * A spreadsheet takes a text that begins so for a formula and would run it: an apostrophe before it makes it a text again.
 * Control characters would end a record or a screen line, and are blanks.
 */
export function csvField(field: string): string {
  const line = field.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
  const text = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/.test(line) ? `'${line}` : line
  return /[",;]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
