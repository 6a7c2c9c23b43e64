import type { Command } from 'commander'
import { memberOrders } from '../application/list-orders.ts'
import { at } from './client.ts'
import { counted, printable, toPath, toTable, type Row, type ToldPath } from './output.ts'
import { print, type CliContext } from './context.ts'
import { addCustomisationCommands } from './customisations.ts'
import { addMemberChanges } from './member-changes.ts'
import { moreOf, sortBy } from './list-options.ts'
import { wholeNumber } from './whole-number.ts'

type OfAccount = { account: string; json?: boolean }
type MemberItem = {
  id: string
  userName: string
  email: string | null
  status: string
  roles: string[]
  desiredRev: number
  appliedRev: number
}
type Grant = { role: string; source: string; paths: ToldPath[] }
type Loss = { role: string; source: string; reason: string; path: ToldPath }
type Blocked = { status: string; attempts: number; error: string | null }
type Detail = MemberItem & {
  propagation: Blocked
  customised: boolean
  displayName: string | null
  profile: Record<string, string>
  suspendedBy: string[]
  switchedOff: string[]
  grants: Grant[]
  losses: Loss[]
  events: Row[]
}
type Status = { pending: number; running: number; held: number; blocked: number; oldestPendingMs: number }
type Filter = 'userName' | 'name' | 'status' | 'suspendedBy' | 'role' | 'sort' | 'limit' | 'after'
type ListOptions = OfAccount & Partial<Record<Filter, string>> & { customised?: boolean }

/** Members and how far they lag. */
export function addMemberCommands(program: Command, context: CliContext): void {
  const members = addMembers(program, context)
  addMemberChanges(members, context)
  addCustomisationCommands(members, context)
  addPropagation(program, context)
}

function addMembers(program: Command, { client, out }: CliContext): Command {
  const members = program.command('members').description('members: people in the IAM store')
  members
    .command('list')
    .description('the members of an account, with the roles that count now')
    .requiredOption('--account <id>', 'the account')
    .option('--user-name <name>', 'only this userName')
    .option('--status <status>', 'active, suspended or removed')
    .option('--role <role>', 'only holders of this role')
    .option('--name <text>', 'only with this in their display name or user name')
    .option('--suspended-by <whom>', 'only whom the account, directory or operator suspended')
    .option('--customised', 'only whose permissions are customised')
    .option('--no-customised', 'only the others')
    .option(...sortBy(memberOrders))
    .option('--limit <n>', 'at most so many (all)')
    .option('--after <place>', 'go on behind this place, in the same order')
    .option('--json', 'print JSON')
    .action(async ({ account, json, limit, ...query }: ListOptions) => {
      const most = limit === undefined ? Infinity : wholeNumber(limit, '--limit', 1)
      const page = await client.all<MemberItem>(at`/accounts/${account}/members`, query, most)
      const columns = ['id', 'userName', 'status', 'roles', 'applied']
      print(out, { json }, page, () => `${toTable(page.items.map(toRow), columns)}${moreOf(page)}`)
    })
  members
    .command('show <member>')
    .description('one member: roles, why, and what happened')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount) => {
      const detail = await client.call<Detail>('GET', at`/accounts/${options.account}/members/${member}`)
      print(out, options, detail, () => toDetail(detail))
    })
  return members
}

function addPropagation(program: Command, { client, out }: CliContext): void {
  const propagation = program.command('propagation').description('propagation: from the directory to the IAM store')
  propagation
    .command('status')
    .description('how far an account is behind')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (options: OfAccount) => {
      const status = await client.call<Status>('GET', at`/accounts/${options.account}/propagation`)
      print(out, options, status, () => toTable([status], ['pending', 'running', 'held', 'blocked', 'oldestPendingMs']))
    })
  propagation
    .command('retry <member>')
    .description('let a blocked member’s propagation try again')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount) => {
      await client.call('POST', at`/accounts/${options.account}/members/${member}/propagation/retry`, {})
      print(out, options, { retried: member }, () => `Member ${printable(member)} is tried again.`)
    })
}

function toRow({ id, userName, status, roles, desiredRev, appliedRev }: MemberItem): Row {
  return {
    id,
    userName,
    status,
    roles: roles.join(', '),
    applied: appliedRev >= desiredRev ? 'yes' : `${appliedRev} of ${desiredRev}`,
  }
}

function toDetail(member: Detail): string {
  const { id, userName, email, status, suspendedBy } = member
  const why = member.grants.flatMap(({ role, source, paths }) =>
    paths.map((path) => ({ role, source, path: toPath(path) })),
  )
  const lost = member.losses.map(({ role, source, reason, path }) => ({ role, source, reason, path: toPath(path) }))
  return [
    toTable(
      [{ id, userName, email, status, suspendedBy: suspendedBy.join(', ') }],
      ['id', 'userName', 'email', 'status', 'suspendedBy'],
    ),
    ...(Object.keys(member.profile).length === 0
      ? []
      : [`\nProfile\n${toTable([member.profile], Object.keys(member.profile))}`]),
    ...(member.customised
      ? [`\nHis permissions are customised: see joinery members customisation ${id} --account …`]
      : []),
    ...(member.switchedOff.length > 0
      ? [`\nSwitched off for him, whatever his roles give: ${member.switchedOff.join(', ')}`]
      : []),
    `\nRoles and why\n${toTable(why, ['role', 'source', 'path'])}`,
    ...(lost.length === 0 ? [] : [`\nConsidered and lost\n${toTable(lost, ['role', 'source', 'reason', 'path'])}`]),
    ...(member.propagation.status === 'blocked'
      ? [
          `\nBlocked after ${counted(member.propagation.attempts, 'attempt')}: ${printable(member.propagation.error ?? '')}\nTry again with: joinery propagation retry ${id} --account …`,
        ]
      : []),
    `\nRecent events\n${toTable(member.events, ['at', 'action', 'actor'])}`,
  ].join('\n')
}
