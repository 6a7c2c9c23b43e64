import type { Command } from 'commander'
import { plannedMemberOrders } from '../../application/list-orders.ts'
import { at } from '../client.ts'
import { print, type CliContext } from '../context.ts'
import { sortBy } from '../list-options.ts'
import { counted, printable, toTable, type Row } from '../output.ts'

type Cells = Record<string, string[]>
type Impact = { roles: string[]; becomes: string[]; gains: Cells; loses: Cells } & Controls
type Effect = Impact & { members: number }
type PlannedMember = Impact & { account: string; member: string; userName: string }
type PlanMembersOptions = { account?: string; sort?: string; json?: boolean }
type Controls = { controlsGained: string[]; controlsLost: string[] }
type Carried = { role: string; keys: number; invitations: number }
type Use = Carried & { members: number; assignments: number; owners: number; mappings: number; requests: number }
type Plan = {
  catalog: string
  plan: string
  from: { rev: number; hash: string } | null
  to: { hash: string }
  changes: { text: string }[]
  totals: { accounts: number; members: number; gain: number; lose: number }
  accounts: { account: string; name: string; losesManager: boolean; effects: Effect[] }[]
  moreAccounts: number
  vanishing: Use[]
  carried: Carried[]
  levelsInUse: { level: string; accounts: number }[]
  toAccept: string[]
}
type Applied = { catalog: string; rev: number; applied: boolean }

/** How a changed catalog comes in force: on the running server, never by a restart alone. */
export function addCatalogPlans(catalog: Command, { client, out }: CliContext): void {
  catalog
    .command('plan <catalog>')
    .description('what putting the file of a catalog in force would do, and who gains and loses what')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const plan = await client.call<Plan>('GET', at`/catalogs/${id}/plan`)
      print(out, options, plan, () => planText(plan))
    })
  catalog
    .command('plan-members <catalog>')
    .description('the people who gain and lose by a plan, one by one')
    .option('--account <id>', 'only those of this account')
    .option(...sortBy(plannedMemberOrders))
    .option('--json', 'print JSON')
    .action(async (id: string, { json, ...query }: PlanMembersOptions) => {
      const page = await client.all<PlannedMember>(at`/catalogs/${id}/plan/members`, query)
      print(out, { json }, page, () => toTable(page.items.map(toRow), ['account', 'member', 'userName', 'effect']))
    })
  catalog
    .command('apply <catalog>')
    .description('put the file of a catalog in force, as it was planned')
    .requiredOption('--plan <hash>', 'the plan that you have looked at')
    .option('--accept', 'also where accounts are left without a manager, or owners lose their role')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { plan: string; accept?: boolean; json?: boolean }) => {
      const { plan, accept } = options
      const applied = await client.call<Applied>('POST', at`/catalogs/${id}/apply`, { plan, accept })
      const done = applied.applied ? 'is in force now' : 'was in force by this plan already'
      print(out, options, applied, () => printable(`Revision ${applied.rev} of "${applied.catalog}" ${done}.`))
    })
}

function planText(plan: Plan): string {
  if (plan.from?.hash === plan.to.hash) return `The file of "${printable(plan.catalog)}" is in force already.`
  const { gain, lose, members, accounts } = plan.totals
  const blocked = plan.levelsInUse.map(
    ({ level, accounts: count }) =>
      `Cannot be applied: ${counted(count, 'account stands', 'accounts stand')} on level "${level}", which is gone; give the file that level`,
  )
  return [
    ...(plan.from === null ? [`"${printable(plan.catalog)}" is in force nowhere yet.`] : ['Changes']),
    ...plan.changes.map(({ text }) => `  ${printable(text)}`),
    `\nOf ${counted(members, 'person', 'people')} ${gain} gain and ${lose} lose, in ${counted(accounts, 'account')}.`,
    ...plan.accounts.flatMap(accountText),
    ...(plan.moreAccounts > 0 ? [moreAccounts(plan)] : []),
    ...(plan.vanishing.length === 0 ? [] : [`\nRoles that are gone then\n${toTable(plan.vanishing, useColumns)}`]),
    ...(plan.carried.length === 0
      ? []
      : [`\nKeys and pending invitations with a changed role\n${toTable(plan.carried, carriedColumns)}`]),
    ...blocked.map(printable),
    ...(plan.toAccept.length === 0 ? [] : ['\nTo be accepted with --accept']),
    ...plan.toAccept.map((text) => `  ${printable(text)}`),
    ...(plan.levelsInUse.length > 0 ? [] : [`\nApply it with: ${applyCommand(plan)}`]),
  ].join('\n')
}

function applyCommand({ catalog, plan, toAccept }: Plan): string {
  const accept = toAccept.length > 0 ? ' --accept' : ''
  return `joinery catalog apply ${printable(catalog)} --plan ${printable(plan)}${accept}`
}

const carriedColumns = ['role', 'keys', 'invitations']
const useColumns = ['role', 'members', 'assignments', 'owners', 'mappings', 'requests', 'keys', 'invitations']

function accountText({ account, name, losesManager, effects }: Plan['accounts'][number]): string[] {
  const head = `Account ${account} "${name}"${losesManager ? ', left without anybody who manages its members' : ''}`
  return [`\n${printable(head)}`, ...effects.map((effect) => printable(`  ${effect.members} × ${impactText(effect)}`))]
}

function moreAccounts({ catalog, moreAccounts: count }: Plan): string {
  return `… and ${counted(count, 'account')} more: joinery catalog plan-members ${printable(catalog)} tells everybody in all of them`
}

const toRow = ({ account, member, userName, ...impact }: PlannedMember): Row => ({
  ...{ account, member, userName, effect: impactText(impact) },
})

function impactText({ roles, becomes, gains, loses, controlsGained, controlsLost }: Impact): string {
  const now = roles.join(', ') || 'no role'
  const then = becomes.join(', ') || 'no role'
  const words = (sign: string, cells: Cells) =>
    Object.entries(cells).map(([id, held]) => `${sign}${id}: ${held.join(', ')}`)
  const controls = [...controlsGained.map((verb) => `+${verb}`), ...controlsLost.map((verb) => `-${verb}`)]
  const parts = [...words('+', gains), ...words('-', loses), ...controls]
  return `${now === then ? now : `${now} → ${then}`}: ${parts.join('; ')}`
}
