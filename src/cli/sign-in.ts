import type { Command } from 'commander'
import { identityOrders } from '../application/list-orders.ts'
import { authorities, clientAuthMethods } from '../domain/oidc-settings.ts'
import { at, CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toSettings, toTable, type Row } from './output.ts'
import { readSecret } from './secret-file.ts'
import { wholeNumber } from './whole-number.ts'

type Json = { json?: boolean }
type OfConnection = Json & { account: string; connection: string }
type OfMember = Json & { account: string; member: string }
type ListOptions = Partial<Record<'connection' | 'issuer' | 'subject' | 'sort', string>>
type Settings = Row & { issuer: string; redirectUri: string; loginUrl: string; jwksUrl: string; signedOutUrl: string }
type Set = OfConnection & {
  issuer: string
  clientId: string
  authMethod?: string
  secretFile?: string
  newKey?: boolean
  authority?: string
  defaultRole?: string
  pair?: string
  tenant?: string
  scopes?: string
  maxAge?: string
  disabled?: boolean
  platform?: boolean
}

/** The sign-in of a connection, identities of members, and the first administrator's one-time link. */
export function addSignInCommands(program: Command, context: CliContext): void {
  const signIn = program.command('sign-in').description('sign-in: OpenID Connect of a connection')
  const command = (name: string, about: string) =>
    signIn
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--connection <id>', 'the connection')
      .option('--json', 'print JSON')
  addSet(command, context)
  addLooks(command, context)
  addName(signIn, context)
  addIdentityCommands(program, context)
  addBootstrap(program, context)
}

type Make = (name: string, about: string) => Command
type Out = Pick<CliContext, 'client' | 'out'>
const pathOf = ({ account, connection }: OfConnection): string =>
  at`/accounts/${account}/connections/${connection}/oidc`

function addSet(command: Make, { client, out }: Out): void {
  command('set', 'set it, whole: what is left out is as usual')
    .requiredOption('--issuer <url>', 'the issuer, as the IdP calls itself')
    .requiredOption('--client-id <id>', 'the client at the IdP')
    .option('--secret-file <file>', 'a file that holds the client secret; - reads it from standard input')
    .option('--auth-method <method>', `${clientAuthMethods.join(', ')} (client_secret_basic)`)
    .option('--new-key', 'with private_key_jwt: make a new key')
    .option('--authority <who>', `${authorities.join(' or ')}: who decides that a person exists (scim)`)
    .option('--default-role <role>', 'with jit: the role of whom a sign-in creates')
    .option('--pair <attribute=claim>', 'what joins a sign-in to the directory’s person (externalId=sub)')
    .option('--tenant <id>', 'Entra’s tenant, where the issuer does not name it')
    .option('--scopes <scopes>', 'apart by commas (openid,profile,email)')
    .option('--max-age <seconds>', 'how old the IdP’s own sign-in may be')
    .option(
      '--platform',
      'its people may be let into other accounts by the operator; strangers may open accounts by it where OPEN_ACCOUNTS says so',
    )
    .option('--disabled', 'nobody signs in by it')
    .action(async (options: Set) => {
      const set = await client.call<Settings>('PUT', pathOf(options), bodyOf(options))
      print(out, options, set, () => describe(set))
    })
}

function bodyOf(options: Set): object {
  const { issuer, clientId, authMethod, newKey, authority, defaultRole, tenant, platform } = options
  const told = { issuer, clientId, authMethod, newKey, authority, defaultRole, tenant, platform }
  return {
    ...told,
    ...(options.secretFile === undefined ? {} : { clientSecret: readSecret(options.secretFile) }),
    ...(options.pair === undefined ? {} : { pair: pairOf(options.pair) }),
    ...(options.scopes === undefined ? {} : { scopes: options.scopes.split(',').map((each) => each.trim()) }),
    ...(options.maxAge === undefined ? {} : { maxAgeSeconds: wholeNumber(options.maxAge, '--max-age', 0) }),
    ...(options.disabled === true ? { enabled: false } : {}),
  }
}

function pairOf(text: string): object | null {
  if (text === 'none') return null
  const [attribute, claim, ...more] = text.split('=')
  if (claim === undefined || more.length > 0) throw new CliError('--pair is <attribute>=<claim>, or none', 2)
  return { attribute, claim }
}

