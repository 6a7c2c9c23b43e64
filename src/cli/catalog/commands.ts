import type { Command } from 'commander'
import { CatalogFileError, checkCatalogFile } from '../../adapters/catalogs/load-catalogs.ts'
import { problemLine } from '../../adapters/catalogs/read-document.ts'
import { diffCatalogs } from '../../application/catalogs/diff-catalogs.ts'
import { catalogOrders } from '../../application/list-orders.ts'
import { arranged } from '../../application/whole-list.ts'
import { CliError } from '../client.ts'
import { print, type CliContext } from '../context.ts'
import { requireOrder, sortBy } from '../list-options.ts'
import { counted, printable, toJson, toTable } from '../output.ts'
import { addCatalogPlans } from './plans.ts'
import { localCatalog, localCatalogs, serverCatalog } from './source.ts'
import { catalogText } from './text.ts'

type Options = { json?: boolean; server?: boolean; effective?: boolean; exitCode?: boolean }

/** Role catalogs: files on this machine, unless a running server is asked. */
export function addCatalogCommands(program: Command, context: CliContext): void {
  const catalog = program.command('catalog').description('role catalogs: who may do what on a platform')
  addCheck(catalog, context)
  addShow(catalog, context)
  addDiff(catalog, context)
  addList(catalog, context)
  addCatalogPlans(catalog, context)
}

function addCheck(catalog: Command, { out }: CliContext): void {
  catalog
    .command('check')
    .description('look at catalog files: what is wrong, where, and how to mend it')
    .argument('<files...>', 'catalog files')
    .option('--json', 'print JSON')
    .action((files: string[], options: Options) => {
      const checked = files.map((file) => ({ file, ...checkCatalogFile(file) }))
      const problems = checked.flatMap((each) => ('problems' in each ? each.problems : []))
      if (options.json === true) out.line(toJson({ files, problems }))
      for (const each of options.json === true ? [] : checked) {
        if ('problems' in each) for (const problem of each.problems) out.error(printable(problemLine(problem)))
        else out.line(`${printable(each.file)}: sound: ${summary(each.catalog)}`)
      }
      if (problems.length === 0) return
      throw new CliError(`There ${problems.length === 1 ? 'is' : 'are'} ${counted(problems.length, 'problem')}`)
    })
}

type Counted = { label: string; roles: readonly unknown[]; capabilities: readonly unknown[] }
const summary = ({ label, roles, capabilities }: Counted): string =>
  `"${label}", ${counted(roles.length, 'role')}, ${counted(capabilities.length, 'row')}`

function addShow(catalog: Command, context: CliContext): void {
  catalog
    .command('show')
    .description('one catalog: its table, and the rules around it')
    .argument('<catalog>', 'the id of a catalog, or a file')
    .option('--effective', 'what the cells come to, instead of how they are written')
    .option('--server', 'as the running server has it')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      const description = options.server === true ? await serverCatalog(context, name) : localCatalog(context, name)
      print(context.out, options, description, () => catalogText(description, options))
    })
}

function addDiff(catalog: Command, context: CliContext): void {
  const { out } = context
  catalog
    .command('diff')
    .description('what differs between two catalogs: roles, rows, cells, who hands out what, rules')
    .argument('<old>', 'the id of a catalog, or a file')
    .argument('<new>', 'the id of a catalog, or a file')
    .option('--server', 'the old one as the running server has it')
    .option('--exit-code', 'status 1 where they differ')
    .option('--json', 'print JSON')
    .action(async (old: string, now: string, options: Options) => {
      const before = options.server === true ? await serverCatalog(context, old) : localCatalog(context, old)
      const diff = diffCatalogs(before, localCatalog(context, now))
      const lines = diff.changes.map(({ text }) => printable(text))
      print(out, options, diff, () => (lines.length === 0 ? 'The two are the same.' : lines.join('\n')))
      if (options.exitCode === true && lines.length > 0) {
        throw new CliError(`There ${lines.length === 1 ? 'is' : 'are'} ${counted(lines.length, 'difference')}`)
      }
    })
}

type Json = { json?: boolean | undefined }
type ListQuery = Partial<Record<'id' | 'label' | 'sort', string>>
type ListOptions = Json & ListQuery & { server?: boolean }
type Unreadable = { id: string; reason: string }
type Item = { id: string; label: string; roles: number; capabilities: number }

function addList(catalog: Command, context: CliContext): void {
  catalog
    .command('list')
    .description('the catalogs that a server with these settings loads')
    .option('--server', 'those that the running server has loaded')
    .option('--id <text>', 'only those with this in their id')
    .option('--label <text>', 'only those with this in their label')
    .option(...sortBy(catalogOrders))
    .option('--json', 'print JSON')
    .action(({ json, server, ...query }: ListOptions) =>
      server === true ? listOfServer(context, { json }, query) : listHere(context, { json }, query),
    )
}

const columns = ['id', 'label', 'roles', 'capabilities']

async function listOfServer({ client, out }: CliContext, options: Json, query: ListQuery): Promise<void> {
  const page = await client.all<Item, { unreadable: Unreadable[] }>('/catalogs', query)
  print(out, options, page, () => toTable(page.items, columns))
  for (const { id, reason } of page.unreadable) out.error(printable(`unreadable: "${id}": ${reason}`))
}

function listHere(context: CliContext, options: Json, { sort = 'id', ...query }: ListQuery): void {
  requireOrder(sort, catalogOrders)
  const { catalogs, problems } = localCatalogs(context)
  const all = catalogs.map(({ description: { id, label, roles, capabilities }, from }) => ({
    ...{ id, label, roles: roles.length, capabilities: capabilities.length, from },
  }))
  const items = arranged(all, { key: 'id', is: [], has: ['id', 'label'] }, { ...query, sort }).map(({ item }) => item)
  print(context.out, options, { items }, () => toTable(items, [...columns, 'from']))
  if (problems.length > 0) throw new CatalogFileError(problems)
}
