import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'

/**
 * Answers with a text as it is made, no faster than it is read. Nothing is sent before the first piece is there, so that what
 * fails until then is answered as an error; what fails later breaks the connection off, so that nobody takes a part for the
 * whole. Whoever goes away ends the work.
 */
export async function sendStream(response: Response, media: string, pieces: AsyncIterable<string>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  const first = await iterator.next()
  response.status(200).set({ 'Content-Type': media, 'Cache-Control': 'no-store' })
  await pipeline(Readable.from(allOf(first, iterator)), response)
}

async function* allOf(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncIterable<string> {
  try {
    for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value
  } finally {
    await rest.return?.()
  }
}
