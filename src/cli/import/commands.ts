import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { importSlice } from '../../domain/member-import.ts'
import { at, CliError, type Client } from '../client.ts'
import { print, type CliContext } from '../context.ts'
import { counted, printable, type Output } from '../output.ts'
import { createBar } from './bar.ts'
import { openKeyFile, type HandedOut, type KeyFile } from './key-file.ts'
import { readRows, type Refused, type Row } from './read-rows.ts'

type Options = {
  account: string
  dryRun?: boolean
  skipRefused?: boolean
  keysFile?: string
  /** False with --no-keys. */
  keys: boolean
  json?: boolean
}
type Answer = {
  line: number
  kind: 'added' | 'unchanged' | 'refused'
  member: string | null
  key: { id: string; secret: string } | null
} & Refused
type Summary = { added: number; unchanged: number; refused: Refused[]; issuesKeys: boolean }

/** People of an older system, from a file. */
export function addImportCommands(program: Command, context: CliContext): void {
  program
    .command('import')
    .description('import: people of an older system')
    .command('members <file>')
    .description('bring people in from a .csv or .jsonl file, with their roles')
    .requiredOption('--account <id>', 'the account')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--skip-refused', 'leave refused rows out instead of taking none at all')
    .option('--keys-file <file>', 'make each an access key; the secrets go to this new file, .csv or .jsonl')
    .option('--no-keys', 'make no access keys, where the catalog would')
    .option('--json', 'print JSON')
    .action((file: string, options: Options) => importMembers(context, file, options))
}

/** Every row is looked at before the first one is taken: with a refused one nothing is, unless that is asked for. */
async function importMembers({ client, out }: CliContext, file: string, options: Options): Promise<void> {
  const { rows, refused } = readRows(file, readFile(file))
  const issueKeys = options.keysFile === undefined ? (options.keys ? undefined : false) : true
  const seen = await send(client, options.account, rows, { dryRun: true, issueKeys, label: 'looking' })
  seen.refused.unshift(...refused)
  seen.refused.sort((a, b) => a.line - b.line)
  report(out, seen.refused)
  const whole = seen.refused.length === 0
  if (options.dryRun === true || (!whole && options.skipRefused !== true)) {
    const done = options.dryRun === true ? 'Nothing was changed: this was a rehearsal.' : nothingTaken
    print(out, options, { dryRun: true, ...seen }, () => `${counts(seen, 'would be ')}\n${done}`)
    if (!whole) throw new CliError(`${counted(seen.refused.length, 'row is', 'rows are')} refused`)
    return
  }
  if (seen.issuesKeys && options.keysFile === undefined) throw new CliError(whereTo)
  const skipped = new Set(seen.refused.map(({ line }) => line))
  const taken = rows.filter(({ line }) => !skipped.has(line))
  const keyFile = options.keysFile === undefined ? null : openKeyFile(options.keysFile)
  const sending = { dryRun: false, issueKeys, label: 'bringing in', keyFile }
  const made = await send(client, options.account, taken, sending).finally(() => keyFile?.close())
  report(out, made.refused)
  const summary = { ...made, refused: [...seen.refused, ...made.refused] }
  const keys = keyFile === null || keyFile.count() === 0 ? '' : `\n${keysAreIn(keyFile)}`
  print(out, options, { dryRun: false, ...summary }, () => `${counts(summary, '')}${keys}`)
  if (summary.refused.length > 0) throw new CliError(`${counted(summary.refused.length, 'row is', 'rows are')} refused`)
}

const whereTo =
  'each of these people gets an access key, and its secret is told once: say where to with --keys-file FILE, or make none with --no-keys. Nothing was changed.'
const keysAreIn = (file: KeyFile): string =>
  `${counted(file.count(), 'access key was made; its secret is', 'access keys were made; their secrets are')} in ${file.name}, and nowhere else`
const nothingTaken = 'Nothing was changed. Mend the rows and run it again, or leave them out with --skip-refused.'

function readFile(file: string): string {
  if (!/\.(csv|jsonl)$/i.test(file)) throw new CliError('the file has to end in .csv or .jsonl', 2)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file))
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : (error as Error).message
    throw new CliError(`${file} cannot be read: ${reason}`)
  }
}

type Sending = {
  readonly dryRun: boolean
  readonly issueKeys: boolean | undefined
  readonly label: string
  readonly keyFile?: KeyFile | null
}

async function send(
  client: Client,
  account: string,
  rows: readonly Row[],
  { dryRun, issueKeys, label, keyFile = null }: Sending,
): Promise<Summary> {
  const summary: Summary = { added: 0, unchanged: 0, refused: [], issuesKeys: false }
  const bar = createBar(process.stderr, label, rows.length)
  for (let start = 0; start < rows.length; start += importSlice) {
    const slice = rows.slice(start, start + importSlice)
    const path = at`/accounts/${account}/members/import`
    const body = { dryRun, issueKeys, rows: slice }
    const { rows: answers, issuesKeys } = await client.call<{ rows: Answer[]; issuesKeys: boolean }>('POST', path, body)
    summary.issuesKeys = issuesKeys
    keyFile?.add(answers.flatMap((answer) => handedOut(slice, answer)))
    for (const { kind, line, field, reason } of answers) {
      if (kind === 'refused') summary.refused.push({ line, field, reason })
      else summary[kind] += 1
    }
    bar.move(slice.length)
  }
  bar.end()
  return summary
}

function handedOut(rows: readonly Row[], { line, member, key }: Answer): HandedOut[] {
  if (key === null || member === null) return []
  const userName = rows.find((row) => row.line === line)?.userName ?? ''
  return [{ line, userName, member, ...key }]
}

function report(out: Output, refused: readonly Refused[]): void {
  for (const { line, field, reason } of refused) {
    out.error(printable(`line ${line}: ${field === '' ? '' : `${field}: `}${reason}`))
  }
}

function counts({ added, unchanged, refused }: Summary, would: string): string {
  return `${added} ${would}added, ${unchanged} unchanged, ${refused.length} refused`
}
