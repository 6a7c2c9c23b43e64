import type { Command } from 'commander'
import { mailOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'
import { sortBy } from './list-options.ts'

type Mail = Row & {
  id: string
  to: string
  subject: string
  state: string
  error: string | null
  createdAt: string
} & MailTarget
type MailDetail = Mail & { text: string | null; sentAt: string | null }
export type MailTarget = { mailGoesTo: 'server' | 'files' }
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
      print(out, { json }, page, () => `${toTable(page.items, columns)}${noServer(page.items[0])}`)
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

/** A line more where mail goes to nobody; `about` is the invitation whose mail is meant. */
export function noServer(told: MailTarget | undefined, about?: string): string {
  if (told?.mailGoesTo !== 'files') return ''
  const list = about === undefined ? '' : `find it by "joinery mail list --about ${about}", `
  return `\nNo mail server is set (MAIL_URL), so mail goes to nobody and becomes files: ${list}read it by "joinery mail show <mail>".`
}

function toText({ to, subject, state, error, sentAt, text, mailGoesTo }: MailDetail): string {
  const head = [
    `To       ${to}`,
    `Subject  ${subject}`,
    `State    ${state}${sentAt === null ? '' : ` at ${sentAt}`}`,
    ...(error === null ? [] : [`Because  ${error}`]),
  ].map(printable)
  const body = text === null ? ['(its text is not kept here)'] : text.split('\n').map(printable)
  return [`${head.join('\n')}${noServer({ mailGoesTo })}`, '', ...body].join('\n').trimEnd()
}
