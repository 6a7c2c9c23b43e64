import type { Command } from 'commander'
import { gatewayOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable, type Row } from './output.ts'

type OfAccount = { account?: string | undefined; json?: boolean }
type ListOptions = Partial<Record<'state' | 'name' | 'sort', string>>
type Gateway = Row & { id: string; name: string; state: string }

/** Credentials of whoever asks for access decisions. */
export function addGatewayCommands(program: Command, { client, out }: CliContext): void {
  const gateways = program.command('gateways').description('gateways: whoever asks for access decisions')
  gateways
    .command('create')
    .description('make a credential that asks for decisions; its token is printed this once')
    .requiredOption('--name <name>', 'what it is called')
    .option('--account <id>', 'the account that it asks about, with those below (every account)')
    .option('--json', 'print JSON')
    .action(async (options: OfAccount & { name: string }) => {
      const created = await client.call<Gateway & { token: string }>('POST', place(options), { name: options.name })
      const text = `Gateway ${created.id} "${printable(created.name)}" is made. Its token, shown this once:\n${created.token}`
      print(out, options, created, () => text)
    })
  gateways
    .command('list')
    .description('the gateways of an account, or those that ask about every account')
    .option('--account <id>', 'the account')
    .option('--state <state>', 'only live or revoked')
    .option('--name <text>', 'only those with this in their name')
    .option(...sortBy(gatewayOrders))
    .option('--json', 'print JSON')
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Gateway>(place({ account }), query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'name', 'state', 'hint', 'createdAt', 'lastUsedAt']))
    })
  gateways
    .command('revoke <gateway>')
    .description('end a gateway’s credential at once')
    .option('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (gateway: string, options: OfAccount) => {
      await client.call('DELETE', `${place(options)}${at`/${gateway}`}`)
      print(out, options, { revoked: gateway }, () => `Gateway ${printable(gateway)} is revoked.`)
    })
}

function place({ account }: OfAccount): string {
  return account === undefined ? '/gateways' : at`/accounts/${account}/gateways`
}
