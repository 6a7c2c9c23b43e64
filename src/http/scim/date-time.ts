/** xsd:dateTime (RFC 7643, 2.3.5): a date and a time. Without a zone it is UTC, wherever the server stands. */
const dateTime = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/

/**
 * The instant in UTC with milliseconds, so that instants compare as texts; null where the text is none, such as on a day that its
 * month does not have. 24:00:00 is the next midnight (XML Schema Part 2, 3.2.7). In UTC its year has four digits.
 */
export function instantOf(text: string): string | null {
  const [, date = '', time = '', zone = 'Z'] = dateTime.exec(text) ?? []
  const instant = isDay(date) ? toUtc(`${date}${time}${zone}`) : null
  return instant !== null && /^\d{4}-/.test(instant) ? instant : null
}

/** `Date.parse` takes 30 February for a day of March. */
function isDay(date: string): boolean {
  return toUtc(`${date}T00:00:00Z`)?.startsWith(`${date}T`) === true
}

function toUtc(text: string): string | null {
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? null : new Date(instant).toISOString()
}
