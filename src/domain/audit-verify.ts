import { emptyHead, noHash, type Head, type Sha256 } from './audit-chain.ts'
import { canonicalText } from './canonical-json.ts'
import type { CheckpointStatement } from './audit-statement.ts'
import { createKeyBook, type KeyBook, type VerifySignature } from './audit-key-book.ts'
import { createSinkBook, type Later } from './audit-sink-book.ts'
import { parseExported, personalFaults, type ExportedLine } from './audit-exported.ts'

export type VerifyTools = { readonly sha256: Sha256; readonly verify: VerifySignature }

/** What is known from elsewhere. */
export type Expected = {
  /** Ids of keys that are trusted; null: none was told, and the file's own keys are taken as they are. */
  readonly keys: ReadonlySet<string> | null
  /** Checkpoints from the sink. */
  readonly checkpoints: readonly CheckpointStatement[]
}

/** A damage: at which line of the file, about which line of the log, and why it is one. */
export type Fault = { readonly at: number; readonly seq: number | null; readonly why: string }

export type Verdict = {
  readonly faults: readonly Fault[]
  readonly account: string | null
  readonly from: number | null
  readonly to: number
  readonly lines: number
  readonly checkpoints: number
  /** The key that signed the last checkpoint, and whether it is one that was told or endorsed by one. */
  readonly key: string | null
  readonly trusted: boolean
  /** When the export was closed. */
  readonly closedAt: string | null
  /** The last kept checkpoint, where it was signed after the export was closed and is of a later line: there is more now. */
  readonly later: Later | null
}

/** More are not kept. */
const mostFaults = 1000

type State = {
  account: string | null
  first: { seq: number; prev: string } | null
  head: Head
  /** The last line that a genuine checkpoint has confirmed. */
  confirmed: number
  lines: number
  checkpoints: number
  personal: number
  closing: CheckpointStatement | null
}

type Reading = {
  readonly tools: VerifyTools
  readonly keys: KeyBook
  readonly sink: ReturnType<typeof createSinkBook>
  readonly state: State
  readonly fault: (seq: number | null, why: string) => void
  /** Whether keys were told: then nobody else's signature counts. */
  readonly keysTold: boolean
}

/**
 * Reads an export line by line and finds what was changed, removed, reordered, cut or recomputed. Nothing is asked but the
 * lines themselves and what is expected.
 */
export function createVerifier(tools: VerifyTools, expected: Expected) {
  const keys = createKeyBook(tools, expected.keys)
  const sink = createSinkBook(keys, expected.checkpoints)
  const faults: Fault[] = []
  let place = 0
  const fault = (seq: number | null, why: string): void => {
    if (faults.length < mostFaults) faults.push({ at: place, seq, why })
  }
  const reading: Reading = { tools, keys, sink, state: newState(), fault, keysTold: expected.keys !== null }
  return {
    /** A line of the file without its end; null where it is no text. `ended` is false where the file breaks off. */
    take(text: string | null, ended = true): void {
      place += 1
      if (!ended) fault(null, 'the file ends in the middle of this line')
      if (text === null) fault(null, 'is no UTF-8, or longer than any line that Joinery writes')
      else takeText(reading, text)
    },
    end(): Verdict {
      place += 1
      return { faults, ...close(reading) }
    },
  }
}

function newState(): State {
  const counts = { lines: 0, checkpoints: 0, personal: 0 }
  return { account: null, first: null, head: emptyHead, confirmed: 0, ...counts, closing: null }
}

function takeText(reading: Reading, text: string): void {
  const { state, keys, fault } = reading
  if (state.closing !== null) fault(null, 'stands behind the checkpoint that ends the export')
  const read = parseExported(text)
  if (typeof read === 'string') fault(null, read)
  else if (read.kind === 'line') takeLine(reading, read)
  else if (read.kind === 'checkpoint') takeCheckpoint(reading, read)
  else {
    const why = state.first === null ? keys.add(read) : 'a key stands among the lines; keys come first'
    if (why !== null) fault(null, why)
  }
}

