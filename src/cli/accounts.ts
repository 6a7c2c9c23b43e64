import type { Command } from 'commander'
import { accountOrders } from '../application/list-orders.ts'
import { at, CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'
import { sortBy } from './list-options.ts'

type Account = Row & {
  id: string
  name: string
  catalog: string
  parent: string | null
  level: string | null
  stopped: boolean
  createdAt: string
}
type Create = {
  name: string
  catalog: string
  parent?: string
  level?: string
  entitlement?: string[]
  owner?: string
  ownerEmail?: string
  json?: boolean
}
type ListOptions = Partial<Record<'parent' | 'catalog' | 'level' | 'name' | 'sort', string>> & {
  stopped?: boolean
  json?: boolean
}
type Change = { name?: string; entitlement?: string[]; entitlements?: boolean; json?: boolean }

export function addAccountCommands(program: Command, { client, out }: CliContext): void {
  const accounts = program.command('accounts').description('accounts: your platform’s tenants')
  accounts
    .command('create')
    .description('open an account under a role catalog')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--catalog <id>', 'its role catalog, for example plivo')
    .option('--parent <account>', 'the account above it, of the same catalog')
    .option('--level <id>', 'its level in the catalog’s tree, where that is not the usual one')
    .option('--entitlement <flag...>', 'flags of its plan')
    .option('--owner <userName>', 'who owns it from the start')
    .option('--owner-email <address>', 'the owner’s work address')
    .option('--json', 'print JSON')
    .action(async (options: Create) => {
      const { name, catalog, parent, level, entitlement: entitlements } = options
      const place = { name, catalog, parent, level, entitlements }
      const created = await client.call<Account>('POST', '/accounts', { ...place, ...ownerOf(options) })
      print(
        out,
        options,
        created,
        () => `Account ${created.id} "${printable(created.name)}" (catalog ${created.catalog}) is open.`,
      )
    })
  addList(accounts, { client, out })
  addChanges(accounts, { client, out })
}

function addList(accounts: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  accounts
    .command('list')
    .description('all accounts')
    .option('--parent <account>', 'only those directly below this one')
    .option('--catalog <id>', 'only those under this catalog')
    .option('--level <id>', 'only those of this level')
    .option('--stopped', 'only those that are suspended, or have one above that is')
    .option('--no-stopped', 'only the others')
    .option('--name <text>', 'only those with this in their name')
    .option(...sortBy(accountOrders))
    .option('--json', 'print JSON')
    .action(async ({ json, ...query }: ListOptions) => {
      const page = await client.all<Account>('/accounts', query)
      // Where none of them stands below another, a column for that says nothing.
      const place = page.items.some(({ parent }) => parent !== null) ? ['parent', 'level'] : ['level']
      print(out, { json }, page, () => toTable(page.items, ['id', 'name', 'catalog', ...place, 'stopped', 'createdAt']))
    })
}

function addChanges(accounts: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  accounts
    .command('change <account>')
    .description('rename an account, or say what its plan has')
    .option('--name <name>', 'what it is called from now on')
    .option('--entitlement <flag...>', 'all flags of its plan')
    .option('--no-entitlements', 'its plan has no flags')
    .option('--json', 'print JSON')
    .action(async (account: string, options: Change) => {
      const { name, entitlement } = options
      const entitlements = options.entitlements === false ? [] : entitlement
      const changed = await client.call<Account>('PATCH', at`/accounts/${account}`, { name, entitlements })
      print(out, options, changed, () => `Account ${changed.id} "${printable(changed.name)}" is changed.`)
    })
  for (const [verb, suspended, about] of standings) {
    accounts
      .command(`${verb} <account>`)
      .description(about)
      .option('--json', 'print JSON')
      .action(async (account: string, options: { json?: boolean }) => {
        const changed = await client.call<Account>('PATCH', at`/accounts/${account}`, { suspended })
        const still = !suspended && changed.stopped ? '; an account above it is still suspended' : ''
        const told = suspended ? 'is suspended, and all below it are stopped' : 'is not suspended any more'
        print(out, options, changed, () => `Account ${changed.id} ${told}${still}.`)
      })
  }
  accounts
    .command('hand-over <account>')
    .description('make another member the owner')
    .requiredOption('--member <id>', 'the new owner')
    .option('--json', 'print JSON')
    .action(async (account: string, options: { member: string; json?: boolean }) => {
      await client.call('POST', at`/accounts/${account}/owner`, { member: options.member })
      print(out, options, { owner: options.member }, () => `Member ${printable(options.member)} owns the account.`)
    })
}

const standings = [
  ['suspend', true, 'stop an account and all below it, at once'],
  ['resume', false, 'lift the suspension of an account'],
] as const

function ownerOf({ owner, ownerEmail }: { owner?: string; ownerEmail?: string }): object {
  if (owner === undefined && ownerEmail === undefined) return {}
  if (owner === undefined || ownerEmail === undefined) throw new CliError('--owner and --owner-email go together', 2)
  return { owner: { userName: owner, email: ownerEmail } }
}
