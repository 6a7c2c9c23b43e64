import type { Command } from 'commander'
import { mappingOrders } from '../application/list-orders.ts'
import { at, CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable, type Row } from './output.ts'

type OfAccount = { account: string; json?: boolean }
type ListOptions = Partial<Record<'connection' | 'groupId' | 'groupName' | 'role' | 'state' | 'sort', string>>
type Mapping = Row & { id: string; state: string; role: string; groupName: string | null }
type Make = (name: string, about: string) => Command
type AddMapping = OfAccount & { connection: string; group?: string; groupName?: string; role: string }

/** Which directory group gives which role. */
export function addMappingCommands(program: Command, context: CliContext): void {
  const mappings = program.command('mappings').description('mappings: directory group → role')
  const command: Make = (name, about) =>
    mappings
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--json', 'print JSON')
  addAdd(command, context)
  addList(command, context)
  addVerbs(command, context)
}

function addAdd(command: Make, { client, out }: CliContext): void {
  command('add', 'map a group to a role, by its id or by its name')
    .requiredOption('--connection <id>', 'the group’s connection')
    .option('--group <id>', 'the group’s id')
    .option('--group-name <name>', 'its name; waits for the group where there is none yet')
    .requiredOption('--role <role>', 'a role of the account’s catalog')
    .action(async (options: AddMapping) => {
      const { account, connection, group, groupName, role } = options
      if ((group === undefined) === (groupName === undefined))
        throw new CliError('give either --group or --group-name', 2)
      const body = { connection, role, ...(group === undefined ? { groupName } : { groupId: group }) }
      const added = await client.call<Mapping>('POST', at`/accounts/${account}/mappings`, body)
      const name = printable(added.groupName ?? group ?? '')
      print(out, options, added, () => `Mapping ${added.id}: ${name} → ${added.role} (${added.state})`)
    })
}

function addList(command: Make, { client, out }: CliContext): void {
  command('list', 'the mappings of an account')
    .option('--connection <id>', 'only those of this connection')
    .option('--group-id <id>', 'only those of this group')
    .option('--group-name <text>', 'only those with this in the name of their group')
    .option('--role <role>', 'only those to this role')
    .option('--state <state>', 'only bound, waiting, unconfirmed, dangling or lapsed')
    .option(...sortBy(mappingOrders))
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Row>(at`/accounts/${account}/mappings`, query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'groupName', 'role', 'state', 'connection']))
    })
}

function addVerbs(command: Make, { client, out }: CliContext): void {
  for (const [name, about, done] of [
    ['remove', 'take a mapping away', 'removed'],
    ['confirm', 'let an unconfirmed mapping reach its role', 'confirmed'],
  ] as const) {
    command(name, about)
      .requiredOption('--mapping <id>', 'the mapping')
      .action(async (options: OfAccount & { mapping: string }) => {
        const path = at`/accounts/${options.account}/mappings/${options.mapping}`
        await (name === 'remove' ? client.call('DELETE', path) : client.call('POST', `${path}/confirm`, {}))
        print(out, options, { [done]: options.mapping }, () => `Mapping ${options.mapping} is ${done}.`)
      })
  }
}
