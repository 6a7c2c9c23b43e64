export type TextLine = { readonly text: string | null; readonly ended: boolean }

const lineFeed = 10
/** Joinery writes none that comes near; what is longer is not gathered, so that memory stays flat whatever the file is. */
const longestLine = 16 * 1024 * 1024

/** The lines of a file, cut at line feeds alone; one whose bytes are no UTF-8, or that never ends, has no text. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<TextLine> {
  let line = newLine()
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      line.add(chunk.subarray(from, end))
      yield { text: line.text(), ended: true }
      line = newLine()
      from = end + 1
    }
    line.add(chunk.subarray(from))
  }
  if (line.length() > 0) yield { text: line.text(), ended: false }
}

function newLine() {
  let parts: Uint8Array[] = []
  let length = 0
  return {
    add(part: Uint8Array): void {
      length += part.length
      if (length > longestLine) parts = []
      else parts.push(part)
    },
    length: (): number => length,
    text: (): string | null => (length > longestLine ? null : decode(parts)),
  }
}

function decode(parts: readonly Uint8Array[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))
  } catch {
    return null
  }
}
