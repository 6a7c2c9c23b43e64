import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'

/** A page token holds where a search goes on, and nothing that its reader may not know. It need not be kept secret. */
export function toToken(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place that a token names; without a token, the first. */
export function fromToken<T>(token: string, schema: z.ZodType<T>, first: T): T {
  if (token === '') return first
  const parsed = schema.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')))
  if (parsed.success) return parsed.data
  const mend = 'send page.next_token of the page before as it is'
  throw new AppError('invalid_input', `page.token: is no token of this search; ${mend}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
