import { createReadStream, statSync } from 'node:fs'
import { sha256Hex, verifySignature } from '../../adapters/system/ed25519.ts'
import { parseExported } from '../../domain/audit-exported.ts'
import { keyIdOf, type CheckpointStatement } from '../../domain/audit-statement.ts'
import { createVerifier, type Expected, type Verdict } from '../../domain/audit-verify.ts'
import { CliError } from '../client.ts'
import { print } from '../context.ts'
import { createBar } from '../import/bar.ts'
import { counted, printable, type Output } from '../output.ts'
import { linesOf } from '../lines.ts'

export type VerifyOptions = { key?: string[]; checkpoints?: string; anyKey?: boolean; json?: boolean }

/** Most faults that are printed; all that are kept are in the JSON. */
const mostPrinted = 20

/** Reads an export from beginning to end. Nothing but the file and what was told is asked; leaves with 1 where it is damaged. */
export async function verifyFile(out: Output, file: string, options: VerifyOptions): Promise<void> {
  requireTrust(options)
  await requireExport(file)
  const expected = await expectedOf(out, file, options)
  const verifier = createVerifier({ sha256: sha256Hex, verify: verifySignature }, expected)
  for await (const { text, ended } of linesIn(file, 'verifying')) verifier.take(text, ended)
  const verdict = verifier.end()
  if (options.json === true) print(out, options, verdict, () => '')
  const [first] = verdict.faults
  if (first === undefined) {
    if (options.json !== true) out.line(wholeText(file, verdict, expected))
    return
  }
  for (const { at, seq, why } of verdict.faults.slice(0, mostPrinted))
    out.error(printable(`${file}:${at}${seq === null ? '' : ` (line ${seq} of the log)`}: ${why}`))
  const more = verdict.faults.length - mostPrinted
  if (more > 0) out.error(`… and ${more} more`)
  throw new CliError(`${file} is damaged, from its line ${first.at} on`)
}

function wholeText(file: string, verdict: Verdict, { keys }: Expected): string {
  const { from, to, account, checkpoints, closedAt, key, later } = verdict
  const whole = `${file} is whole: lines ${from} to ${to} of ${account}, ${counted(checkpoints, 'checkpoint')} on the way; closed at ${closedAt} with key ${key}.`
  const more = `Kept checkpoints go on to line ${later?.seq}, signed at ${later?.at}: there are lines that came after this export.`
  const untold =
    "Whether that key is the service's own was not asked: compare it with one that you had from elsewhere, by --key."
  return [whole, ...(later === null ? [] : [more]), ...(keys === null ? [untold] : [])].join('\n')
}

function requireTrust({ key = [], checkpoints, anyKey = false }: VerifyOptions): void {
  const isTold = key.length > 0 || checkpoints !== undefined
  if (isTold !== anyKey) return
  const mend = isTold
    ? '--any-key takes the place of --key and --checkpoints; leave it out'
    : 'say whom to trust: --key with an id from "joinery audit key list", --checkpoints with a file that was kept elsewhere, or --any-key to find damage alone'
  throw new CliError(mend, 2)
}

/** Keys that signed a checkpoint which was kept elsewhere are trusted as much as those that are named. */
async function expectedOf(
  out: Output,
  file: string,
  { key = [], checkpoints, anyKey }: VerifyOptions,
): Promise<Expected> {
  if (anyKey === true) return { keys: null, checkpoints: [] }
  const kept = checkpoints === undefined ? [] : await checkpointsOf(out, checkpoints, await accountOf(file))
  return { keys: new Set([...key.map(toKeyId), ...kept.map((each) => each.key)]), checkpoints: kept }
}

function toKeyId(told: string): string {
  if (/^[0-9a-f]{32}$/.test(told)) return told
  if (/^[\w-]{43}$/.test(told)) return keyIdOf(told, sha256Hex)
  throw new CliError(
    `--key: "${printable(told)}" is neither the id of a key, 32 hex digits, nor a public key, 43 characters`,
    2,
  )
}

/** Refuses what has no line of an export in it at all: to list each as damaged would say nothing. */
async function requireExport(file: string): Promise<void> {
  let found = 0
  for await (const { text } of linesIn(file)) {
    found += 1
    if (text !== null && typeof parseExported(text) !== 'string') return
  }
  if (found === 0) return // cut to nothing
  throw new CliError(
    `${file} is no export of an audit log: none of its ${found} lines is; make one with "joinery audit export"`,
  )
}

async function accountOf(file: string): Promise<string | null> {
  for await (const { text } of linesIn(file)) {
    const read = text === null ? '' : parseExported(text)
    if (typeof read !== 'string' && read.kind === 'line') return read.line.account
  }
  return null
}

/** Those of one account. Half a line, as a killed process leaves one, is passed over. */
async function checkpointsOf(out: Output, file: string, account: string | null): Promise<CheckpointStatement[]> {
  const found: CheckpointStatement[] = []
  let place = 0
  for await (const { text } of linesIn(file)) {
    place += 1
    const read = text === null ? 'is no UTF-8' : parseExported(text)
    if (typeof read === 'string') out.error(`${file}:${place}: ${read}; this line is passed over`)
    else if (read.kind === 'checkpoint' && read.account === account) found.push(read)
  }
  if (found.length > 0) return found
  throw new CliError(`${file} has no checkpoint of ${account ?? 'the account, which the export does not name'}`)
}

async function* linesIn(file: string, label?: string): ReturnType<typeof linesOf> {
  const bar = label === undefined ? null : createBar(process.stderr, label, sizeOf(file))
  const moving = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      bar?.move((chunk as Buffer).length)
      yield chunk as Buffer
    }
  }
  try {
    yield* linesOf(moving())
  } catch (error) {
    throw (error as { code?: string }).code === undefined ? error : unreadable(file, error)
  } finally {
    bar?.end()
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): CliError {
  return new CliError(`${file} cannot be read: ${(error as Error).message}`)
}
