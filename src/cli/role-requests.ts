import type { Command } from 'commander'
import { roleRequestOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'
import { sortBy } from './list-options.ts'

type OfAccount = { account: string; json?: boolean }
type Request = Omit<Row, 'overdue'> & { id: string; state: string; promisedAt: string; overdue: boolean }
type ListOptions = Partial<Record<'account' | 'state' | 'member' | 'role' | 'askedBy' | 'sort', string>> & {
  overdue?: boolean
  json?: boolean
}
type Asked = OfAccount & { member: string; role: string; reason?: string }

/** What people ask for, where the catalog lets them. */
export function addRoleRequestCommands(program: Command, { client, out }: CliContext): void {
  const requests = program.command('role-requests').description('role requests: what people ask for')
  requests
    .command('ask')
    .description('write down what a member asked for')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--member <id>', 'who asks')
    .requiredOption('--role <role>', 'what for')
    .option('--reason <text>', 'why')
    .option('--json', 'print JSON')
    .action(async (options: Asked) => {
      const { account, member, role, reason } = options
      const asked = await client.call<Request>('POST', at`/accounts/${account}/role-requests`, { member, role, reason })
      print(out, options, asked, () => `Request ${asked.id} is open; an answer is promised by ${asked.promisedAt}.`)
    })
  requests
    .command('list')
    .description('what was asked for in an account, or in all, the oldest first')
    .option('--account <id>', 'the account (all)')
    .option('--state <state>', 'open, granted, declined or withdrawn')
    .option('--member <id>', 'only for this member')
    .option('--role <role>', 'only for this role')
    .option('--asked-by <actor>', 'only of this asker: member:<id>')
    .option('--overdue', 'only those whose answer is late')
    .option('--no-overdue', 'only the others')
    .option(...sortBy(roleRequestOrders))
    .option('--json', 'print JSON')
    .action(async ({ account, json, ...query }: ListOptions) => {
      const path = account === undefined ? '/role-requests' : at`/accounts/${account}/role-requests`
      const page = await client.all<Request>(path, query)
      const rows = page.items.map(({ overdue, ...row }) => ({ ...row, late: overdue ? 'yes' : '' }))
      const where = account === undefined ? ['account'] : []
      const columns = ['id', ...where, 'member', 'role', 'state', 'promisedAt', 'late', 'decidedBy', 'answer']
      print(out, { json }, page, () => toTable(rows, columns))
    })
  addDecisions(requests, { client, out })
}

function addDecisions(requests: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  for (const [verb, about] of Object.entries(decisions)) {
    requests
      .command(`${verb} <request>`)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--answer <text>', 'what the person is told')
      .option('--json', 'print JSON')
      .action(async (request: string, options: OfAccount & { answer?: string }) => {
        const path = at`/accounts/${options.account}/role-requests/${request}/${verb}`
        const done = await client.call<Request>('POST', path, verb === 'withdraw' ? {} : { answer: options.answer })
        print(out, options, done, () => `Request ${printable(request)} is ${done.state}.`)
      })
  }
}

const decisions = {
  grant: 'grant a request: the role is assigned',
  decline: 'decline a request',
  withdraw: 'take a request back',
}
