import type { Command } from 'commander'
import { CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'

type Account = Row & { id: string; name: string; catalog: string; createdAt: string }

export function addAccountCommands(program: Command, { client, out }: CliContext): void {
  const accounts = program.command('accounts').description('accounts: your platform’s tenants')
  accounts
    .command('create')
    .description('open an account under a role catalog')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--catalog <id>', 'its role catalog, for example plivo')
    .option('--owner <userName>', 'who owns it from the start')
    .option('--owner-email <address>', 'the owner’s work address')
    .option('--json', 'print JSON')
    .action(async (options: { name: string; catalog: string; owner?: string; ownerEmail?: string; json?: boolean }) => {
      const { name, catalog } = options
      const created = await client.call<Account>('POST', '/accounts', { name, catalog, ...ownerOf(options) })
      print(
        out,
        options,
        created,
        () => `Account ${created.id} "${printable(created.name)}" (catalog ${created.catalog}) is open.`,
      )
    })
  accounts
    .command('list')
    .description('all accounts')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const page = await client.all<Account>('/accounts')
      print(out, options, page, () => toTable(page.items, ['id', 'name', 'catalog', 'createdAt']))
    })
}

function ownerOf({ owner, ownerEmail }: { owner?: string; ownerEmail?: string }): object {
  if (owner === undefined && ownerEmail === undefined) return {}
  if (owner === undefined || ownerEmail === undefined) throw new CliError('--owner and --owner-email go together', 2)
  return { owner: { userName: owner, email: ownerEmail } }
}
