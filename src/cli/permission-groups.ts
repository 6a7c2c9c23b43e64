import type { Command } from 'commander'
import { groupChangeOrders, permissionGroupOrders } from '../application/list-orders.ts'
import { at, withQuery } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable, type Row } from './output.ts'
import { permissionsOf } from './permissions.ts'

type OfAccount = { account: string; json?: boolean }
type Access = { capability: string; access: string }
type Group = { id: string; name: string; permissions: Record<string, string[]>; copiedFrom: string | null }
type Counted = Group & { users: number }
type Saved = Group & { added: Access[]; warnings: (Access & { warning: string })[] }
type Change = Row & { at: string; action: string; actor: string; before: object | null; after: object | null }
type Settings = OfAccount & { name?: string; copyOf?: string; set?: string[]; complete?: boolean }

/** Roles that an account makes for itself. */
export function addPermissionGroupCommands(program: Command, context: CliContext): void {
  const groups = program.command('permission-groups').description('permission groups: roles that an account makes')
  addSaving(groups, context)
  addRemoving(groups, context)
  addReading(groups, context)
  addHistory(groups, context)
  addPeople(groups, context)
}

function addSaving(groups: Command, { client, out }: CliContext): void {
  groups
    .command('create')
    .description('make a group, empty or as a copy')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--name <name>', 'what it is called')
    .option('--copy-of <role>', 'an example role of the catalog, or a group’s role')
    .option('--set <capability=level...>', 'permissions; of verbs several, with commas')
    .option('--complete', 'add what the permissions need')
    .option('--json', 'print JSON')
    .action(async (options: Settings) => {
      const { account, name, copyOf } = options
      const body = { name, copyOf, ...settingsOf(options) }
      const saved = await client.call<Saved>('POST', at`/accounts/${account}/permission-groups`, body)
      print(out, options, saved, () => `Group ${saved.id} "${printable(saved.name)}" is made.${remarks(saved)}`)
    })
  groups
    .command('change <group>')
    .description('rename a group, or set some of its permissions anew')
    .requiredOption('--account <id>', 'the account')
    .option('--name <name>', 'what it is called from now on')
    .option('--set <capability=level...>', 'permissions; the level that means no access takes one away')
    .option('--complete', 'add what the permissions need')
    .option('--json', 'print JSON')
    .action(async (group: string, options: Settings) => {
      const body = { name: options.name, ...settingsOf(options) }
      const path = at`/accounts/${options.account}/permission-groups/${group}`
      const saved = await client.call<Saved>('PATCH', path, body)
      print(out, options, saved, () => `Group ${saved.id} "${printable(saved.name)}" is changed.${remarks(saved)}`)
    })
}

function addRemoving(groups: Command, { client, out }: CliContext): void {
  groups
    .command('remove <group>')
    .description('take a group away')
    .requiredOption('--account <id>', 'the account')
    .option('--force', 'also one that is in use: its assignments, mappings and open invitations go with it')
    .option('--json', 'print JSON')
    .action(async (group: string, options: OfAccount & { force?: boolean }) => {
      const path = at`/accounts/${options.account}/permission-groups/${group}`
      await client.call('DELETE', options.force === true ? `${path}?force=true` : path)
      print(out, options, { removed: group }, () => `Group ${printable(group)} is removed.`)
    })
}

function addReading(groups: Command, { client, out }: CliContext): void {
  groups
    .command('list')
    .description('the groups of an account')
    .requiredOption('--account <id>', 'the account')
    .option('--search <text>', 'only names that have this text in them')
    .option(...sortBy(permissionGroupOrders))
    .option('--json', 'print JSON')
    .action(async ({ json, account, search, sort }: OfAccount & { search?: string; sort?: string }) => {
      const options = { json }
      const path = withQuery(at`/accounts/${account}/permission-groups`, { search, sort })
      const page = await client.call<{ items: Counted[] }>('GET', path)
      const rows = page.items.map(({ id, name, users, copiedFrom }) => ({ id, name, users, copiedFrom }))
      print(out, options, page, () => toTable(rows, ['id', 'name', 'users', 'copiedFrom']))
    })
  groups
    .command('show <group>')
    .description('what a group gives')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (group: string, options: OfAccount) => {
      const found = await client.call<Counted>('GET', at`/accounts/${options.account}/permission-groups/${group}`)
      const rows = Object.entries(found.permissions).map(([capability, words]) => ({
        capability,
        access: words.join(', '),
      }))
      const head = `${printable(found.name)}, held by ${found.users}`
      print(out, options, found, () => `${head}\n${toTable(rows, ['capability', 'access'])}`)
    })
}

function addHistory(groups: Command, { client, out }: CliContext): void {
  groups
    .command('history <group>')
    .description('what was done to a group, the newest first')
    .requiredOption('--account <id>', 'the account')
    .option('--actor <actor>', 'only what this one did: operator, member:<id>')
    .option(...sortBy(groupChangeOrders))
    .option('--json', 'print JSON')
    .action(async (group: string, { account, json, ...query }: OfAccount & { actor?: string; sort?: string }) => {
      const options = { json }
      const path = at`/accounts/${account}/permission-groups/${group}/history`
      const page = await client.all<Change>(path, query)
      const rows = page.items.map(({ at: when, action, actor, before, after }) => {
        return { at: when, action, actor, before: JSON.stringify(before), after: JSON.stringify(after) }
      })
      print(out, options, page, () => toTable(rows, ['at', 'action', 'actor', 'before', 'after']))
    })
}

function addPeople(groups: Command, { client, out }: CliContext): void {
  const steps = [
    { name: 'add', method: 'PUT', about: 'put a person into a group', done: 'is in group' },
    { name: 'take', method: 'DELETE', about: 'take a person out of a group', done: 'is no longer in group' },
  ]
  for (const { name, method, about, done } of steps) {
    groups
      .command(`${name} <group>`)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--member <id>', 'the person')
      .option('--json', 'print JSON')
      .action(async (group: string, options: OfAccount & { member: string }) => {
        const { account, member } = options
        await client.call(method, at`/accounts/${account}/permission-groups/${group}/members/${member}`, {})
        print(out, options, { group, member }, () => `Member ${printable(member)} ${done} ${printable(group)}.`)
      })
  }
}

function settingsOf({ set, complete }: Settings): object {
  return { ...(set && { permissions: permissionsOf(set) }), complete }
}

function remarks({ added, warnings }: Saved): string {
  const lines = [
    ...added.map(({ capability, access }) => `Added, because it is needed: ${capability} at ${access}`),
    ...warnings.map(({ capability, access, warning }) => `Mind ${capability} at ${access}: ${warning}`),
  ]
  return lines.map((line) => `\n${printable(line)}`).join('')
}
