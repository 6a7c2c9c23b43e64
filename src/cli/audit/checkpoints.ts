import type { Command } from 'commander'
import { checkpointOrders } from '../../application/list-orders.ts'
import { print, type CliContext } from '../context.ts'
import { moreOf, sortBy } from '../list-options.ts'
import { toTable, type Row } from '../output.ts'
import { wholeNumber } from '../whole-number.ts'
import { logPath } from './log-path.ts'

type ListOptions = Partial<Record<'account' | 'key' | 'sort' | 'after', string>> & { limit: string; json?: boolean }

export function addCheckpoints(audit: Command, { client, out }: CliContext): void {
  audit
    .command('checkpoints')
    .description('the signed checkpoints of a log, in its order')
    .option('--account <id>', 'the account (the service itself)')
    .option('--key <id>', 'only those that this key signed')
    .option(...sortBy(checkpointOrders))
    .option('--limit <n>', 'at most so many', '50')
    .option('--after <place>', 'go on behind this place')
    .option('--json', 'print JSON')
    .action(async ({ account, json, limit, ...query }: ListOptions) => {
      const path = `${logPath(account)}/checkpoints`
      const page = await client.all<Row>(path, query, wholeNumber(limit, '--limit', 1))
      print(out, { json }, page, () => `${toTable(page.items, ['seq', 'at', 'key', 'hash'])}${moreOf(page)}`)
    })
}
