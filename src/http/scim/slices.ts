import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Response } from 'express'

/** How many characters go out at once; others get their turn between two slices. */
const slice = 64 * 1024

/**
 * Answers with a text that is made piece by piece, so that neither a large group nor a page of them is ever in memory as a
 * whole. Up to the first slice whatever fails is an error of its own; after it the connection is cut, as a half is no answer.
 */
export async function sendSlices(
  response: Response,
  status: number,
  pieces: AsyncIterable<string>,
  headers: Record<string, string> = {},
): Promise<void> {
  const slices = gathered(pieces)
  const first = await slices.next()
  response.status(status).set({ 'Content-Type': 'application/scim+json', ...headers })
  if (first.done === true) return void response.end()
  const second = await slices.next()
  if (second.done === true) return void response.end(first.value)
  await pipeline(Readable.from(rejoined([first.value, second.value], slices)), response).catch(unlessHungUp)
}

/** A resource that may be large: how it begins, and the whole of it as text, piece by piece. */
export class LargeResource {
  readonly head: object
  readonly text: AsyncIterable<string>

  constructor(head: object, text: AsyncIterable<string>) {
    this.head = head
    this.text = text
  }
}

/** A list as text. */
export async function* listText(head: object, items: readonly object[]): AsyncGenerator<string, void> {
  yield `${JSON.stringify(head).slice(0, -1)},"Resources":[`
  let comma = ''
  for (const item of items) {
    yield comma
    if (item instanceof LargeResource) yield* item.text
    else yield JSON.stringify(item)
    comma = ','
  }
  yield ']}'
}

async function* gathered(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length < slice) continue
    yield text
    text = ''
    await othersTurn()
  }
  if (text !== '') yield text
}

async function* rejoined(read: readonly string[], rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield* read
  yield* rest
}

/** Whoever hangs up in the middle has had enough: no fault of anybody. */
function unlessHungUp(error: unknown): void {
  if ((error as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}
