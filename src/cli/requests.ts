import type { Command } from 'commander'
import { requestOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { changesOf, outcomeOf, targetOf, type RequestItem } from './request-text.ts'
import { printable, toJson, toTable } from './output.ts'
import { wholeNumber } from './whole-number.ts'
import { moreOf, sortBy } from './list-options.ts'

type Body = { body: unknown; truncated: boolean }
type RequestDetail = RequestItem & { request: Body | null; answer: Body | null }
type OfConnection = { account: string; connection: string; json?: boolean }
type Filters = Partial<Record<'status' | 'method' | 'since' | 'until' | 'member' | 'sort' | 'after', string>>
type ListOptions = OfConnection & Filters & { failed?: boolean; limit: string }

/** The log of what an IdP has asked. */
export function addRequestCommands(program: Command, { client, out }: CliContext): void {
  const requests = program.command('requests').description('requests: what an IdP has asked, and what came of it')
  const command = (name: string, about: string) =>
    requests
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--connection <id>', 'the connection')
      .option('--json', 'print JSON')
  command('list', 'the requests of a connection, the newest first')
    .option('--failed', 'only those that were refused or failed')
    .option('--no-failed', 'only the others')
    .option('--status <status>', 'only this status, 409, or class, 4xx')
    .option('--method <method>', 'only GET, POST, PUT, PATCH or DELETE')
    .option('--since <instant>', 'from then on: 2026-11-24, or 2026-11-24T08:00:00Z')
    .option('--until <instant>', 'before then')
    .option('--member <id>', 'only about this member')
    .option(...sortBy(requestOrders))
    .option('--limit <n>', 'at most so many', '50')
    .option('--after <place>', 'go on behind this place')
    .action(async (options: ListOptions) => {
      const { account, connection, json, limit, ...filters } = options
      const path = at`/accounts/${account}/connections/${connection}/requests`
      const query = { ...filters, method: filters.method?.toUpperCase() }
      const page = await client.all<RequestItem>(path, query, wholeNumber(limit, '--limit', 1))
      print(out, { json }, page, () => `${toList(page.items)}${moreOf(page)}`)
    })
  command('show <request>', 'one request: bodies, what was repaired, what it changed').action(
    async (request: string, options: OfConnection) => {
      const { account, connection } = options
      const path = at`/accounts/${account}/connections/${connection}/requests/${request}`
      const detail = await client.call<RequestDetail>('GET', path)
      print(out, options, detail, () => toText(detail))
    },
  )
}

function toList(items: readonly RequestItem[]): string {
  const rows = items.map((item) => ({
    time: item.at,
    method: item.method,
    path: targetOf(item),
    status: item.status,
    outcome: outcomeOf(item),
    repaired: item.repairedTotal === 0 ? null : item.repairedTotal,
    id: item.id,
  }))
  return toTable(rows, ['time', 'method', 'path', 'status', 'outcome', 'repaired', 'id'])
}

function toText(item: RequestDetail): string {
  const { at: time, method, status, scimType, detail, ms, operation, credential, repaired, repairedTotal } = item
  const lines = [
    `${method} ${targetOf(item)}`,
    `Answered   ${[String(status), scimType].filter((text) => text !== null).join(' ')}, after ${ms} ms, at ${time}`,
    ...(detail === null ? [] : [`Because    ${detail}`]),
    `Credential ${credential ?? 'none that this connection knows'}`,
    `Request id ${operation}`,
  ].map(printable)
  return [
    ...lines,
    section('Repaired on the way in', repaired, repairedTotal),
    section('Changed', changesOf(item), item.changedTotal + (item.membersTotal > 0 ? 1 : 0)),
    body('Request', item.request),
    body('Answer', item.answer),
  ].join('\n')
}

function section(title: string, items: readonly string[], total: number): string {
  const shown = items.length === 0 ? ['(nothing)'] : items.map(printable)
  const more = total > items.length ? [`… ${total - items.length} more`] : []
  return `\n${title}\n${[...shown, ...more].map((line) => `  ${line}`).join('\n')}`
}

function body(title: string, told: Body | null): string {
  if (told === null) return `\n${title}\n  (none)`
  const text = typeof told.body === 'string' ? printable(told.body) : toJson(told.body)
  return `\n${title}${told.truncated ? ', cut' : ''}\n${text}`
}
