import { setImmediate as othersTurn } from 'node:timers/promises'
import { beginScan, malformed, scanTo, type Frame, type JsonBounds, type Marks, type Scan } from './json-scan.ts'

/** How many characters are looked at, and built, before others get their turn. */
const usualSlice = 64 * 1024

/**
 * Parses a JSON text as JSON.parse does, but checks its bounds first, and a long one in slices: while sixteen megabytes of
 * members are read, everybody else is answered. Only lists and objects that are longer than a slice are put together by
 * hand; what is shorter is left to JSON.parse.
 */
export async function parseInSlices(text: string, bounds: JsonBounds, slice = usualSlice): Promise<unknown> {
  const scan = beginScan(text, bounds)
  const building = marksFor(slice)
  if (text.length <= slice) {
    scanTo(scan, text.length, { comma: nothing, close: nothing })
    return parse(text)
  }
  while (scan.at < text.length) {
    scanTo(scan, Math.min(text.length, scan.at + slice), building)
    await othersTurn()
  }
  return wholeOf(scan)
}

function nothing(): void {}

const marksFor = (slice: number): Marks => ({
  comma(scan, frame) {
    if (frame.spent) skip(scan, frame)
    else if (scan.at - frame.start >= slice) add(frame, scan.text.slice(frame.start, scan.at))
    else return
    frame.start = scan.at + 1
  },
  close(scan, frame) {
    if (frame.built === null && scan.at - frame.open < slice) return
    end(scan, frame)
    attach(scan, frame)
  },
})

/** Builds what is left of a list or object that ends here. */
function end(scan: Scan, frame: Frame): void {
  if (frame.spent) skip(scan, frame)
  else if (frame.start === frame.open + 1 && isBlank(scan.text.slice(frame.start, scan.at)))
    frame.built = frame.array ? [] : {}
  else add(frame, scan.text.slice(frame.start, scan.at))
}

/** A built child into its parent, behind what the parent's text holds before it. */
function attach({ text, frames, at }: Scan, child: Frame): void {
  const parent = frames.at(-1) as Frame
  if (parent.child > parent.start) add(parent, text.slice(parent.start, parent.child - 1))
  const label = text.slice(parent.child, child.open)
  if (parent.array) {
    if (!isBlank(label)) throw malformed()
    const list = (parent.built ??= []) as unknown[]
    list.push(child.built)
  } else define((parent.built ??= {}) as Record<string, unknown>, keyOf(label), child.built)
  parent.start = at + 1
  parent.spent = true
}

function keyOf(label: string): string {
  const colon = label.lastIndexOf(':')
  const key = parse(label.slice(0, Math.max(0, colon)))
  if (typeof key !== 'string' || !isBlank(label.slice(colon + 1))) throw malformed()
  return key
}

function skip({ text, at }: Scan, frame: Frame): void {
  if (!isBlank(text.slice(frame.start, at))) throw malformed()
  frame.spent = false
}

function add(frame: Frame, piece: string): void {
  if (isBlank(piece)) throw malformed()
  if (frame.array) {
    const list = (frame.built ??= []) as unknown[]
    for (const item of parse(`[${piece}]`) as unknown[]) list.push(item)
  } else {
    const object = (frame.built ??= {}) as Record<string, unknown>
    for (const [key, value] of Object.entries(parse(`{${piece}}`) as object)) define(object, key, value)
  }
}

/** As JSON.parse does it: `__proto__` is a key like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

function wholeOf({ text, frames }: Scan): unknown {
  const [root, ...unclosed] = frames
  if (root === undefined || unclosed.length > 0) throw malformed()
  const rest = text.slice(root.start)
  if (!root.spent) add(root, rest)
  else if (!isBlank(rest)) throw malformed()
  const [whole, ...more] = root.built as unknown[]
  if (whole === undefined || more.length > 0) throw malformed()
  return whole
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

/** JSON's own four characters, and not what else counts as space. */
function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text)
}
