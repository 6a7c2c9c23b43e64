import type { Command } from 'commander'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { counted, printable } from './output.ts'

type Retirement = {
  connection: string
  plan: string
  issuer: string | null
  people: number
  groups: number
  identities: number
  elsewhere: number
  mappings: number
  tokens: number
  clients: number
  leave: number
  stay: number
  owners: string[]
  unmanaged: string[]
  roles: { role: string; members: number }[]
}
type Options = { account: string; connection: string; plan?: string; json?: boolean }

/** The end of a connection: looked at first, and done by the plan that was shown. */
export function addRetire(connections: Command, { client, out }: Pick<CliContext, 'client' | 'out'>): void {
  connections
    .command('retire')
    .description('end a connection for good; without --plan: what that would do, and nothing is done')
    .requiredOption('--account <id>', 'its account')
    .requiredOption('--connection <id>', 'the connection')
    .option('--plan <hash>', 'the plan that you have looked at: do it')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const path = at`/accounts/${options.account}/connections/${options.connection}`
      if (options.plan === undefined) {
        const planned = await client.call<Retirement>('GET', `${path}/retirement`)
        return print(out, options, planned, () => planText(planned, options))
      }
      const retired = await client.call<Retirement>('DELETE', `${path}${at`?plan=${options.plan}`}`)
      const { connection, leave } = retired
      print(out, options, retired, () =>
        printable(`Connection ${connection} is retired; ${counted(leave, 'person has', 'people have')} left.`),
      )
    })
}

function planText(plan: Retirement, { account }: Options): string {
  const { connection, people, identities, elsewhere, leave, stay } = plan
  const roles = plan.roles.map(({ role, members }) => `  ${members} × ${role}`)
  return [
    `Retiring connection ${connection} cannot be undone.`,
    `${counted(leave, 'person leaves', 'people leave')}${roles.length === 0 ? '' : ', and hold these roles no more:'}`,
    ...roles,
    `${counted(stay, 'stays', 'stay')}${plan.owners.length === 0 ? '' : `, among them the owner (${plan.owners.join(', ')}), without this sign-in`}`,
    ...unmanagedText(plan),
    `In the directory   ${counted(people, 'person', 'people')}, ${counted(plan.groups, 'group')}, ${counted(plan.mappings, 'mapping')}`,
    `Credentials        ${counted(plan.tokens, 'token')}, ${counted(plan.clients, 'client')}`,
    `Sign-in            ${plan.issuer ?? 'none'}, ${counted(identities, 'identity', 'identities')} here, ${elsewhere} in other accounts`,
    `\nDo it with: joinery connections retire --account ${account} --connection ${connection} --plan ${plan.plan}`,
  ]
    .map((line) => (line.startsWith('\n') ? `\n${printable(line.slice(1))}` : printable(line)))
    .join('\n')
}

function unmanagedText({ unmanaged }: Retirement): string[] {
  if (unmanaged.length === 0) return []
  const what = unmanaged.map((verb) => verb.replace('manage-', '')).join(' and ')
  return [`Nobody of the account manages its ${what} any more: give somebody who stays the right to, before this`]
}
