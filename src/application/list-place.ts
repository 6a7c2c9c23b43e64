import { AppError } from '../domain/errors.ts'

/** Where a page of a log begins, the newest first: behind the line of this instant and id. */
export type ListPlace = { readonly at: number; readonly id: string }

export const placeText = ({ at, id }: ListPlace): string => `${at}.${id}`

export function placeIn(after: string): ListPlace {
  const [, at, id] = /^(\d{1,15})\.([0-9a-z-]{1,64})$/.exec(after) ?? []
  if (at === undefined || id === undefined) throw noPlace()
  return { at: Number(at), id }
}

/** What `after` says is none of what a page answered as its `next`. */
export function noPlace(): AppError {
  const message = 'is no place in this list; take what the page before has as "next"'
  return new AppError('invalid_input', `after: ${message}`, { problems: [{ path: 'after', message }] })
}
