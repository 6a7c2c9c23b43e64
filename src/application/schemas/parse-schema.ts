import { AppError } from '../../domain/errors.ts'
import { isReserved, type ExtensionAttribute, type ExtensionSchema } from '../../domain/extension-schema.ts'
import { shapeProblems, unsafeKeys } from '../documents/shape-problems.ts'
import { inputWords } from '../input-words.ts'
import { checkAttribute, twice } from './check-attribute.ts'
import { schemaDocument, type AttributeDocument, type SchemaDocument } from './schema-document.ts'
import { problem, type SchemaProblem, type SchemaRule } from './schema-problem.ts'

export type ParsedSchema = { schema: ExtensionSchema } | { problems: SchemaProblem[] }

/** Reads an extension schema, or says everything that is wrong with it. */
export function parseSchema(document: unknown): ParsedSchema {
  const unsafe = unsafeKeys(document)
  if (unsafe.length > 0) return { problems: unsafe }
  const shape = schemaDocument.safeParse(document, { error: inputWords })
  if (!shape.success) return { problems: shapeProblems<SchemaRule>(shape.error, document) }
  const { id, attributes } = shape.data
  const wrong = [
    ...(isReserved(id)
      ? [problem('reserved-urn', ['id'], `"${id}" is not free: begin the URN with a name of your own`)]
      : []),
    ...twice(attributes, ['attributes']),
    ...attributes.flatMap((attribute, index) => checkAttribute(attribute, ['attributes', index])),
  ]
  return wrong.length > 0 ? { problems: wrong } : { schema: toSchema(shape.data) }
}

/** The schema, or one error with every problem of the document: where, which rule, and how to mend it. */
export function requireSchema(document: unknown): ExtensionSchema {
  const parsed = parseSchema(document)
  if ('schema' in parsed) return parsed.schema
  const problems = parsed.problems.map(({ path, rule, message }) => ({
    path: path.join('.'),
    message: `${message} (rule ${rule})`,
  }))
  const detail = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  throw new AppError('invalid_input', detail, { problems })
}

function toSchema({
  id,
  name,
  description = name,
  resourceType,
  required,
  attributes,
}: SchemaDocument): ExtensionSchema {
  return { id, name, description, resourceType, required, attributes: attributes.map(toAttribute) }
}

/** Characteristics that are not told have the defaults of RFC 7643, 2.2 and 2.3. */
function toAttribute(told: AttributeDocument): ExtensionAttribute {
  const { name, type, multiValued, description = name, required, mutability, returned, uniqueness } = told
  const { caseExact = type === 'reference' || type === 'binary', canonicalValues, subAttributes } = told
  const referenceTypes = told.referenceTypes ?? (type === 'reference' ? ['uri'] : undefined)
  return {
    ...{ name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness },
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(toAttribute) }),
  }
}
