import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { importSlice } from '../../domain/member-import.ts'
import { at, CliError, type Client } from '../client.ts'
import { print, type CliContext } from '../context.ts'
import { printable, type Output } from '../output.ts'
import { createBar } from './bar.ts'
import { readRows, type Refused, type Row } from './read-rows.ts'

type Options = { account: string; dryRun?: boolean; skipRefused?: boolean; json?: boolean }
type Answer = { line: number; kind: 'added' | 'unchanged' | 'refused'; member: string | null } & Refused
type Summary = { added: number; unchanged: number; refused: Refused[] }

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
    .option('--json', 'print JSON')
    .action((file: string, options: Options) => importMembers(context, file, options))
}

/** Every row is looked at before the first one is taken: with a refused one nothing is, unless that is asked for. */
async function importMembers({ client, out }: CliContext, file: string, options: Options): Promise<void> {
  const { rows, refused } = readRows(file, readFile(file))
  const seen = await send(client, options.account, rows, { dryRun: true, label: 'looking' })
  seen.refused.unshift(...refused)
  seen.refused.sort((a, b) => a.line - b.line)
  report(out, seen.refused)
  const whole = seen.refused.length === 0
  if (options.dryRun === true || (!whole && options.skipRefused !== true)) {
    const done = options.dryRun === true ? 'Nothing was changed: this was a rehearsal.' : nothingTaken
    print(out, options, { dryRun: true, ...seen }, () => `${counts(seen, 'would be ')}\n${done}`)
    if (!whole) throw new CliError(`${seen.refused.length} rows are refused`)
    return
  }
  const skipped = new Set(seen.refused.map(({ line }) => line))
  const taken = rows.filter(({ line }) => !skipped.has(line))
  const made = await send(client, options.account, taken, { dryRun: false, label: 'bringing in' })
  report(out, made.refused)
  const summary = { ...made, refused: [...seen.refused, ...made.refused] }
  print(out, options, { dryRun: false, ...summary }, () => counts(summary, ''))
  if (summary.refused.length > 0) throw new CliError(`${summary.refused.length} rows are refused`)
}

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

type Sending = { readonly dryRun: boolean; readonly label: string }

async function send(
  client: Client,
  account: string,
  rows: readonly Row[],
  { dryRun, label }: Sending,
): Promise<Summary> {
  const summary: Summary = { added: 0, unchanged: 0, refused: [] }
  const bar = createBar(process.stderr, label, rows.length)
  for (let start = 0; start < rows.length; start += importSlice) {
    const slice = rows.slice(start, start + importSlice)
    const path = at`/accounts/${account}/members/import`
    const { rows: answers } = await client.call<{ rows: Answer[] }>('POST', path, { dryRun, rows: slice })
    for (const { kind, line, field, reason } of answers) {
      if (kind === 'refused') summary.refused.push({ line, field, reason })
      else summary[kind] += 1
    }
    bar.move(slice.length)
  }
  bar.end()
  return summary
}

function report(out: Output, refused: readonly Refused[]): void {
  for (const { line, field, reason } of refused) {
    out.error(printable(`line ${line}: ${field === '' ? '' : `${field}: `}${reason}`))
  }
}

function counts({ added, unchanged, refused }: Summary, would: string): string {
  return `${added} ${would}added, ${unchanged} unchanged, ${refused.length} refused`
}
