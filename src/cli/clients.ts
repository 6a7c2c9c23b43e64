import type { Command } from 'commander'
import { clientOrders } from '../application/list-orders.ts'
import { scimScopes } from '../domain/scim-scope.ts'
import { CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable, type Row } from './output.ts'

type OfConnection = { json?: boolean; account: string; connection: string }
type ListOptions = Partial<Record<'state' | 'name' | 'sort', string>>
type OfClient = OfConnection & { client: string }
type Assertion = { issuer: string; subject: string; audience: string; jwksUrl: string }
type Secret = Row & { id: string; hint: string; state: string; expiresAt: string; clientSecret?: string }
type Client = {
  id: string
  name: string
  state: string
  scopes: string[]
  tokenUrl: string
  assertion: Assertion | null
  secrets: Secret[]
  lastUsedAt: string | null
  clientSecret?: string
}

/** Scopes as a command line has them: separated by commas or blanks. */
export const scopesOf = (text: string | undefined): string[] | undefined =>
  text?.split(/[\s,]+/).filter((scope) => scope !== '')

export const scopesHelp = `what it may do: ${scimScopes.join(', ')} (users,groups)`

/** OAuth clients of a connection, and their secrets. */
export function addClientCommands(program: Command, context: CliContext): void {
  const clients = program
    .command('clients')
    .description('clients: what gets access tokens for a connection by OAuth 2.0')
  const command = (parent: Command, name: string, about: string) =>
    parent
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--connection <id>', 'the connection')
      .option('--json', 'print JSON')
  addCreate(command(clients, 'create', 'make a client, with a secret or with trust in assertions'), context)
  const { client, out } = context
  command(clients, 'list', 'the clients of a connection')
    .option('--state <state>', 'only live or revoked')
    .option('--name <text>', 'only those with this in their name')
    .option(...sortBy(clientOrders))
    .action(async ({ account, connection, json, ...query }: OfConnection & ListOptions) => {
      const page = await client.all<Client>(base({ account, connection }), query)
      const columns = ['id', 'name', 'state', 'proof', 'scopes', 'secrets', 'lastUsedAt']
      print(out, { json }, page, () => toTable(page.items.map(toRow), columns))
    })
  command(clients, 'revoke', 'end a client and its access tokens at once')
    .requiredOption('--client <id>', 'the client’s id')
    .action(async (options: OfClient) => {
      await client.call('DELETE', `${base(options)}/${options.client}`)
      print(out, options, { revoked: options.client }, () => `Client ${options.client} is revoked.`)
    })
  const secrets = clients.command('secrets').description('secrets of a client')
  addSecretCommands(
    (name, about) => command(secrets, name, about).requiredOption('--client <id>', 'the client’s id'),
    context,
  )
}

const base = ({ account, connection }: Omit<OfConnection, 'json'>): string =>
  `/accounts/${account}/connections/${connection}/clients`

type CreateOptions = OfConnection & {
  name: string
  scopes?: string
  secretExpiresInDays?: string
  jwksUrl?: string
  issuer?: string
  subject?: string
  audience?: string
}

function addCreate(command: Command, { client, out }: CliContext): void {
  command
    .requiredOption('--name <name>', 'what it is called')
    .option('--scopes <scopes>', scopesHelp)
    .option('--secret-expires-in-days <days>', 'how long its secret lives (365)')
    .option('--jwks-url <url>', 'assertions instead of a secret: where the keys are that sign them')
    .option('--issuer <issuer>', 'who signs the assertions (the client itself)')
    .option('--subject <subject>', 'whom they speak of (the client itself)')
    .option('--audience <audience>', 'for whom they are (the token URL)')
    .action(async (options: CreateOptions) => {
      const { name, jwksUrl, issuer, subject, audience, secretExpiresInDays: days } = options
      if (jwksUrl === undefined && [issuer, subject, audience].some((each) => each !== undefined))
        throw new CliError('--issuer, --subject and --audience need --jwks-url', 2)
      const made = await client.call<Client>('POST', base(options), {
        ...{ name, scopes: scopesOf(options.scopes) },
        ...(days === undefined ? {} : { secretExpiresInDays: Number(days) }),
        ...(jwksUrl === undefined ? {} : { assertion: { jwksUrl, issuer, subject, audience } }),
      })
      print(out, options, made, () => created(made))
    })
}

function created({ id, name, tokenUrl, assertion, clientSecret }: Client): string {
  const head = [`Client ${id} "${printable(name)}"`, `Token URL  ${tokenUrl}`]
  if (assertion === null) return [...head, `Secret, shown this once:`, clientSecret ?? ''].join('\n')
  const { issuer, subject, audience, jwksUrl } = assertion
  const trust = { Issuer: issuer, Subject: subject, Audience: audience, 'Key set': jwksUrl }
  return [...head, ...Object.entries(trust).map(([what, value]) => `${what.padEnd(10)} ${printable(value)}`)].join('\n')
}

function toRow({ id, name, state, scopes, assertion, secrets, lastUsedAt }: Client): Row {
  const live = secrets.filter((secret) => secret.state === 'live')
  return {
    ...{ id, name, state, lastUsedAt, scopes: scopes.join(' ') },
    proof: assertion === null ? 'secret' : 'assertion',
    secrets: live.map(({ id: secretId, expiresAt }) => `${secretId} until ${expiresAt.slice(0, 10)}`).join(', '),
  }
}

function addSecretCommands(command: (name: string, about: string) => Command, { client, out }: CliContext): void {
  command('add', 'one more secret of a client, to rotate to; it is shown once')
    .option('--expires-in-days <days>', 'how long it lives (365)')
    .action(async (options: OfClient & { expiresInDays?: string }) => {
      const body = options.expiresInDays === undefined ? {} : { expiresInDays: Number(options.expiresInDays) }
      const made = await client.call<Secret>('POST', `${base(options)}/${options.client}/secrets`, body)
      const text = `Secret ${made.id}, valid until ${made.expiresAt}. It is shown this once:\n${made.clientSecret ?? ''}`
      print(out, options, made, () => text)
    })
  command('revoke', 'end a secret and the access tokens that were given for it')
    .requiredOption('--secret <id>', 'the secret’s id')
    .action(async (options: OfClient & { secret: string }) => {
      await client.call('DELETE', `${base(options)}/${options.client}/secrets/${options.secret}`)
      print(out, options, { revoked: options.secret }, () => `Secret ${options.secret} is revoked.`)
    })
}
