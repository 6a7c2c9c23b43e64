import type { Command } from 'commander'
import { domainOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { printable, toTable } from './output.ts'

type OfAccount = { json?: boolean; account: string }
type ListOptions = Partial<Record<'state' | 'domain' | 'sort', string>>
type Domain = {
  domain: string
  state: string
  record: { name: string; type: string; value: string }
  problem: string | null
  expiresAt: string | null
  provedAt: string | null
}

/** Domains that an account proves to be its own. */
export function addDomainCommands(program: Command, { client, out }: CliContext): void {
  const domains = program.command('domains').description('domains of an account, proved by DNS')
  const command = (name: string, about: string) =>
    domains
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--json', 'print JSON')
  command('add <domain>', 'begin the proof of a domain; prints the record to set').action(
    async (domain: string, options: OfAccount) => {
      const added = await client.call<Domain>('POST', at`/accounts/${options.account}/domains`, { domain })
      print(out, options, added, () => recordText(added))
    },
  )
  command('list', 'the domains of an account')
    .option('--state <state>', 'only pending, verified or lapsed')
    .option('--domain <text>', 'only those with this in their name')
    .option(...sortBy(domainOrders))
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Domain>(at`/accounts/${account}/domains`, query)
      const rows = page.items.map(({ domain, state, provedAt, problem }) => ({ domain, state, provedAt, problem }))
      print(out, { json }, page, () => toTable(rows, ['domain', 'state', 'provedAt', 'problem']))
    })
  command('verify <domain>', 'look for the record of a domain now').action(
    async (domain: string, options: OfAccount) => {
      const path = at`/accounts/${options.account}/domains/${domain}/verify`
      const verified = await client.call<Domain>('POST', path)
      print(out, options, verified, () => `${printable(verified.domain)} is verified. Leave the record where it is.`)
    },
  )
  command('remove <domain>', 'give a domain up').action(async (domain: string, options: OfAccount) => {
    await client.call('DELETE', at`/accounts/${options.account}/domains/${domain}`)
    print(out, options, { removed: domain }, () => `${printable(domain)} is removed.`)
  })
}

function recordText({ domain, state, record, expiresAt }: Domain): string {
  if (state !== 'pending') return `${printable(domain)} is ${state} already.`
  const lines = { Name: record.name, Type: record.type, Value: record.value, Until: expiresAt ?? '' }
  const told = Object.entries(lines).map(([what, value]) => `  ${what.padEnd(6)} ${printable(value)}`)
  return [`Set this record in the DNS of ${printable(domain)}, then run "joinery domains verify":`, ...told].join('\n')
}
