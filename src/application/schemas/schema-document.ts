import { z } from 'zod'
import { mutabilities, returnedKinds, simpleTypes, uniquenessKinds } from '../../domain/extension-schema.ts'
import { UNSAFE_KEYS } from '../documents/document-problem.ts'
import type { SchemaRule } from './schema-problem.ts'

const breaks = (rule: SchemaRule, error: string) => ({ params: { rule }, error })

const URN = /^urn:[A-Za-z0-9][A-Za-z0-9-]{1,31}:[A-Za-z0-9._:-]*[A-Za-z0-9]$/
const NAME = /^[a-z][a-z0-9_-]{0,63}$/i
// One line: descriptions go into tables and menus.
const isText = (value: string) => value.length <= 300 && value.trim() === value && /^[^\p{Cc}\p{Cs}]+$/u.test(value)
const isUnique = (values: readonly string[]) => new Set(values).size === values.length

const urn = z
  .string()
  .refine(
    (value) => value.length <= 200 && URN.test(value) && !value.includes('::'),
    breaks(
      'bad-urn',
      'A URN of up to 200 characters is due: letters, digits and . _ - in parts joined by colons, as in urn:example:scim:schemas:2.0:User',
    ),
  )
const isName = (value: string) => NAME.test(value) && !UNSAFE_KEYS.has(value)
const name = z
  .string()
  .refine(isName, breaks('bad-name', 'A name is a letter, then up to 63 letters, digits, - or _ (RFC 7643, 2.1)'))
const subName = z
  .string()
  .refine(
    (value) => value === '$ref' || isName(value),
    breaks('bad-name', 'A name is a letter, then up to 63 letters, digits, - or _ (RFC 7643, 2.1), or $ref'),
  )
const text = z
  .string()
  .refine(isText, breaks('bad-text', 'A text is one line of 1 to 300 characters, no blanks around'))
const few = z.array(text).min(1).max(200).refine(isUnique, breaks('repeated', 'Name each only once'))

const characteristics = {
  description: text.optional(),
  multiValued: z.boolean().default(false),
  required: z.boolean().default(false),
  mutability: z.enum(mutabilities).default('readWrite'),
  returned: z.enum(returnedKinds).default('default'),
  uniqueness: z.enum(uniquenessKinds).default('none'),
  caseExact: z.boolean().optional(),
  canonicalValues: few.optional(),
  referenceTypes: few.optional(),
}

const subAttribute = z.strictObject({ name: subName, type: z.enum(simpleTypes).default('string'), ...characteristics })
const attribute = z.strictObject({
  name,
  type: z.enum([...simpleTypes, 'complex']).default('string'),
  ...characteristics,
  subAttributes: z.array(subAttribute).min(1).max(30).optional(),
})

/** An extension schema as somebody writes it. docs/reference/extension-schemas.md explains it key by key. */
export const schemaDocument = z.strictObject({
  id: urn,
  name: text,
  description: text.optional(),
  resourceType: z.enum(['User', 'Group']).default('User'),
  required: z.boolean().default(false),
  attributes: z.array(attribute).min(1).max(100),
})

export type SchemaDocument = z.output<typeof schemaDocument>
export type AttributeDocument = SchemaDocument['attributes'][number]