function describe({ issuer, redirectUri, loginUrl, jwksUrl, signedOutUrl }: Settings): string {
  return [
    `Sign-in at ${printable(issuer)}. Give the IdP:`,
    `redirect URI        ${redirectUri}`,
    `sign-out redirect   ${signedOutUrl}`,
    `login URL           ${loginUrl}`,
    `key set             ${jwksUrl}`,
  ].join('\n')
}

type Check = Row & { check: string; state: string; detail: string }

function addLooks(command: Make, { client, out }: Out): void {
  command('show', 'every setting that is set, without the secret').action(async (options: OfConnection) => {
    const settings = await client.call<Settings>('GET', pathOf(options))
    print(out, options, settings, () => toSettings(settings))
  })
  command('test', 'look at the IdP as a sign-in would, and say what is wrong').action(async (options: OfConnection) => {
    const { items } = await client.call<{ items: Check[] }>('POST', `${pathOf(options)}/test`, {})
    print(out, options, { items }, () => toTable(items, ['state', 'check', 'detail']))
    if (items.some(({ state }) => state === 'failed')) throw new CliError('the sign-in would not work')
  })
  command('remove', 'take it away: every identity and session of the connection ends').action(
    async (options: OfConnection) => {
      await client.call('DELETE', pathOf(options))
      print(out, options, { removed: options.connection }, () => `The sign-in of ${options.connection} is removed.`)
    },
  )
}

function addName(signIn: Command, { client, out }: Out): void {
  signIn
    .command('name')
    .description('the name by which people find their account’s sign-in')
    .requiredOption('--account <id>', 'the account')
    .option('--name <name>', 'of a to z, 0 to 9 and hyphens; left out: none')
    .option('--json', 'print JSON')
    .action(async (options: Json & { account: string; name?: string }) => {
      const { account, name = null } = options
      await client.call('PUT', at`/accounts/${account}/sign-in-name`, { name })
      print(out, options, { account, name }, () => (name === null ? 'It has no name.' : `It is found by "${name}".`))
    })
}

function addIdentityCommands(program: Command, { client, out }: Out): void {
  const identities = program.command('identities').description('identities: who signs in as a member')
  const command = (name: string, about: string) =>
    identities
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .requiredOption('--member <id>', 'the member')
      .option('--json', 'print JSON')
  const base = ({ account, member }: Omit<OfMember, 'json'>): string =>
    at`/accounts/${account}/members/${member}/identities`
  command('list', 'the identities that may enter')
    .option('--connection <id>', 'only those of this connection')
    .option('--issuer <url>', 'only those of this issuer')
    .option('--subject <sub>', 'only whoever is this one there')
    .option(...sortBy(identityOrders))
    .action(async ({ account, member, json, ...query }: OfMember & ListOptions) => {
      const page = await client.all<Row>(base({ account, member }), query)
      print(out, { json }, page, () => toTable(page.items, ['id', 'connection', 'subject', 'issuer', 'lastUsedAt']))
    })
  command('add', 'let in an identity of the platform’s own sign-in')
    .requiredOption('--connection <id>', 'the platform’s connection')
    .requiredOption('--subject <sub>', 'who the person is there')
    .option('--object-id <oid>', 'with a sign-in of Entra: the object id of the person')
    .action(async (options: OfMember & { connection: string; subject: string; objectId?: string }) => {
      const { connection, subject, objectId } = options
      const added = await client.call<Row & { id: string }>('POST', base(options), { connection, subject, objectId })
      print(out, options, added, () => `Identity ${added.id} may enter.`)
    })
  command('end', 'take an identity from the member, with its sessions')
    .requiredOption('--identity <id>', 'the identity')
    .action(async (options: OfMember & { identity: string }) => {
      await client.call('DELETE', `${base(options)}${at`/${options.identity}`}`)
      print(out, options, { ended: options.identity }, () => `Identity ${options.identity} is ended.`)
    })
}

type Link = { url: string; expiresAt: string }

function addBootstrap(program: Command, { client, out }: Out): void {
  program
    .command('bootstrap')
    .description('a link by which the first administrator of an account signs in once, without an IdP')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--member <id>', 'the member, such as the owner that the account was opened with')
    .option('--json', 'print JSON')
    .action(async (options: OfMember) => {
      const path = at`/accounts/${options.account}/members/${options.member}/one-time-link`
      const link = await client.call<Link>('POST', path, {})
      print(out, options, link, () => `It works once, until ${link.expiresAt}, and is shown this once:\n${link.url}`)
    })
}
