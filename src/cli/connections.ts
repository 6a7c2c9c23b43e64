import type { Command } from 'commander'
import { connectionOrders, directoryGroupOrders } from '../application/list-orders.ts'
import { connectionKinds } from '../domain/connection.ts'
import { profileFields } from '../domain/profile.ts'
import { at, CliError } from './client.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable, type Row } from './output.ts'
import { print, type CliContext } from './context.ts'
import { addMappingCommands } from './mappings.ts'
import { addRetire } from './retirement.ts'
import { addTokenCommands } from './tokens.ts'

type Json = { json?: boolean }
type OfAccount = Json & { account: string }
type OfConnection = OfAccount & { connection: string }
type ListOptions = Partial<Record<'kind' | 'state' | 'name' | 'sort', string>>
type GroupListOptions = Partial<Record<'externalId' | 'displayName' | 'sort', string>>
type Connection = Row & { id: string; name: string; scimUrl: string }

/** Connections, their tokens and groups, and the mappings of an account. */
export function addDirectoryCommands(program: Command, context: CliContext): void {
  addConnectionCommands(program, context)
  addTokenCommands(program, context)
  addMappingCommands(program, context)
}

function addConnectionCommands(program: Command, context: CliContext): void {
  const connections = program.command('connections').description('connections: one IdP of one account')
  addCreate(connections, context)
  addChange(connections, context)
  addRetire(connections, context)
  addLooks(connections, context)
  addGroups(connections, context)
}

function addLooks(connections: Command, { client, out }: CliContext): void {
  connections
    .command('list')
    .description('the connections of an account')
    .requiredOption('--account <id>', 'the account')
    .option('--kind <kind>', `only ${connectionKinds.join(', ')}`)
    .option('--state <state>', 'only active or retired')
    .option('--name <text>', 'only those with this in their name')
    .option(...sortBy(connectionOrders))
    .option('--json', 'print JSON')
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Row>(at`/accounts/${account}/connections`, query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'name', 'kind', 'state', 'scimUrl']))
    })
  connections
    .command('show <connection>')
    .description('one connection, with its settings')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (connection: string, options: OfAccount) => {
      const path = at`/accounts/${options.account}/connections/${connection}`
      const shown = await client.call<Readonly<Record<string, unknown>>>('GET', path)
      const told = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value))
      const rows = Object.entries(shown).map(([setting, value]) => ({ setting, value: told(value) }))
      print(out, options, shown, () => toTable(rows, ['setting', 'value']))
    })
}

function addGroups(connections: Command, { client, out }: CliContext): void {
  connections
    .command('groups')
    .description('the groups that its IdP has pushed')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--connection <id>', 'the connection')
    .option('--external-id <id>', 'only the one that the IdP calls this')
    .option('--display-name <text>', 'only those with this in their name')
    .option(...sortBy(directoryGroupOrders))
    .option('--json', 'print JSON')
    .action(async (options: OfConnection & GroupListOptions) => {
      const { account, connection, json, ...query } = options
      const page = await client.all<Row>(at`/accounts/${account}/connections/${connection}/groups`, query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'displayName', 'memberCount', 'externalId']))
    })
}

type ConnectionSettings = {
  emailPolicy?: string
  rateLimit?: string
  burst?: string
  rolesFromIdp?: boolean
  profile?: string[]
}

const profileHelp = `where a field of members’ profiles comes from, as in employeeNumber=urn:…:badge; nothing behind the =: from nowhere (${profileFields.join(', ')})`

/** `field=path` as often as it is told. */
function mappingOf(told: readonly string[]): object {
  return Object.fromEntries(
    told.map((each) => {
      const [field = '', ...path] = each.split('=')
      if (path.length === 0) throw new CliError('--profile takes field=attribute', 2)
      return [field, path.join('=') || null]
    }),
  )
}

/** What of a connection's settings is told. */
function settingsOf({ emailPolicy, rateLimit, burst, rolesFromIdp, profile }: ConnectionSettings): object {
  if (burst !== undefined && (rateLimit === undefined || rateLimit === 'default'))
    throw new CliError('--burst needs --rate-limit <requests>', 2)
  const own = { perSecond: Number(rateLimit), ...(burst === undefined ? {} : { burst: Number(burst) }) }
  const limited = rateLimit === undefined ? {} : { rateLimit: rateLimit === 'default' ? null : own }
  const roles = rolesFromIdp === undefined ? {} : { rolesFromIdp }
  const mapped = profile === undefined ? {} : { profileMapping: mappingOf(profile) }
  return { ...limited, ...roles, ...mapped, ...(emailPolicy === undefined ? {} : { emailPolicy }) }
}

function addCreate(connections: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  connections
    .command('create')
    .description('open a SCIM endpoint for an IdP')
    .requiredOption('--account <id>', 'its account')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--kind <kind>', connectionKinds.join(', '))
    .option('--email-policy <policy>', 'standard, or strict, which judges home addresses too')
    .option('--rate-limit <requests>', 'SCIM requests a second; 0 switches the limit off (SCIM_RATE_LIMIT)')
    .option('--burst <requests>', 'how many may come at once (three times as many)')
    .option('--roles-from-idp', 'roles in a user’s profile count')
    .option('--profile <field=attribute...>', profileHelp)
    .option('--json', 'print JSON')
    .action(async (options: OfAccount & ConnectionSettings & { name: string; kind: string }) => {
      const { account, name, kind } = options
      const body = { name, kind, ...settingsOf(options) }
      const created = await client.call<Connection>('POST', `/accounts/${account}/connections`, body)
      print(
        out,
        options,
        created,
        () => `Connection ${created.id} "${printable(created.name)}"\nSCIM URL   ${created.scimUrl}`,
      )
    })
}

function addChange(connections: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  connections
    .command('change')
    .description('change a connection’s name or settings')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--connection <id>', 'the connection')
    .option('--name <name>', 'what it is called from now on')
    .option('--email-policy <policy>', 'standard or strict')
    .option('--rate-limit <requests>', 'SCIM requests a second; 0: no limit; default: SCIM_RATE_LIMIT')
    .option('--burst <requests>', 'how many may come at once (three times as many)')
    .option('--roles-from-idp', 'roles in a user’s profile count')
    .option('--profile <field=attribute...>', profileHelp)
    .option('--no-roles-from-idp', 'they do not, and those that did are gone at once')
    .option('--json', 'print JSON')
    .action(async (options: OfConnection & ConnectionSettings & { name?: string }) => {
      const { account, connection, name } = options
      const body = { ...(name === undefined ? {} : { name }), ...settingsOf(options) }
      const changed = await client.call<Connection>('PATCH', `/accounts/${account}/connections/${connection}`, body)
      print(out, options, changed, () => `Connection ${changed.id} "${printable(changed.name)}" is changed.`)
    })
}
