import type { Command } from 'commander'
import { problemLine } from '../adapters/catalogs/read-document.ts'
import { checkSchemaFile } from '../adapters/catalogs/read-schema-file.ts'
import { schemaOrders } from '../application/list-orders.ts'
import type { SchemaPut } from '../application/schemas/put-schema.ts'
import type { ExtensionAttribute, ExtensionSchema } from '../domain/extension-schema.ts'
import { at, CliError } from './client.ts'
import { print, type CliContext } from './context.ts'
import { sortBy } from './list-options.ts'
import { counted, printable, toJson, toTable, type Row } from './output.ts'

type OfAccount = { account: string; json?: boolean }
type ListOptions = Partial<Record<'resourceType' | 'name' | 'sort', string>> & { required?: boolean }

/** Extension schemas: what an account’s directories may tell beside RFC 7643. */
export function addSchemaCommands(program: Command, context: CliContext): void {
  const schemas = program.command('schemas').description('extension schemas: what directories may tell beside RFC 7643')
  addCheck(schemas, context)
  addPut(schemas, context)
  addReads(schemas, context)
  addRemove(schemas, context)
}

function addCheck(schemas: Command, { out }: CliContext): void {
  schemas
    .command('check')
    .description('look at schema files: what is wrong, where, and how to mend it')
    .argument('<files...>', 'schema files, in YAML or JSON')
    .option('--json', 'print JSON')
    .action((files: string[], options: { json?: boolean }) => {
      const checked = files.map((file) => ({ file, ...checkSchemaFile(file) }))
      const problems = checked.flatMap((each) => ('problems' in each ? each.problems : []))
      if (options.json === true) out.line(toJson({ files, problems }))
      for (const each of options.json === true ? [] : checked) {
        if ('problems' in each) for (const problem of each.problems) out.error(printable(problemLine(problem)))
        else
          out.line(
            `${printable(each.file)}: sound: ${each.schema.id}, ${counted(each.schema.attributes.length, 'attribute')}`,
          )
      }
      if (problems.length === 0) return
      throw new CliError(`There ${problems.length === 1 ? 'is' : 'are'} ${counted(problems.length, 'problem')}`)
    })
}

function addPut(schemas: Command, { client, out }: CliContext): void {
  schemas
    .command('put <file>')
    .description('give an account a schema, or change it')
    .requiredOption('--account <id>', 'the account')
    .option('--preview', 'only say what would be')
    .option('--json', 'print JSON')
    .action(async (file: string, options: OfAccount & { preview?: boolean }) => {
      const read = checkSchemaFile(file)
      if ('problems' in read) throw new CliError(read.problems.map((each) => printable(problemLine(each))).join('\n'))
      const { account, preview } = options
      const path = at`/accounts/${account}/schemas/${read.schema.id}`
      const put = await client.call<SchemaPut>('PUT', preview === true ? `${path}?preview=true` : path, read.schema)
      print(out, options, put, () => putText(put, preview === true))
    })
}

function putText({ schema, outcome, resources, lacking, obstacles }: SchemaPut, preview: boolean): string {
  const what = { created: 'new', changed: 'changed', unchanged: 'the same as before' }[outcome]
  const kind = schema.resourceType === 'User' ? 'users' : 'groups'
  return [
    `Schema ${schema.id} ${preview ? 'would be' : 'is'} ${what}; ${resources} ${kind} have something of it.`,
    ...(lacking === 0 ? [] : [`${lacking} of them lack something required, which counts when they are written next.`]),
    ...(obstacles.length === 0 ? [] : ['It would be refused, as what is stored does not fit:']),
    ...obstacles.map(({ path, why, count, example }) =>
      printable(`- ${path} ${why}: ${count}, for example ${example}`),
    ),
  ].join('\n')
}

function addReads(schemas: Command, { client, out }: CliContext): void {
  schemas
    .command('list')
    .description('the schemas of an account')
    .requiredOption('--account <id>', 'the account')
    .option('--resource-type <type>', 'only those of User or Group')
    .option('--required', 'only those that are required')
    .option('--no-required', 'only the others')
    .option('--name <text>', 'only those with this in their name')
    .option(...sortBy(schemaOrders))
    .option('--json', 'print JSON')
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const page = await client.all<Row & { required: boolean }>(at`/accounts/${account}/schemas`, query)
      const rows = page.items.map((item) => ({ ...item, required: item.required ? 'yes' : 'no' }))
      print(out, { json }, page, () => toTable(rows, ['id', 'name', 'resourceType', 'required', 'attributes']))
    })
  schemas
    .command('show <urn>')
    .description('one schema; with --json as a document to change and put again')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OfAccount) => {
      const schema = await client.call<ExtensionSchema>('GET', at`/accounts/${options.account}/schemas/${urn}`)
      print(out, options, schema, () => schemaText(schema))
    })
}

function schemaText({ id, name, description, resourceType, required, attributes }: ExtensionSchema): string {
  const rows = attributes.flatMap((attribute) => [
    toRow(attribute, ''),
    ...(attribute.subAttributes ?? []).map((sub) => toRow(sub, `${attribute.name}.`)),
  ])
  const columns = ['name', 'type', 'rules', 'values', 'description']
  return [
    `${printable(name)} (${id})`,
    printable(description),
    `For ${resourceType}s, ${required ? 'required' : 'not required'}`,
    `\n${toTable(rows, columns)}`,
  ].join('\n')
}

/** What differs from the defaults. */
function toRow(attribute: ExtensionAttribute, above: string): Row {
  const { name, type, multiValued, required, caseExact, mutability, returned, uniqueness, description } = attribute
  const rules = [
    ...(required ? ['required'] : []),
    ...(caseExact && type === 'string' ? ['caseExact'] : []),
    ...(mutability === 'readWrite' ? [] : [mutability]),
    ...(returned === 'default' ? [] : [`returned ${returned}`]),
    ...(uniqueness === 'none' ? [] : ['unique']),
  ]
  const values = attribute.canonicalValues ?? attribute.referenceTypes ?? []
  return {
    name: `${above}${name}`,
    type: multiValued ? `list of ${type}` : type,
    rules: rules.join(', '),
    values: values.join(', '),
    description,
  }
}

function addRemove(schemas: Command, { client, out }: CliContext): void {
  schemas
    .command('remove <urn>')
    .description('take a schema away; what has been told by it is kept, and not shown')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OfAccount) => {
      await client.call('DELETE', at`/accounts/${options.account}/schemas/${urn}`)
      print(out, options, { removed: urn }, () => `Schema ${printable(urn)} is removed.`)
    })
}
