import { z } from 'zod'
import { mutabilities, returnedKinds, simpleTypes, uniquenessKinds } from '../../../domain/extension-schema.ts'
import { count, id, text } from './common.ts'

const common = { id, name: text, resourceType: z.enum(['User', 'Group']), required: z.boolean() }

export const schemaLine = z.strictObject({ ...common, attributes: count }).meta({ id: 'ExtensionSchemaSummary' })

const characteristics = {
  ...{ name: text, multiValued: z.boolean(), description: text, required: z.boolean(), caseExact: z.boolean() },
  mutability: z.enum(mutabilities),
  returned: z.enum(returnedKinds),
  uniqueness: z.enum(uniquenessKinds),
  canonicalValues: z.array(text).optional(),
  referenceTypes: z.array(text).optional(),
}
const type = z.enum([...simpleTypes, 'complex'])
const subAttribute = z.strictObject({ ...characteristics, type })
const attribute = z.strictObject({ ...characteristics, type, subAttributes: z.array(subAttribute).optional() })

export const schemaAnswer = z
  .strictObject({ ...common, description: text, attributes: z.array(attribute) })
  .meta({ id: 'ExtensionSchema' })

export const schemaPut = z
  .strictObject({
    schema: schemaAnswer,
    outcome: z.enum(['created', 'changed', 'unchanged']),
    resources: count,
    lacking: count,
    obstacles: z.array(z.strictObject({ path: text, why: text, count, example: id })),
  })
  .meta({ id: 'ExtensionSchemaPut' })

export const exampleLine = {
  id: 'urn:acme:scim:schemas:2.0:User',
  name: 'Acme people',
  resourceType: 'User' as const,
  required: false,
  attributes: 1,
}

export const exampleSchema: z.input<typeof schemaAnswer> = {
  ...exampleLine,
  description: 'Acme people',
  attributes: [
    {
      ...{ name: 'badge', type: 'string', multiValued: false, description: 'badge', required: false, caseExact: false },
      ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'server' },
    },
  ],
}
