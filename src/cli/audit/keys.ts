import type { Command } from 'commander'
import { auditKeyOrders } from '../../application/list-orders.ts'
import { print, type CliContext } from '../context.ts'
import { sortBy } from '../list-options.ts'
import { toTable, type Row } from '../output.ts'

type Json = { json?: boolean }
type ListOptions = Json & Partial<Record<'id' | 'by' | 'sort', string>>
type Key = Row & { id: string; publicKey: string; by: string | null }

/** What signs checkpoints: the same keys for the log of every account. */
export function addKeys(audit: Command, { client, out }: CliContext): void {
  const keys = audit.command('key').description('key: what signs checkpoints')
  keys
    .command('list')
    .description('the public keys, in the order in which they came into use')
    .option('--id <key>', 'only this one')
    .option('--by <key>', 'only the one that this key endorsed')
    .option(...sortBy(auditKeyOrders))
    .option('--json', 'print JSON')
    .action(async ({ json, ...query }: ListOptions) => {
      const page = await client.all<Key>('/audit/keys', query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'publicKey', 'at', 'by']))
    })
  keys
    .command('rotate')
    .description('bring a fresh key into use, endorsed by the one before it')
    .option('--lost', 'the one before it is lost: begin anew with the key that the server has')
    .option('--json', 'print JSON')
    .action(async (options: Json & { lost?: boolean }) => {
      const made = await client.call<Key>('POST', '/audit/keys', { lost: options.lost })
      const endorsed = made.by === null ? 'endorsed by none' : `endorsed by ${made.by}`
      print(out, options, made, () => `Key ${made.id} is in use, ${endorsed}. Its public key: ${made.publicKey}`)
    })
}
