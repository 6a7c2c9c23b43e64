import type { Command } from 'commander'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { printable } from './output.ts'

type OfAccount = { account: string; json?: boolean }
type Add = OfAccount & { userName: string; email: string; displayName?: string; role?: string[] }
type Assign = OfAccount & { role: string; from?: string; to?: string }
type Switch = OfAccount & { off?: string[]; on?: string[] }
type Standing = { id: string; userName: string; status: string; suspendedBy: string[]; switchedOff: string[] }
type Assigned = { role: string; validFrom: string | null; validTo: string | null }

/** What is done to members by hand. */
export function addMemberChanges(members: Command, context: CliContext): void {
  addPeople(members, context)
  addStanding(members, context)
  addSwitch(members, context)
  addRoles(members, context)
}

function addPeople(members: Command, { client, out }: CliContext): void {
  members
    .command('add')
    .description('add a person whom no directory brings')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--user-name <name>', 'what the person goes by')
    .requiredOption('--email <address>', 'the person’s work address')
    .option('--display-name <name>', 'the person’s name')
    .option('--role <role...>', 'the role, or several where the catalog allows that (none yet)')
    .option('--json', 'print JSON')
    .action(async ({ account, userName, email, displayName, role: roles, ...options }: Add) => {
      const person = { userName, email, displayName, roles }
      const added = await client.call<Standing>('POST', at`/accounts/${account}/members`, person)
      const holding = roles === undefined ? 'no role yet' : roles.map(printable).join(', ')
      print(out, options, added, () => `Member ${added.id} "${printable(added.userName)}" is added, with ${holding}.`)
    })
  members
    .command('remove <member>')
    .description('remove a member whom no directory brings, for good')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount) => {
      await client.call('DELETE', at`/accounts/${options.account}/members/${member}`)
      print(out, options, { removed: member }, () => `Member ${printable(member)} is removed.`)
    })
}

function addSwitch(members: Command, { client, out }: CliContext): void {
  members
    .command('switch <member>')
    .description('switch a member’s access to the sections of role groups off and on, apart from his roles')
    .requiredOption('--account <id>', 'the account')
    .option('--off <role group...>', 'role groups that go dark, such as turnkey')
    .option('--on <role group...>', 'role groups whose roles count again')
    .option('--json', 'print JSON')
    .action(async (member: string, { off = [], on = [], ...options }: Switch) => {
      const named = (ids: readonly string[], on: boolean) => ids.map((id) => [id, on] as const)
      const roleGroups = Object.fromEntries([...named(off, false), ...named(on, true)])
      const path = at`/accounts/${options.account}/members/${member}`
      const changed = await client.call<Standing>('PATCH', path, { roleGroups })
      print(out, options, changed, () => {
        const dark = changed.switchedOff.join(', ')
        return `Member ${changed.id} has ${dark === '' ? 'no role group switched off' : `${dark} switched off`}.`
      })
    })
}

const standings = [
  ['suspend', true, 'shut a member out, at once'],
  ['resume', false, 'lift the operator’s suspension of a member'],
] as const

function addStanding(members: Command, { client, out }: CliContext): void {
  for (const [verb, suspended, about] of standings) {
    members
      .command(`${verb} <member>`)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--json', 'print JSON')
      .action(async (member: string, options: OfAccount) => {
        const path = at`/accounts/${options.account}/members/${member}`
        const changed = await client.call<Standing>('PATCH', path, { suspended })
        const by = changed.suspendedBy.length === 0 ? '' : ` by ${changed.suspendedBy.join(', ')}`
        print(out, options, changed, () => `Member ${changed.id} is ${changed.status}${by}.`)
      })
  }
}

function addRoles(members: Command, { client, out }: CliContext): void {
  members
    .command('assign <member>')
    .description('give a member a role by hand')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--role <id>', 'a role of the account’s catalog')
    .option('--from <instant>', 'when it begins, for example 2026-12-01')
    .option('--to <instant>', 'when it ends')
    .option('--json', 'print JSON')
    .action(async (member: string, { account, role, from, to, ...options }: Assign) => {
      const path = at`/accounts/${account}/members/${member}/roles`
      const given = await client.call<Assigned>('POST', path, { role, validFrom: from, validTo: to })
      print(
        out,
        options,
        given,
        () => `Member ${printable(member)} is given "${printable(given.role)}"${spanOf(given)}.`,
      )
    })
  members
    .command('unassign <member>')
    .description('take a role that was given by hand')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--role <id>', 'the role')
    .option('--json', 'print JSON')
    .action(async (member: string, options: OfAccount & { role: string }) => {
      const { account, role } = options
      await client.call('DELETE', at`/accounts/${account}/members/${member}/roles/${role}`)
      print(out, options, { unassigned: role }, () => `Member ${printable(member)} has "${printable(role)}" no more.`)
    })
}

function spanOf({ validFrom, validTo }: Assigned): string {
  return [validFrom && ` from ${validFrom}`, validTo && ` to ${validTo}`].filter(Boolean).join('')
}
