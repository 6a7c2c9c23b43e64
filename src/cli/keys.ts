import type { Command } from 'commander'
import { signingKeyOrders } from '../application/list-orders.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { toTable, type Row } from './output.ts'

type ListOptions = Partial<Record<'state' | 'sort', string>> & { json?: boolean }

/** Keys that tokens for gateways are signed with. */
export function addKeyCommands(program: Command, { client, out }: CliContext): void {
  const keys = program.command('keys').description('keys that tokens for gateways are signed with')
  const columns = ['id', 'state', 'signsFrom', 'publishedUntil']
  keys
    .command('list')
    .description('the keys that are published, the newest first')
    .option('--state <state>', 'only next, signs or past')
    .option(...sortBy(signingKeyOrders))
    .option('--json', 'print JSON')
    .action(async ({ json, ...query }: ListOptions) => {
      const page = await client.all<Row>('/signing-keys', query)
      print(out, { json }, page, () => toTable(page.items, columns))
    })
  keys
    .command('rotate')
    .description('make the next key; it signs ten minutes later')
    .option('--immediately', 'for a key that others know: the new one signs now, and all others are gone')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean; immediately?: boolean }) => {
      const body = { immediately: options.immediately === true }
      const page = await client.call<{ items: Row[] }>('POST', '/signing-keys/rotate', body)
      print(out, options, page, () => toTable(page.items, columns))
    })
}
