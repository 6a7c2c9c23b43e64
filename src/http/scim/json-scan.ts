import { AppError } from '../../domain/errors.ts'
import { invalidSyntax } from './scim-error.ts'

/** What a JSON text may hold. They are looked at before anything is built, in one pass over the text. */
export type JsonBounds = {
  /** Values, keys and elements in all. */
  readonly values: number
  readonly keys: number
  readonly depth: number
  /** Characters of one text. */
  readonly text: number
}

/** An object or a list that is open where the scan stands. */
export type Frame = {
  readonly array: boolean
  readonly open: number
  /** Where the first child begins that is not built yet, and where the present one does. */
  start: number
  child: number
  /** What is built of it so far; null while its text is still part of its parent's. */
  built: unknown[] | Record<string, unknown> | null
  /** The child that ended last is built already: only space may follow before the comma. */
  spent: boolean
  keys: number
}

export type Scan = {
  readonly text: string
  readonly bounds: JsonBounds
  readonly frames: Frame[]
  at: number
  values: number
}

export const malformed = (): Error => invalidSyntax('the body is not JSON')

export function beginScan(text: string, bounds: JsonBounds): Scan {
  return { text, bounds, frames: [frameAt(true, -1)], at: 0, values: 0 }
}

export function frameAt(array: boolean, open: number): Frame {
  return { array, open, start: open + 1, child: open + 1, built: null, spent: false, keys: 0 }
}

/** What the scan does at brackets and commas. */
export type Marks = { comma(scan: Scan, frame: Frame): void; close(scan: Scan, frame: Frame): void }

/** Goes on to `end`, or a little beyond where a text reaches over it. */
export function scanTo(scan: Scan, end: number, marks: Marks): void {
  const { text, frames } = scan
  while (scan.at < end) {
    switch (text.charCodeAt(scan.at)) {
      case 0x22:
        scan.at = endOfText(scan)
        break
      case 0x7b:
      case 0x5b:
        open(scan)
        break
      case 0x7d:
      case 0x5d:
        marks.close(scan, close(scan))
        break
      case 0x2c: {
        const frame = frames.at(-1) as Frame
        marks.comma(scan, frame)
        frame.child = scan.at + 1
        count(scan, frame)
      }
    }
    scan.at += 1
  }
}

function open(scan: Scan): void {
  const { frames, bounds } = scan
  const frame = frameAt(scan.text.charCodeAt(scan.at) === 0x5b, scan.at)
  frames.push(frame)
  if (frames.length - 1 > bounds.depth) throw invalidSyntax(`the body is nested deeper than ${bounds.depth} levels`)
  count(scan, frame)
}

function close({ text, at, frames }: Scan): Frame {
  const frame = frames.pop() as Frame
  if (frames.length === 0 || frame.array !== (text.charCodeAt(at) === 0x5d)) throw malformed()
  return frame
}

function count(scan: Scan, frame: Frame): void {
  const { values, keys } = scan.bounds
  scan.values += 1
  if (scan.values > values)
    throw new AppError('too_large', `the body holds more than ${values} values; send it in parts`)
  if (frame.array) return
  frame.keys += 1
  if (frame.keys > keys) throw invalidSyntax(`an object of the body has more than ${keys} keys`)
}

/** Where the text that begins here ends. */
function endOfText({ text, at, bounds }: Scan): number {
  let end = at
  do {
    end = text.indexOf('"', end + 1)
    if (end < 0) throw malformed()
  } while (isEscaped(text, end))
  if (end - at > bounds.text)
    throw new AppError('too_large', `a text of the body is longer than ${bounds.text} characters`)
  return end
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote - 1
  while (text.charCodeAt(before) === 0x5c) before -= 1
  return (quote - before) % 2 === 0
}
