import { makePrivateKey, readPrivateKey, sha256Hex } from '../../src/adapters/system/ed25519.ts'
import { emptyHead } from '../../src/domain/audit-chain.ts'
import { stateCheckpoint, stateKey, type Closing, type SigningKey } from '../../src/domain/audit-statement.ts'
import { canonicalText } from '../../src/domain/canonical-json.ts'
import type { Random } from './random.ts'

/** An export to damage, and what whoever damages it may have besides. */
export type Genuine = {
  readonly text: string
  /** An export of another account of the same service. */
  readonly others: string
}
/** The damaged bytes; `at` is the line of the file that has to be named first, where one can be said. */
export type Damaged = { readonly bytes: Uint8Array; readonly at?: number }
type Fields = Record<string, any>
type Damage = (genuine: Genuine, random: Random) => Damaged

const linesOf = (text: string): string[] => text.trimEnd().split('\n')
const ofLines = (lines: readonly string[], at?: number): Damaged => ({
  bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  ...(at === undefined ? {} : { at }),
})
const kindAt = (line: string): string => (JSON.parse(line) as { kind: string }).kind

/** The place of one line of the log, by its index. */
function pickLine(lines: readonly string[], random: Random, fits: (line: string) => boolean = () => true): number {
  const places = lines.flatMap((line, index) => (kindAt(line) === 'line' && fits(line) ? [index] : []))
  return random.pick(places)
}

/** A damage of the bytes, blind to what they mean. */
const bytewise =
  (change: (bytes: Buffer, place: number, random: Random) => Uint8Array): Damage =>
  ({ text }, random) => {
    const bytes = Buffer.from(text)
    return { bytes: change(bytes, random.int(bytes.length), random) }
  }

/** A damage of the lines of the file, whatever they are. */
const linewise =
  (change: (lines: string[], random: Random, genuine: Genuine) => string[]): Damage =>
  (genuine, random) =>
    ofLines(change(linesOf(genuine.text), random, genuine))

/** One line of the file in another form: the same to a lenient reader. */
const rewritten =
  (change: (line: string, random: Random) => string): Damage =>
  ({ text }, random) => {
    const lines = linesOf(text)
    const place = random.int(lines.length)
    lines[place] = change(lines[place] ?? '', random)
    return ofLines(lines, place + 1)
  }

/** One line of the log with another content, written as Joinery writes it. */
const edited =
  (change: (line: Fields, random: Random) => void, fits?: (line: string) => boolean): Damage =>
  ({ text }, random) => {
    const lines = linesOf(text)
    const place = pickLine(lines, random, fits)
    const line = JSON.parse(lines[place] ?? '') as Fields
    change(line, random)
    lines[place] = canonicalText(line)
    return ofLines(lines, place + 1)
  }

function changeSomething(line: Fields, random: Random): void {
  const name = random.pick(['actor', 'action', 'target', 'operation', 'door', 'id', 'at', 'member', 'detail', 'after'])
  const old = line[name] as unknown
  line[name] = typeof old === 'string' ? `${old.slice(0, -1)}${old.endsWith('0') ? '1' : '0'}` : { x: random.int(1000) }
}

const rehash = (line: Fields): void => {
  const { hash: _hash, personal: _personal, ...hashed } = line
  line.hash = sha256Hex(canonicalText(hashed))
}

/** A change of the log, and every number, `prev` and hash behind it computed anew, those in checkpoints too. */
function rechain(text: string, random: Random): Fields[] {
  const fields = linesOf(text).map((line) => JSON.parse(line) as Fields)
  const place = pickLine(linesOf(text), random)
  const dice = random.int(3)
  if (dice === 0) changeSomething(fields[place] ?? {}, random)
  else if (dice === 1) fields.splice(place, 1)
  else fields.splice(place, 0, { ...fields[place], id: 'forged' })
  let { seq, hash } = emptyHead
  for (const each of fields) {
    if (each.kind === 'line') {
      Object.assign(each, { seq: (seq += 1), prev: hash })
      rehash(each)
      hash = each.hash as string
    } else if (each.kind === 'checkpoint') Object.assign(each, { seq, hash })
  }
  return fields
}

