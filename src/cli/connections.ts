import type { Command } from 'commander'
import { connectionKinds } from '../domain/connection.ts'
import { profileFields } from '../domain/profile.ts'
import { at, CliError } from './client.ts'
import { scopesHelp, scopesOf } from './clients.ts'
import { printable, toTable, type Row } from './output.ts'
import { print, type CliContext } from './context.ts'
import { addRetire } from './retirement.ts'

type Json = { json?: boolean }
type OfAccount = Json & { account: string }
type OfConnection = OfAccount & { connection: string }
type Connection = Row & { id: string; name: string; scimUrl: string }
type Token = Row & { id: string; token: string; expiresAt: string }
type Mapping = Row & { id: string; state: string; role: string; groupName: string | null }

/** Connections, their tokens and groups, and the mappings of an account. */
export function addDirectoryCommands(program: Command, context: CliContext): void {
  addConnectionCommands(program, context)
  addTokenCommands(program, context)
  addMappingCommands(program, context)
}

function addConnectionCommands(program: Command, { client, out }: CliContext): void {
  const connections = program.command('connections').description('connections: one IdP of one account')
  addCreate(connections, { client, out })
  addChange(connections, { client, out })
  addRetire(connections, { client, out })
  connections
    .command('list')
    .description('the connections of an account')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (options: OfAccount) => {
      const page = await client.all<Row>(at`/accounts/${options.account}/connections`)
      print(out, options, page, () => toTable(page.items, ['id', 'name', 'kind', 'state', 'scimUrl']))
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
  connections
    .command('groups')
    .description('the groups that its IdP has pushed')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--connection <id>', 'the connection')
    .option('--json', 'print JSON')
    .action(async (options: OfConnection) => {
      const { account, connection } = options
      const page = await client.all<Row>(at`/accounts/${account}/connections/${connection}/groups`)
      print(out, options, page, () => toTable(page.items, ['id', 'displayName', 'memberCount', 'externalId']))
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

function addTokenCommands(program: Command, { client, out }: CliContext): void {
  const tokens = program.command('tokens').description('tokens: what an IdP shows to a connection')
  const base = ({ account, connection }: OfConnection): string =>
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
  command('list', 'the tokens of a connection').action(async (options: OfConnection) => {
    const page = await client.all<Row & { scopes: string[] }>(base(options))
    const rows = page.items.map((token) => ({ ...token, scopes: token.scopes.join(' ') }))
    print(out, options, page, () => toTable(rows, ['id', 'hint', 'state', 'scopes', 'expiresAt', 'lastUsedAt']))
  })
  command('revoke', 'end a token at once')
    .requiredOption('--token <id>', 'the token’s id')
    .action(async (options: OfConnection & { token: string }) => {
      await client.call('DELETE', `${base(options)}${at`/${options.token}`}`)
      print(out, options, { revoked: options.token }, () => `Token ${options.token} is revoked.`)
    })
}

type AddMapping = OfConnection & { group?: string; groupName?: string; role: string }

function addMappingCommands(program: Command, context: CliContext): void {
  const { client, out } = context
  const mappings = program.command('mappings').description('mappings: directory group → role')
  const command = (name: string, about: string) =>
    mappings
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--json', 'print JSON')
  command('add', 'map a group to a role, by its id or by its name')
    .requiredOption('--connection <id>', 'the group’s connection')
    .option('--group <id>', 'the group’s id')
    .option('--group-name <name>', 'its name; waits for the group where there is none yet')
    .requiredOption('--role <role>', 'a role of the account’s catalog')
    .action(async (options: AddMapping) => {
      const { account, connection, group, groupName, role } = options
      if ((group === undefined) === (groupName === undefined))
        throw new CliError('give either --group or --group-name', 2)
      const named = group === undefined ? { groupName } : { groupId: group }
      const added = await client.call<Mapping>('POST', at`/accounts/${account}/mappings`, {
        connection,
        role,
        ...named,
      })
      print(
        out,
        options,
        added,
        () => `Mapping ${added.id}: ${printable(added.groupName ?? group ?? '')} → ${added.role} (${added.state})`,
      )
    })
  command('list', 'the mappings of an account').action(async (options: OfAccount) => {
    const page = await client.all<Row>(at`/accounts/${options.account}/mappings`)
    print(out, options, page, () => toTable(page.items, ['id', 'groupName', 'role', 'state', 'connection']))
  })
  addMappingVerbs(command, context)
}

function addMappingVerbs(command: (name: string, about: string) => Command, { client, out }: CliContext): void {
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