function takeLine({ tools, sink, state, fault }: Reading, read: ExportedLine): void {
  const { seq, prev } = read.line
  state.lines += 1
  state.personal += Object.keys(read.personal).length
  state.account ??= read.line.account
  state.first ??= { seq, prev }
  for (const why of lineFaults(tools, state, read)) fault(seq, why)
  for (const why of sink.about(read, state.lines === 1)) fault(seq, why)
  state.head = { seq, hash: read.hash }
}

function takeCheckpoint({ keys, state, fault, keysTold }: Reading, read: CheckpointStatement): void {
  const whys = checkpointFaults(state, read, keys.whyNot(read))
  // Of the last one it is said at the end.
  if (keysTold && read.closes === undefined && whys.length === 0 && !keys.isTrusted(read.key))
    whys.push(
      `the checkpoint is signed with key ${read.key}, which is none of those given and endorsed by none of them; if you know it for one of the service’s own, give it too`,
    )
  for (const why of whys) fault(read.seq, why)
  if (whys.length === 0) state.confirmed = read.seq
  if (read.closes !== undefined) state.closing = read
  else state.checkpoints += 1
}

function close({ keys, sink, state, fault, keysTold }: Reading): Omit<Verdict, 'faults'> {
  const { account, first, head, lines, checkpoints, closing } = state
  for (const why of closingFaults(state, keys.ids())) fault(head.seq, why)
  for (const { seq, why } of sink.atEnd(state)) fault(seq, why)
  const key = closing?.key ?? null
  const trusted = key !== null && keys.isTrusted(key)
  if (key !== null && keysTold && !trusted)
    fault(head.seq, `the export is signed with key ${key}, which is none of those given and endorsed by none of them`)
  const totals = { account, from: first?.seq ?? null, to: head.seq, lines, checkpoints }
  return { ...totals, key, trusted, closedAt: closing?.at ?? null, later: sink.later(state) }
}

function lineFaults(tools: VerifyTools, { account, first, head, lines }: State, read: ExportedLine): string[] {
  const { line, hash } = read
  const faults: string[] = []
  if (line.account !== account) faults.push(`is of account ${line.account}, and the export of ${account ?? ''}`)
  if (tools.sha256(canonicalText(line)) !== hash) faults.push('was changed: its content does not give its hash')
  if (lines === 1) {
    if (first?.seq === 1 && line.prev !== noHash) faults.push('is number 1 and follows another line')
  } else if (line.seq > head.seq + 1) {
    const [from, to] = [head.seq + 1, line.seq - 1]
    faults.push(from === to ? `line ${from} was removed before it` : `lines ${from} to ${to} were removed before it`)
  } else if (line.seq <= head.seq) {
    faults.push(`stands out of its order, behind line ${head.seq}`)
  } else if (line.prev !== head.hash) {
    faults.push(`does not follow line ${head.seq} as it stands: one of the two was changed and its hash computed anew`)
  }
  return [...faults, ...personalFaults(read, tools.sha256)]
}

function checkpointFaults(
  { account, head, confirmed }: State,
  read: CheckpointStatement,
  key: string | null,
): string[] {
  if (key !== null) return [key]
  if (read.account !== account) return [`the checkpoint is of account ${read.account}`]
  if (read.seq !== head.seq) return [`the checkpoint of line ${read.seq} stands behind line ${head.seq}`]
  if (read.hash === head.hash) return []
  return [
    `the checkpoint signed at ${read.at} has another hash: the chain was computed anew after a change in lines ${confirmed + 1} to ${read.seq}`,
  ]
}

function closingFaults({ closing, first, checkpoints, personal, head }: State, keyIds: readonly string[]): string[] {
  if (closing?.closes === undefined)
    return [`the end was cut: the export does not end with its closing checkpoint, but with line ${head.seq}`]
  const { from, prev, keys, checkpoints: signed, personal: values } = closing.closes
  const faults: string[] = []
  if (first === null || from !== first.seq || prev !== first.prev)
    faults.push(`the beginning was cut or changed: the export began with line ${from}`)
  if (signed !== checkpoints)
    faults.push(`${signed} checkpoints were exported on the way, and ${checkpoints} are there`)
  if (values !== personal)
    faults.push(`${values} personal values were exported beside the lines, and ${personal} are there`)
  if (keys.join() !== keyIds.join()) faults.push('the keys are not those that were exported')
  return faults
}
