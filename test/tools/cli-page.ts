import type { Argument, Command, Option } from 'commander'
import { createProgram } from '../../src/cli/program.ts'
import { code, madeFrom, table } from './markdown.ts'

export function cliPage(): string {
  const { program } = createProgram({}, { line: () => undefined, error: () => undefined })
  const all = leaves(program)
  return `# The command line

${madeFrom('the commands in src/cli')}
In this checkout a command is called by \`npm run -s joinery -- <command>\`; after \`npm run build\` by
\`node dist/src/cli/main.js <command>\`. This page writes \`joinery\` for both.

\`serve\`, \`worker\`, \`migrate\`, \`doctor\`, \`demo\` and \`config\` read the [configuration](configuration.md) and work here.
\`catalog\` reads files here, those that ship and those in \`CATALOG_DIR\`, unless \`--server\` asks for a running one. All
others talk to a running server by its [admin API](admin-api.md), as the operator: see
[what they read](configuration.md#what-the-command-line-reads).

Results go to stdout, everything else to stderr. \`--json\` prints what the admin API answered; lists are read to their end,
unless \`--limit\` is there: then a last line says that there is more, and from where \`--after\` goes on. Every list takes
\`--sort\` and the filters of its [list in the admin API](admin-api.md), under the same names written with hyphens: what is
\`groupName=…\` there is \`--group-name …\` here, \`customised=true\` is \`--customised\`, and \`customised=false\`
\`--no-customised\`.
[Exit status](errors.md#exit-status-of-the-commands): 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.

${table(
  ['command', ''],
  all.map(({ path, command }) => [`[${code(path)}](#${anchorOf(path)})`, command.description()]),
)}

${all.map(commandSection).join('\n\n')}
`
}

type Leaf = { readonly path: string; readonly command: Command }

function leaves(command: Command, path = 'joinery'): Leaf[] {
  return command.commands.flatMap((child) => {
    const own = `${path} ${child.name()}`
    return child.commands.length === 0 ? [{ path: own, command: child }] : leaves(child, own)
  })
}

const anchorOf = (heading: string): string => heading.replaceAll(' ', '-')

function commandSection({ path, command }: Leaf): string {
  const options = command.options.map(optionRow)
  const args = command.registeredArguments.map(argumentRow)
  const rows = [...args, ...options]
  const note = notes[path]
  const parts = [`## ${path}`, `${capital(command.description())}.`, ...(note === undefined ? [] : [note])]
  return [...parts, ...(rows.length === 0 ? [] : [table(['option', '', ''], rows)])].join('\n\n')
}

const optionRow = (option: Option): string[] => [
  code(option.flags),
  option.mandatory ? 'required' : '',
  option.description,
]
const argumentRow = (argument: Argument): string[] => [code(`<${argument.name()}>`), 'required', argument.description]
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the commands' own descriptions leave out. */
const notes: Readonly<Record<string, string>> = {
  'joinery serve':
    'With SQLite leave the workers inside: nobody else can run them, and without them no change reaches the IAM store.',
  'joinery worker': 'It carries changes from the directory to the IAM store, and listens on no port.',
  'joinery catalog check':
    'Problems are printed as `FILE:LINE: rule: what is wrong and how to mend it`, to stderr; with `--json` all of them to stdout, as `problems` with `file`, `line`, `rule` and `message`. The status is 1 where there are any. The rules are in [the format](catalog-format.md#when-something-is-wrong).',
  'joinery catalog show':
    'An id is that of a catalog which ships or is in `CATALOG_DIR`; anything with a `/` in it, or with `.yaml` at its end, is a file. `--json` prints what `GET /api/v1/catalogs/{catalog}` answers.',
  'joinery catalog diff':
    'One line for each difference. Cells are compared as they are written and by what they come to, so that a verb that implies more shows in every role that gains by it.',
  'joinery migrate up': '`joinery migrate` alone does the same.',
  'joinery doctor': 'Before the first start it says that the database is not there yet, and makes nothing.',
  'joinery demo':
    'It keeps to the folder `demo` in `DATA_DIR`, which it empties first, and starts a Redis of its own where one is installed. It refuses a `PUBLIC_URL`: the people in it are made up.',
  'joinery schemas check':
    'Problems are printed as `FILE:LINE: rule: what is wrong and how to mend it`, to stderr; with `--json` all of them to stdout. The status is 1 where there are any. The rules are in [the format](extension-schemas.md#when-something-is-wrong).',
  'joinery schemas put':
    'The file is checked first, as `joinery schemas check` does. See [changing a schema](extension-schemas.md#changing-a-schema).',
  'joinery requests list':
    'See [the request log](request-log.md). `--failed` shows what an administrator has to look at.',
  'joinery secrets rotate':
    'Give every process the new key first: see [change the secret key](../operations/runbook.md#change-the-secret-key).',
  'joinery mappings add':
    'Give the group by `--group` or by `--group-name`. What a mapping by name does is in [member and roles](member-roles.md#mappings-by-name).',
}
