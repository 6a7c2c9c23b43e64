import { readdirSync, readFileSync } from 'node:fs'
import type { Random } from '../support/random.ts'
import { hostileKeys, hostileValue, someText } from './values.ts'

/** A body of a recorded dialect, with the request it came with. */
export type Seed = { method: string; path: string; body: string }

const folder = new URL('../fixtures/idp/', import.meta.url)

/** Each body that an IdP is known to send. */
export const seeds: readonly Seed[] = readdirSync(folder).flatMap((file) => {
  const { steps } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    steps: { request: { method: string; path: string; body?: unknown } }[]
  }
  return steps.flatMap(({ request: { method, path, body } }) =>
    body === undefined ? [] : [{ method, path, body: typeof body === 'string' ? body : JSON.stringify(body) }],
  )
})

type Place = { holder: Record<string, unknown> | unknown[]; key: string | number }

/** Changes a body in a few places: as a tree, and then, now and then, as bytes. */
export function mutated(random: Random, text: string): Buffer {
  let tree: unknown
  try {
    tree = JSON.parse(text)
  } catch {
    return asBytes(random, text)
  }
  for (let times = random.int(5); times > 0; times -= 1) tree = mutatedTree(random, tree)
  return asBytes(random, random.int(12) === 0 ? withDoubleKeys(random, tree) : JSON.stringify(tree))
}

function mutatedTree(random: Random, tree: unknown): unknown {
  const places = placesIn(tree)
  if (places.length === 0 || random.int(40) === 0) return hostileValue(random)
  const { holder, key } = random.pick(places)
  const value = (holder as Record<string | number, unknown>)[key]
  const put = (next: unknown): void => void ((holder as Record<string | number, unknown>)[key] = next)
  switch (random.int(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      break
    case 1:
      if (Array.isArray(holder)) for (let times = random.int(6); times >= 0; times -= 1) holder.push(value)
      else define(holder, respelt(random, String(key)), value)
      break
    case 2:
      if (Array.isArray(holder)) holder.push(hostileValue(random))
      else define(holder, random.pick(hostileKeys), random.int(2) === 0 ? value : hostileValue(random))
      break
    case 3:
      put([value])
      break
    case 4:
      put({ value })
      break
    case 5:
      put(someText(random))
      break
    default:
      put(hostileValue(random))
  }
  return tree
}

/** As JSON.parse does it: `__proto__` is a key like any other. */
function define(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function respelt(random: Random, key: string): string {
  return random.pick([key.toUpperCase(), key.toLowerCase(), ` ${key}`, `${key}.`, `${key}[]`, `${key}.value`, key])
}

function placesIn(tree: unknown): Place[] {
  const places: Place[] = []
  const waiting: unknown[] = [tree]
  while (waiting.length > 0 && places.length < 500) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>
      places.push({ holder: Array.isArray(value) ? value : holder, key: Array.isArray(value) ? Number(key) : key })
      waiting.push(holder[key])
    }
  }
  return places
}

/** The same key twice, with two values: which one counts is for the server to say, not to fall over. */
function withDoubleKeys(random: Random, tree: unknown): string {
  const text = JSON.stringify(tree)
  const double = `${JSON.stringify(random.pick(['userName', 'active', 'schemas', '__proto__', 'Operations', 'members']))}:${JSON.stringify(hostileValue(random))},`
  return text.startsWith('{') ? `{${double}${text.slice(1)}` : text
}

const badBytes = [
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0]),
  Buffer.from([0xef, 0xbb, 0xbf]),
]
const badTexts = [
  '1e400',
  '-1e-400',
  '"\\ud800"',
  '"\\u0000"',
  'NaN',
  '01',
  '[',
  '{',
  '"',
  ',',
  '/*x*/',
  '9'.repeat(400),
]

function asBytes(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (random.int(10) > 0) return bytes
  const at = random.int(bytes.length + 1)
  switch (random.int(4)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), random.pick(badBytes), bytes.subarray(at)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(badTexts)), bytes.subarray(at)])
    default: {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at] = random.int(256)
      return flipped
    }
  }
}
