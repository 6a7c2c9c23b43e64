import type { Target } from './attribute-path.ts'
import type { Attribute, AttributeTable, ResourceSchema } from './schemas.ts'

/** Attributes of a schema that are not shown as others are (RFC 7643, 7, returned), and those that keep their first value. */
export type Marks = {
  readonly always: readonly Target[]
  readonly request: readonly Target[]
  readonly never: readonly Target[]
  readonly immutable: readonly Target[]
}

const known = new WeakMap<ResourceSchema, Marks>()

export function marksOf(schema: ResourceSchema): Marks {
  const marks = known.get(schema) ?? findMarks(schema)
  known.set(schema, marks)
  return marks
}

function findMarks(schema: ResourceSchema): Marks {
  const extensions = [...schema.extensions.values()].flatMap(({ id, attributes }) => targetsIn(id, attributes))
  const targets = [...targetsIn(null, schema.attributes), ...extensions]
  const marked = (test: (attribute: Attribute) => boolean): Target[] =>
    targets.filter(({ attribute, sub }) => test(sub ?? attribute))
  return {
    always: marked(({ returned }) => returned === 'always'),
    request: marked(({ returned }) => returned === 'request'),
    never: marked(({ returned }) => returned === 'never'),
    immutable: marked(({ mutability }) => mutability === 'immutable'),
  }
}

/** Each attribute, and each of its parts. */
function targetsIn(extension: string | null, table: AttributeTable): Target[] {
  return [...table.values()].flatMap((attribute) => [
    { extension, attribute, sub: null },
    ...[...(attribute.subAttributes?.values() ?? [])].map((sub) => ({ extension, attribute, sub })),
  ])
}

/** Names, in lower case, whose values nobody is shown, not even in a log. */
export function hiddenNames(schemas: readonly ResourceSchema[]): ReadonlySet<string> {
  const never = schemas.flatMap((schema) => marksOf(schema).never)
  return new Set(never.map(({ attribute, sub }) => (sub ?? attribute).name.toLowerCase()))
}
