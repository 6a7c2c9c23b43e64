/** xsd:dateTime (RFC 7643, 2.3.5): a date and a time. Without a zone it is UTC, wherever the server stands. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/

/** The instant in UTC with milliseconds, so that instants compare as texts; null where the text is none. */
export function instantOf(text: string): string | null {
  const instant = dateTime.test(text) ? Date.parse(withZone(text)) : NaN
  return Number.isNaN(instant) ? null : new Date(instant).toISOString()
}

function withZone(text: string): string {
  return /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`
}
