import { Option, type Command } from 'commander'
import { memberOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { linesOf } from './lines.ts'
import { toTable } from './output.ts'
import { sortBy } from './list-options.ts'

type Holding = {
  userName: string
  role: string
  source: string
  since: string | null
  givenBy: string[]
  endsAt: string | null
  customised: boolean
  switchedOff: string[]
  lastSeenAt: string | null
}
type Options = Partial<Record<'userName' | 'name' | 'role' | 'sort', string>> & {
  account: string
  customised?: boolean
  csv?: boolean
  json?: boolean
}
const narrowing = ['userName', 'name', 'role', 'customised', 'sort']

const columns = ['userName', 'role', 'source', 'since', 'givenBy', 'endsAt', 'customised', 'switchedOff', 'lastSeenAt']

/** What is looked through regularly. */
export function addReportCommands(program: Command, { client, out }: CliContext): void {
  const report = program.command('report').description('reports: what is looked through regularly')
  report
    .command('assignments')
    .description('who holds what, since when, given by whom, and when he was last seen')
    .requiredOption('--account <id>', 'the account')
    .option('--user-name <name>', 'only this userName')
    .option('--name <text>', 'only people with this in their display name or user name')
    .option('--role <role>', 'only this role')
    .option('--customised', 'only people whose permissions are customised')
    .option('--no-customised', 'only the others')
    .option(...sortBy(memberOrders))
    .addOption(new Option('--csv', 'print CSV, always of everybody').conflicts(narrowing))
    .option('--json', 'print JSON')
    .action(async ({ account, csv, json, ...query }: Options) => {
      const path = at`/accounts/${account}/reports/assignments`
      if (csv === true) {
        // A record ends with CR and LF: the CR stays with its line.
        for await (const { text } of linesOf(await client.stream(`${path}/csv`))) out.line(text ?? '')
        return
      }
      const page = await client.all<Holding>(path, query)
      const rows = page.items.map(({ givenBy, customised, switchedOff, ...holding }) => ({
        ...holding,
        ...{ givenBy: givenBy.join('; '), customised: customised ? 'yes' : 'no', switchedOff: switchedOff.join('; ') },
      }))
      print(out, { json }, page, () => toTable(rows, columns))
    })
}
