import type { Command } from 'commander'
import { tokenOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { scopesHelp, scopesOf } from './clients.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { toTable, type Row } from './output.ts'

type OfConnection = { account: string; connection: string; json?: boolean }
type ListOptions = Partial<Record<'state' | 'scopes' | 'sort', string>>
type Token = Row & { id: string; token: string; expiresAt: string }

/** Bearer tokens of a connection. */
export function addTokenCommands(program: Command, { client, out }: CliContext): void {
  const tokens = program.command('tokens').description('tokens: what an IdP shows to a connection')
  const base = ({ account, connection }: Omit<OfConnection, 'json'>): string =>
    at`/accounts/${account}/connections/${connection}/tokens`
  const command = (name: string, about: string) =>
    tokens
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--connection <id>', 'the connection')
      .option('--json', 'print JSON')
  command('create', 'make a token; it is shown once')
    .option('--expires-in-days <days>', 'how long it lives (365)')
    .option('--scopes <scopes>', scopesHelp)
    .action(async (options: OfConnection & { expiresInDays?: string; scopes?: string }) => {
      const days = options.expiresInDays === undefined ? {} : { expiresInDays: Number(options.expiresInDays) }
      const made = await client.call<Token>('POST', base(options), { ...days, scopes: scopesOf(options.scopes) })
      print(
        out,
        options,
        made,
        () => `Token ${made.id}, valid until ${made.expiresAt}. It is shown this once:\n${made.token}`,
      )
    })
  command('list', 'the tokens of a connection')
    .option('--state <state>', 'only live, expired or revoked')
    .option('--scopes <scope>', 'only those that have this scope')
    .option(...sortBy(tokenOrders))
    .action(async ({ account, connection, json, ...query }: OfConnection & ListOptions) => {
      const page = await client.all<Row & { scopes: string[] }>(base({ account, connection }), query)
      const rows = page.items.map((token) => ({ ...token, scopes: token.scopes.join(' ') }))
      print(out, { json }, page, () => toTable(rows, ['id', 'hint', 'state', 'scopes', 'expiresAt', 'lastUsedAt']))
    })
  command('revoke', 'end a token at once')
    .requiredOption('--token <id>', 'the token’s id')
    .action(async (options: OfConnection & { token: string }) => {
      await client.call('DELETE', `${base(options)}${at`/${options.token}`}`)
      print(out, options, { revoked: options.token }, () => `Token ${options.token} is revoked.`)
    })
}
