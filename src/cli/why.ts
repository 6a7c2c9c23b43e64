import type { Command } from 'commander'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { toPath, toTable, type ToldPath } from './output.ts'

type Granting = { role: string; source: string; path: ToldPath }
type Why = {
  member: string
  at: string
  level: string
  holds: boolean
  granted: Granting[]
  lost: (Granting & { reason: string })[]
}
type Options = {
  account: string
  member: string
  at?: string
  role?: string
  capability?: string
  action?: string
  json?: boolean
}

/** Why a member holds a role or may do something, and why not. */
export function addWhyCommand(program: Command, { client, out }: CliContext): void {
  program
    .command('why')
    .description('why a member holds a role or may do something: every path that grants, every path that was lost')
    .requiredOption('--account <id>', 'the account of the member')
    .requiredOption('--member <id>', 'the member')
    .option('--role <role>', 'ask about this role')
    .option('--capability <capability>', 'ask about this capability of the catalog')
    .option('--action <action>', 'and what he would do with it: a verb or level of the catalog')
    .option('--at <account>', 'the account in which he would act (his own)')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { account, member, role, capability, action, at: place } = options
      const asked = Object.entries({ role, capability, action, at: place }).filter(([, value]) => value !== undefined)
      const query = new URLSearchParams(asked as [string, string][]).toString()
      const why = await client.call<Why>('GET', `${at`/accounts/${account}/members/${member}/why`}?${query}`)
      print(out, options, why, () => toText(why))
    })
}

function toText({ holds, granted, lost }: Why): string {
  const rows = granted.map(({ path, ...rest }) => ({ ...rest, path: toPath(path) }))
  const losses = lost.map(({ path, ...rest }) => ({ ...rest, path: toPath(path) }))
  return [
    holds ? 'Yes, by:' : 'No path grants it.',
    ...(holds ? [toTable(rows, ['role', 'source', 'path'])] : []),
    ...(lost.length === 0 ? [] : [`\nConsidered and lost\n${toTable(losses, ['role', 'source', 'reason', 'path'])}`]),
  ].join('\n')
}