const written = (fields: readonly Fields[]): Damaged => ofLines(fields.map(canonicalText))

/** How a forger brings a key of his own into the file. */
const intrusions = {
  /** In place of all the others. */
  alone: (keys: Fields[], own: SigningKey) => [stateKey(own, null, Date.parse(keys[0]?.at as string))],
  /** Behind the others, as if it had been begun anew. */
  beside: (keys: Fields[], own: SigningKey) => [...keys, stateKey(own, null, Date.now())],
  /** Behind the others, with an endorsement that is none. */
  endorsed: (keys: Fields[], own: SigningKey) => {
    const told = stateKey(own, null, Date.now())
    return [...keys, { ...told, by: keys.at(-1)?.id as string }]
  },
  /** Under the id of a genuine one. */
  disguised: (keys: Fields[], own: SigningKey) =>
    keys.map((key) => ({ ...stateKey(own, null, Date.now()), id: key.id as string })),
} as const

/** The log computed anew, with every checkpoint signed by a key of the forger. */
export function forged(text: string, random: Random, how: keyof typeof intrusions): Damaged {
  const own = readPrivateKey(makePrivateKey())
  if (own === null) throw new Error('no key')
  const fields = rechain(text, random)
  const keys = intrusions[how](
    fields.filter(({ kind }) => kind === 'key'),
    own,
  )
  const ids = keys.map(({ id }) => id as string)
  const signing = how === 'disguised' ? { ...own, id: ids.at(-1) ?? '' } : own
  const signed = fields
    .filter(({ kind }) => kind !== 'key')
    .map((each) => {
      if (each.kind !== 'checkpoint') return each
      const { account, seq, hash, at, closes } = each as Fields & { closes?: Closing }
      const place = { account, seq, hash, at: Date.parse(at as string) } as Parameters<typeof stateCheckpoint>[1]
      const personal = fields.reduce((sum, { personal: beside = {} }) => sum + Object.keys(beside as object).length, 0)
      return stateCheckpoint(
        signing,
        closes === undefined ? place : { ...place, closes: { ...closes, keys: ids, personal } },
      )
    })
  return written([...keys, ...signed])
}

const hasPersonal = (line: string): boolean => line.includes('"personal":{"')

