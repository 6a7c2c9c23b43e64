import { AppError } from '../domain/errors.ts'

/** Where a page begins in a list: behind the item of this value, by which the list is sorted, and of this id. */
export type ListPlace = { readonly value: string | number | null; readonly id: string }

/** The place as text; it says in which order it is one. */
export function placeText(sort: string, { value, id }: ListPlace): string {
  return `${sort}.${Buffer.from(JSON.stringify([value, id])).toString('base64url')}`
}

/** The place that a text names in a list of this order; refuses one of another order. */
export function placeIn(after: string, sort: string): ListPlace {
  const [, its, text] = /^(-?[A-Za-z]{1,30})\.([\w-]{1,8000})$/.exec(after) ?? []
  if (its === undefined || text === undefined) throw noPlace()
  if (its !== sort)
    throw refused(`is a place in the list as "${its}" sorts it; send the same sort, or begin without after`)
  const [value, id] = parsed(text)
  const isValue = value === null || isText(value) || Number.isSafeInteger(value)
  if (!isValue || !isText(id)) throw noPlace()
  return { value: value as ListPlace['value'], id }
}

/** Text that each database can compare with: no NUL and no half of a surrogate pair. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/[\u0000\p{Cs}]/u.test(value)
}

function parsed(text: string): unknown[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(place) ? place : []
  } catch {
    return []
  }
}

/** What `after` says is none of what a page answered as its `next`. */
export function noPlace(): AppError {
  return refused('is no place in this list; take what the page before has as "next"')
}

function refused(message: string): AppError {
  return new AppError('invalid_input', `after: ${message}`, { problems: [{ path: 'after', message }] })
}
