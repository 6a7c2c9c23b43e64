import { auditOrders } from '../../application/list-orders.ts'
import type { Command } from 'commander'
import { at } from '../client.ts'
import { print, type CliContext } from '../context.ts'
import { counted, printable, toTable, type Row } from '../output.ts'
import { addCheckpoints } from './checkpoints.ts'
import { exportLog, type ExportOptions } from './export.ts'
import { moreOf, sortBy } from '../list-options.ts'
import { wholeNumber } from '../whole-number.ts'
import { addKeys } from './keys.ts'
import { logPath } from './log-path.ts'
import { verifyFile, type VerifyOptions } from './verify.ts'

type OfLog = { account?: string; json?: boolean }
type Filters = Readonly<
  Record<'actor' | 'action' | 'target' | 'member' | 'door' | 'since' | 'until' | 'sort', string | undefined>
>
type ListOptions = OfLog & Filters & { limit: string; after?: string }
type Values = Readonly<Record<string, unknown>> | null
type Line = Row & { at: string; before: Values; after: Values } & Readonly<Record<'detail', unknown>>

/** What was done, by whom and to what. */
export function addAuditCommands(program: Command, context: CliContext): void {
  const audit = program.command('audit').description('audit: what was done, by whom and to what')
  addList(audit, context)
  audit
    .command('export')
    .description('write a log as JSON Lines that end with a signed checkpoint')
    .option('--account <id>', 'the account (the service itself)')
    .option('--out <file>', 'the file (standard output)')
    .option('--after <n>', 'leave out the lines up to this number', '0')
    .option('--personal', 'with names and addresses, as far as they are not erased')
    .action((options: ExportOptions) => exportLog(context, options))
  audit
    .command('verify <file>')
    .description('find what was changed, removed, reordered, cut or recomputed in an export; no server is asked')
    .option('--key <id...>', 'an id of a key, or a public key, that you had from elsewhere')
    .option('--checkpoints <file>', 'checkpoints that were kept elsewhere, as JSON Lines')
    .option('--any-key', 'take the keys of the file as they are: finds damage, and no forgery')
    .option('--json', 'print JSON')
    .action((file: string, options: VerifyOptions) => verifyFile(context.out, file, options))
  addCheckpoints(audit, context)
  addKeys(audit, context)
  audit
    .command('erase')
    .description('take a member’s names and addresses out of a log, for good; its lines stay')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--member <id>', 'the member')
    .option('--json', 'print JSON')
    .action(async (options: { account: string; member: string; json?: boolean }) => {
      const path = at`/accounts/${options.account}/audit/erasures`
      const done = await context.client.call<{ lines: number }>('POST', path, { member: options.member })
      print(context.out, options, done, () => {
        const what = counted(done.lines, 'line')
        return `What ${what} said of member ${printable(options.member)} is erased. The member is as he was.`
      })
    })
}

function addList(audit: Command, { client, out }: CliContext): void {
  audit
    .command('list')
    .description('the lines of a log, the newest first')
    .option('--account <id>', 'the account (the service itself)')
    .option('--actor <actor>', 'only of this actor: operator, member:<id>, scim:<connection>, system:<part>')
    .option('--action <action>', 'only of this action')
    .option('--target <id>', 'only about this')
    .option('--member <id>', 'only about this member')
    .option('--door <door>', 'only through this door: scim, admin, cli, console, sign-in, access or worker')
    .option('--since <instant>', 'from then on: 2026-11-24, or 2026-11-24T08:00:00Z')
    .option('--until <instant>', 'before then')
    .option(...sortBy(auditOrders))
    .option('--limit <n>', 'at most so many', '50')
    .option('--after <place>', 'go on behind this place')
    .option('--json', 'print JSON')
    .action(async ({ account, json, limit, ...query }: ListOptions) => {
      const page = await client.all<Line>(logPath(account), query, wholeNumber(limit, '--limit', 1))
      print(out, { json }, page, () => `${toList(page.items)}${moreOf(page)}`)
    })
}

const longestChange = 80

function toList(lines: readonly Line[]): string {
  const rows = lines.map(({ at: time, before, after, ...line }) => ({
    ...{ seq: line.seq, time, actor: line.actor, door: line.door, action: line.action, target: line.target },
    change: changeOf(before, after),
  }))
  return toTable(rows, ['seq', 'time', 'actor', 'door', 'action', 'target', 'change'])
}

/** `name: "Acme" → "Acme Ltd"`, for each value, as far as it fits. */
function changeOf(before: Values, after: Values): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  const told = (values: Values, name: string): string => JSON.stringify(values?.[name]) ?? '-'
  const text = names.map((name) => `${name}: ${told(before, name)} → ${told(after, name)}`).join(', ')
  return printable(text.length > longestChange ? `${text.slice(0, longestChange - 1)}…` : text)
}
