import type { Command } from 'commander'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable, toTable } from './output.ts'
import { permissionsOf } from './permissions.ts'

type OfAccount = { account: string; json?: boolean }
type Cells = Record<string, string[]>
type Shown = {
  member: string
  customised: boolean
  roles: string[]
  setBy: string | null
  setAt: string | null
  permissions: Cells
  withheld: Cells
  beyondRole: Cells
}
type Customise = OfAccount & { set: string[]; only?: boolean; complete?: boolean }

const pathOf = (account: string, member: string): string => at`/accounts/${account}/members/${member}/customisation`

/** One member's permissions, inside what his roles give. */
export function addCustomisationCommands(members: Command, context: CliContext): void {
  addChanges(members, context)
  const { client, out } = context
  members
    .command('customisation <member>')
    .description('what a member’s roles give, and what he is let have of it')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount) => {
      const shown = await client.call<Shown>('GET', pathOf(options.account, member))
      print(out, options, shown, () => toText(shown))
    })
}

function addChanges(members: Command, { client, out }: CliContext): void {
  members
    .command('customise <member>')
    .description('let a member have less than his roles give; he then follows their changes no more')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--set <capability=level...>', 'permissions; of verbs several, with commas')
    .option('--only', 'take whatever is not named; else it stays as he has it now')
    .option('--complete', 'add what the permissions need')
    .option('--json', 'print JSON')
    .action(async (member: string, { account, set, only, complete, ...options }: Customise) => {
      const body = { permissions: permissionsOf(set), complete }
      const shown = await client.call<Shown>(only === true ? 'PUT' : 'PATCH', pathOf(account, member), body)
      print(out, options, shown, () => toText(shown))
    })
  members
    .command('reset <member>')
    .description('let a member have all that his roles give again, and follow their changes')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount) => {
      await client.call('DELETE', pathOf(options.account, member))
      print(out, options, { reset: member }, () => `Member ${printable(member)} has all that his roles give.`)
    })
}

function toText({ member, customised, roles, setBy, setAt, permissions, withheld, beyondRole }: Shown): string {
  const capabilities = [...new Set([permissions, withheld, beyondRole].flatMap((cells) => Object.keys(cells)))]
  const words = (cells: Cells, id: string): string => (cells[id] ?? []).join(', ')
  const rows = capabilities.map((id) => ({
    ...{ capability: id, has: words(permissions, id), withheld: words(withheld, id) },
    'beyond role': words(beyondRole, id),
  }))
  const since = customised ? `is customised by ${setBy ?? ''} since ${setAt ?? ''}` : 'has all that his roles give'
  return [
    printable(`Member ${member} (${roles.join(', ')}) ${since}.`),
    toTable(rows, ['capability', 'has', 'withheld', 'beyond role']),
  ].join('\n')
}
