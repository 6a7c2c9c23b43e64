import type { Command } from 'commander'
import { accessKeyOrders } from '../application/list-orders.ts'
import { keyStates } from '../domain/access-key.ts'
import { at, CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable, type Row } from './output.ts'
import { readSecret } from './secret-file.ts'
import { wholeNumber } from './whole-number.ts'
import { sortBy } from './list-options.ts'

type Json = { json?: boolean }
type OfAccount = Json & { account: string }
type Key = Row & { id: string; name: string; state: string; formerSecretUntil: string | null }
type Made = Key & { secret: string }
type Create = OfAccount & { name: string; member?: string; role?: string[]; expiresInDays?: string }
type ListOptions = Partial<Record<'member' | 'state' | 'name' | 'role' | 'sort', string>>
type Out = Pick<CliContext, 'client' | 'out'>
type Make = (name: string, about: string) => Command

const columns = ['id', 'name', 'state', 'userName', 'roles', 'hint', 'createdAt', 'expiresAt', 'lastUsedAt'] as const
const one = ({ account }: OfAccount, key: string): string => at`/accounts/${account}/keys/${key}`

/** An id and a secret by which programs act. */
export function addAccessKeyCommands(program: Command, context: CliContext): void {
  const keys = program.command('access-keys').description('access keys: an id and a secret by which programs act')
  const command: Make = (name, about) =>
    keys.command(name).description(about).requiredOption('--account <id>', 'the account').option('--json', 'print JSON')
  addCreate(command, context)
  addLooks(command, context)
  addChanges(command, context)
  addCheck(keys, context)
}

function addCreate(command: Make, { client, out }: Out): void {
  command('create', 'make an access key; its secret is printed this once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--member <id>', 'whose it is, where keys belong to people')
    .option('--role <role...>', 'where a key carries roles (the catalog’s default, where it has one)')
    .option('--expires-in-days <days>', 'how long it works (for good)')
    .action(async (options: Create) => {
      const { account, name, member, role, expiresInDays } = options
      const key = await client.call<Made>('POST', at`/accounts/${account}/keys`, {
        ...{ name, member, roles: role },
        expiresInDays: expiresInDays === undefined ? undefined : wholeNumber(expiresInDays, '--expires-in-days', 1),
      })
      print(out, options, key, () => `Access key ${key.id} "${printable(key.name)}" is made. ${secretOf(key)}`)
    })
  command('rotate <key>', 'give it another secret, which is printed this once')
    .option('--overlap-hours <hours>', 'how long the secret before works (24)')
    .action(async (id: string, options: OfAccount & { overlapHours?: string }) => {
      const { overlapHours } = options
      const body = overlapHours === undefined ? {} : { overlapHours: wholeNumber(overlapHours, '--overlap-hours', 0) }
      const key = await client.call<Made>('POST', `${one(options, id)}/rotate`, body)
      const { formerSecretUntil: until } = key
      const former = until === null ? 'The one before is over.' : `The one before works until ${until}.`
      print(out, options, key, () => `Access key ${key.id} has a new secret. ${former} ${secretOf(key)}`)
    })
}

const secretOf = ({ secret }: Made): string => `The secret, shown this once:\n${secret}`

function addLooks(command: Make, { client, out }: Out): void {
  command('list', 'the access keys of an account')
    .option('--member <id>', 'those of one person')
    .option('--state <state>', `only ${keyStates.join(', ')}`)
    .option('--name <text>', 'only those with this in their name')
    .option('--role <role>', 'only those that carry this role by name')
    .option(...sortBy(accessKeyOrders))
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Key>(at`/accounts/${account}/keys`, query)
      print(out, { json }, page, () => toTable(page.items.map(toRow), columns))
    })
  command('show <key>', 'one access key').action(async (id: string, options: OfAccount) => {
    const key = await client.call<Key>('GET', one(options, id))
    print(out, options, key, () => toTable([toRow(key)], columns))
  })
}

function addChanges(command: Make, { client, out }: Out): void {
  const change = async (id: string, options: OfAccount, body: object): Promise<void> => {
    const key = await client.call<Key>('PATCH', one(options, id), body)
    print(out, options, key, () => `Access key ${key.id} "${printable(key.name)}" is ${key.state}.`)
  }
  command('rename <key>', 'give it another name')
    .requiredOption('--name <name>', 'what it is for')
    .action((id: string, options: OfAccount & { name: string }) => change(id, options, { name: options.name }))
  command('disable <key>', 'let nobody in by it for now').action((id: string, options: OfAccount) =>
    change(id, options, { disabled: true }),
  )
  command('enable <key>', 'let it in again').action((id: string, options: OfAccount) =>
    change(id, options, { disabled: false }),
  )
  command('delete <key>', 'end it for good').action(async (id: string, options: OfAccount) => {
    await client.call('DELETE', one(options, id))
    print(out, options, { deleted: id }, () => `Access key ${printable(id)} is deleted.`)
  })
}

function addCheck(keys: Command, { client, out }: Out): void {
  keys
    .command('check <key>')
    .description('what a gateway is told of an access key; status 1 where it lets nobody in')
    .requiredOption('--secret-file <file>', 'a file that holds the secret; - reads it from standard input')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Json & { secretFile: string }) => {
      const body = { id, secret: readSecret(options.secretFile) }
      const told = await client.ask<{ active: boolean } & Record<string, unknown>>('/keys/check', body)
      print(out, options, told, () => (told.active ? toTable([toCells(told)], Object.keys(told)) : 'active: false'))
      if (!told.active) throw new CliError('this id and secret let nobody in')
    })
}

const toRow = (key: Key): Row => ({ ...key, roles: asText(key.roles) })
const toCells = (told: Record<string, unknown>): Row =>
  Object.fromEntries(Object.entries(told).map(([name, value]) => [name, asText(value)]))

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
