import type { Scim } from '../api.ts'
import { enterpriseUrn, userUrn } from '../idp.ts'
import { modelUrn } from './extension.ts'

/** An attribute as the service itself describes it under /Schemas: what a client goes by. */
export type Described = {
  name: string
  type: string
  multiValued: boolean
  caseExact?: boolean
  mutability?: string
  returned?: string
  required?: boolean
  subAttributes?: Described[]
}
export type ModelSchema = { core: Described[]; extensions: Extension[] }
type Extension = { urn: string; attributes: Described[] }

const text = (name: string, caseExact = false): Described => ({ name, type: 'string', multiValued: false, caseExact })
const instant = (name: string): Described => ({ name, type: 'dateTime', multiValued: false, mutability: 'readOnly' })

/** What every resource has, whatever its schema (RFC 7643, 3.1). */
const common: Described[] = [
  { ...text('id', true), mutability: 'readOnly' },
  text('externalId', true),
  {
    ...{ name: 'meta', type: 'complex', multiValued: false, mutability: 'readOnly' },
    subAttributes: [
      text('resourceType', true),
      instant('created'),
      instant('lastModified'),
      text('location', true),
      text('version', true),
    ],
  },
]

export async function readSchema(scim: Scim): Promise<ModelSchema> {
  const of = async (urn: string): Promise<Described[]> =>
    (await scim('GET', `/Schemas/${urn}`)).body.attributes as Described[]
  const core = (await of(userUrn)).filter(({ name }) => !['id', 'externalId', 'meta', 'schemas'].includes(name))
  const extensions = [enterpriseUrn, modelUrn].map(async (urn) => ({ urn, attributes: await of(urn) }))
  return { core: [...common, ...core], extensions: await Promise.all(extensions) }
}

/** An attribute with where it stands. */
export type Place = { urn: string | null; attribute: Described; sub: Described | null }

export function placesOf(schema: ModelSchema): Place[] {
  const of = (urn: string | null, attributes: Described[]): Place[] =>
    attributes.flatMap((attribute) => [
      { urn, attribute, sub: null },
      ...(attribute.subAttributes ?? []).map((sub) => ({ urn, attribute, sub })),
    ])
  return [...of(null, schema.core), ...schema.extensions.flatMap(({ urn, attributes }) => of(urn, attributes))]
}

/** The attribute whose value a comparison looks at: of a complex one its `value`; null where it has none. */
export function compared({ attribute, sub }: Place): Described | null {
  if (sub !== null) return sub
  if (attribute.type !== 'complex') return attribute
  return attribute.subAttributes?.find(({ name }) => name === 'value') ?? null
}
