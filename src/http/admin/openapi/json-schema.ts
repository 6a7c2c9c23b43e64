import { z } from 'zod'

/** A JSON Schema of 2020-12, which is that of OpenAPI 3.1. */
export type JsonSchema = {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  properties?: Record<string, JsonSchema>
  required?: string[]
  default?: unknown
  [keyword: string]: unknown
}

/** The schemas that have a name (`.meta({ id })`), gathered while others are made. */
export type Named = Map<string, JsonSchema>

/** What a request may have: its names are all there are. */
export function inputSchema(schema: z.ZodType, named: Named): JsonSchema {
  return gathered(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, named)
}

/** What an answer has. It may come to have more, so that a client passes over what it does not know. */
export function outputSchema(schema: z.ZodType, named: Named): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: 'output',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  return gathered(made as JsonSchema, named)
}

/** The schema with its definitions moved to the components of the document. */
function gathered({ $schema: _dialect, $defs = {}, ...schema }: JsonSchema, named: Named): JsonSchema {
  for (const [name, definition] of Object.entries($defs)) named.set(name, tidy(definition))
  if (typeof schema.id !== 'string') return tidy(schema)
  named.set(schema.id, tidy(schema))
  return { $ref: refTo(schema.id) }
}

const refTo = (name: string): string => `#/components/schemas/${name}`
const everyWhole = new Set<unknown>([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])

/** References point into the document; bounds that every whole number keeps are left out. */
function tidy(value: JsonSchema): JsonSchema {
  const entries = Object.entries(value).flatMap(([key, told]): [string, unknown][] => {
    if (key === 'id' && typeof told === 'string') return []
    if (key === '$ref') return [[key, refTo(String(told).replace('#/$defs/', ''))]]
    if (['minimum', 'maximum'].includes(key) && everyWhole.has(told)) return []
    return [[key, tidyAny(told)]]
  })
  return Object.fromEntries(entries)
}

function tidyAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyAny)
  return typeof value === 'object' && value !== null ? tidy(value as JsonSchema) : value
}
