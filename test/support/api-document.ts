import type { Credential, Who } from '../../src/http/admin/who.ts'
import { describeAdminApi } from '../../src/http/admin/openapi/router.ts'

/** As much of JSON Schema as the walk over the API reads. */
export type Schema = {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
}
type Parameter = {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: Schema
}

/** One operation of the API, as its OpenAPI document tells it. */
export type Described = {
  readonly name: string
  readonly who: Who
  readonly by: readonly Credential[]
  readonly method: string
  readonly path: string
  readonly pathNames: readonly string[]
  /** The name of what a PUT makes where it is not there yet; null where it makes nothing. */
  readonly makes: string | null
  readonly query: readonly Parameter[]
  readonly body: { readonly schema: Schema; readonly example: Readonly<Record<string, unknown>> } | null
  readonly takesBody: boolean
  /** Whether it answers a list. */
  readonly listed: boolean
  readonly statuses: readonly number[]
}

/** Every operation of the document. */
export function describedOperations(): Described[] {
  const { paths } = describeAdminApi('http://127.0.0.1') as any
  return Object.entries<Record<string, any>>(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, told]): Described => {
      const parameters = told.parameters as readonly Parameter[]
      const content = told.requestBody?.content['application/json']
      return {
        who: told['x-joinery-who'],
        by: told.security.flatMap((scheme: object) => Object.keys(scheme)),
        ...{ name: told.operationId, method: method.toUpperCase(), path },
        pathNames: parameters.filter((each) => each.in === 'path').map(({ name }) => name),
        makes: method === 'put' ? (/\{(\w+)\}$/.exec(path)?.[1] ?? null) : null,
        query: parameters.filter((each) => each.in === 'query'),
        body: content === undefined ? null : { schema: content.schema, example: content.example },
        listed: method === 'get' && 'items' in (answerOf(told).properties ?? {}),
        takesBody: ['post', 'put', 'patch'].includes(method),
        statuses: Object.keys(told.responses as object).map(Number),
      }
    }),
  )
}

/** The schema of what is answered when all went well. */
function answerOf(told: any): Schema {
  return (told.responses['200']?.content?.['application/json']?.schema ?? {}) as Schema
}

/** The path with ids put in, encoded; whoever is not named is nobody. */
export function pathTo({ path }: Described, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? nobody))
}

export const nobody = '00000000-0000-7000-8000-000000000000'

export type Misfit = { readonly place: string; readonly body: unknown }

/**
 * Bodies that are wrong in one place each, made from the example and the schema: a value of no type that the place takes,
 * and what is required left out.
 */
export function misfits(schema: Schema, example: Readonly<Record<string, unknown>>): Misfit[] {
  const required = schema.required ?? []
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const { [name]: told, ...rest } = example
    const missing = required.includes(name) ? [{ place: name, body: rest }] : []
    const wrong = wrongValues(field).map((value) => ({ place: name, body: { ...example, [name]: value } }))
    const inner = isObject(told) && field.properties !== undefined ? misfits(field, told) : []
    const deeper = inner.map(({ place, body }) => ({ place: `${name}.${place}`, body: { ...example, [name]: body } }))
    return [...missing, ...wrong, ...deeper]
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const samples: Readonly<Record<string, readonly unknown[]>> = {
  string: ['a\u0000b', '\ud800'],
  integer: [1.5, 1e300],
  number: ['x'],
  boolean: ['yes'],
  array: ['x'],
  object: ['x', []],
}
const others: readonly (readonly [string, unknown])[] = [
  ['string', 'no value of another type'],
  ['integer', -7_777_777],
  ['boolean', true],
  ['array', [[]]],
  ['object', { '': '' }],
  ['null', null],
]

/** Values that a place does not take: of every type that is none of its own, and odd ones of its own. */
function wrongValues(field: Schema): unknown[] {
  const forms = field.anyOf ?? [field]
  const types = forms.map(({ type }) => type)
  // A place without a type takes anything.
  if (types.includes(undefined)) return []
  const taken = (type: string): boolean => types.includes(type) || (type === 'integer' && types.includes('number'))
  const own = forms.length === 1 ? (samples[forms[0]?.type ?? ''] ?? []) : []
  return [...others.flatMap(([type, value]) => (taken(type) ? [] : [value])), ...own]
}
