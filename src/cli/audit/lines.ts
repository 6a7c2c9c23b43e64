export type TextLine = { readonly text: string | null; readonly ended: boolean }

/** The lines of a file, cut at line feeds alone; a line whose bytes are no UTF-8 has no text. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<TextLine> {
  let rest: Uint8Array[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      yield { text: decode([...rest, chunk.subarray(from, end)]), ended: true }
      rest = []
      from = end + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) yield { text: decode(rest), ended: false }
}

const lineFeed = 10

function decode(parts: readonly Uint8Array[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))
  } catch {
    return null
  }
}