/** Every kind of damage that is tried, by its name. */
export const damages: Readonly<Record<string, Damage>> = {
  'a bit is flipped': bytewise((bytes, place, random) => {
    bytes[place] = (bytes[place] ?? 0) ^ (1 << random.int(8))
    return bytes
  }),
  'a byte is put in': bytewise((bytes, place, random) =>
    Buffer.concat([bytes.subarray(0, place), Buffer.from([random.int(256)]), bytes.subarray(place)]),
  ),
  'bytes are taken out': bytewise((bytes, place, random) =>
    Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + random.int(200))]),
  ),
  'the end is cut anywhere': bytewise((bytes, place) => bytes.subarray(0, place)),
  'the beginning is cut anywhere': bytewise((bytes, place) => bytes.subarray(place + 1)),
  'the file comes twice': bytewise((bytes) => Buffer.concat([bytes, bytes])),
  'lines are removed': linewise((lines, random) => {
    lines.splice(random.int(lines.length), 1 + random.int(3))
    return lines
  }),
  'a line is doubled': linewise((lines, random) => {
    const from = random.int(lines.length)
    lines.splice(random.int(lines.length + 1), 0, lines[from] ?? '')
    return lines
  }),
  'two lines are swapped': linewise((lines, random) => {
    const [a, b] = [random.int(lines.length), random.int(lines.length)]
    return lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '')
  }),
  'lines are turned around': linewise((lines, random) => {
    const from = random.int(lines.length - 1)
    const part = lines.splice(from, 2 + random.int(5))
    lines.splice(from, 0, ...part.reverse())
    return lines
  }),
  'the end is cut behind a line': linewise((lines, random) => lines.slice(0, random.int(lines.length))),
  'the beginning is cut before a line': linewise((lines, random) => lines.slice(1 + random.int(lines.length - 1))),
  'checkpoints are taken out': linewise((lines, random) => {
    const places = lines.flatMap((line, index) => (kindAt(line) === 'checkpoint' ? [index] : []))
    lines.splice(random.pick(places), 1)
    return lines
  }),
  'a line of another account is put in': linewise((lines, random, { others }) => {
    const foreign = linesOf(others)
    lines.splice(random.int(lines.length), random.int(2), foreign[pickLine(foreign, random)] ?? '')
    return lines
  }),
  'it ends with another account’s closing': linewise((lines, _, { others }) => [
    ...lines.slice(0, -1),
    linesOf(others).at(-1) ?? '',
  ]),
  'space is put in': rewritten((line, random) => {
    const places = [...line.matchAll(/[,:{}]/g)].map(({ index }) => index)
    const place = random.pick(places)
    return `${line.slice(0, place + 1)}${random.pick([' ', '\t', '\r', '  '])}${line.slice(place + 1)}`
  }),
  'a line ends as on Windows, or begins with a mark': rewritten((line, random) =>
    random.pick([`${line}\r`, `\ufeff${line}`, ` ${line}`, `${line} `, `\n${line}`]),
  ),
  'names are in another order': rewritten((line) => {
    const entries = Object.entries(JSON.parse(line) as Fields)
    return JSON.stringify(Object.fromEntries(entries.reverse()))
  }),
  'a letter is escaped': rewritten((line) => line.replace('"kind"', '"\\u006bind"')),
  'a name comes twice': rewritten((line, random) =>
    random.pick([line.replace('{', '{"kind":"line",'), line.replace(/}$/, ',"seq":1}')]),
  ),
  'a name is added': rewritten((line) => canonicalText({ ...(JSON.parse(line) as Fields), more: true })),
  'a number is written otherwise': edited((line) => (line.seq = line.seq + 0.5)),
  'something is changed': edited(changeSomething),
  'something is changed, and its hash with it': ({ text }, random) => {
    const lines = linesOf(text)
    const place = pickLine(lines, random)
    const line = JSON.parse(lines[place] ?? '') as Fields
    changeSomething(line, random)
    rehash(line)
    lines[place] = canonicalText(line)
    return ofLines(lines)
  },
  'a personal value is changed': edited((line) => {
    for (const each of Object.values(line.personal as Fields)) (each as Fields).value = 'eve@corp.example'
  }, hasPersonal),
  'a salt is changed': edited((line) => {
    for (const each of Object.values(line.personal as Fields)) (each as Fields).salt = '0'.repeat(32)
  }, hasPersonal),
  'a personal value is taken out': ({ text }, random) => {
    const { bytes } = edited((line) => delete line.personal, hasPersonal)({ text, others: '' }, random)
    return { bytes }
  },
  'a personal value lies beside another line': ({ text }, random) => {
    const lines = linesOf(text).map((line) => JSON.parse(line) as Fields)
    const from = lines[pickLine(linesOf(text), random, hasPersonal)] ?? {}
    const to = lines[pickLine(linesOf(text), random, (line) => !hasPersonal(line))] ?? {}
    to.personal = from.personal as unknown
    delete from.personal
    return written(lines)
  },
  'the chain is computed anew, and checkpoints are as they were': ({ text }, random) => {
    const before = linesOf(text).filter((line) => kindAt(line) === 'checkpoint')
    const after = rechain(text, random).map((each) =>
      each.kind === 'checkpoint' ? before.shift() : canonicalText(each),
    )
    return ofLines(after.map(String))
  },
  'the chain is computed anew, and checkpoints are made to fit': ({ text }, random) => written(rechain(text, random)),
  'computed anew, signed by another key alone': ({ text }, random) => forged(text, random, 'alone'),
  'computed anew, signed by another key beside': ({ text }, random) => forged(text, random, 'beside'),
  'computed anew, signed by another key with a false endorsement': ({ text }, random) =>
    forged(text, random, 'endorsed'),
  'computed anew, signed by another key under a genuine id': ({ text }, random) => forged(text, random, 'disguised'),
}
