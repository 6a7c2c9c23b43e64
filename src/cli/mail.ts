import type { Command } from 'commander'
import { mailOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'
import { sortBy } from './sort-option.ts'

type Mail = Row & { id: string; to: string; subject: string; state: string; error: string | null; createdAt: string }
type MailDetail = Mail & { text: string | null; sentAt: string | null }
type ListOptions = Partial<Record<'account' | 'state' | 'to' | 'about' | 'sort', string>> & { json?: boolean }

/** The outbox: what is sent by mail, and what became of it. */
export function addMailCommands(program: Command, { client, out }: CliContext): void {
  const mail = program.command('mail').description('mail: what is to be sent, and what became of it')
  mail
    .command('list')
    .description('the mail of the last 30 days, the newest first')
    .option('--account <id>', 'only of this account')
    .option('--state <state>', 'only waiting, sent, failed or dropped')
    .option('--to <address>', 'only to this address')
    .option('--about <invitation>', 'only of this invitation')
    .option(...sortBy(mailOrders))
    .option('--json', 'print JSON')
    .action(async ({ json, ...query }: ListOptions) => {
      const page = await client.all<Mail>('/mail', query)
      const columns = ['createdAt', 'state', 'to', 'subject', 'attempts', 'error', 'id']
      print(out, { json }, page, () => toTable(page.items, columns))
    })
  mail
    .command('show <mail>')
    .description('one mail, with its text where mail becomes files')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const detail = await client.call<MailDetail>('GET', at`/mail/${id}`)
      print(out, options, detail, () => toText(detail))
    })
}

function toText({ to, subject, state, error, sentAt, text }: MailDetail): string {
  const head = [
    `To       ${to}`,
    `Subject  ${subject}`,
    `State    ${state}${sentAt === null ? '' : ` at ${sentAt}`}`,
    ...(error === null ? [] : [`Because  ${error}`]),
  ].map(printable)
  const body = text === null ? ['(its text is not kept here)'] : text.split('\n').map(printable)
  return [...head, '', ...body].join('\n').trimEnd()
}
