import { SHAPE_RULES, type DocumentProblem, type Path } from '../documents/document-problem.ts'

/** Every rule that an extension schema can break. docs/reference/extension-schemas.md explains each; a test compares the two. */
export const SCHEMA_RULES = [
  ...SHAPE_RULES,
  'bad-urn',
  'bad-name',
  'bad-text',
  'repeated',
  'reserved-urn',
  'duplicate-name',
  'missing-sub-attributes',
  'misplaced-characteristic',
  'nobody-could-set',
  'write-only-shown',
  'unique-unfit',
  'caseless-repeat',
] as const

export type SchemaRule = (typeof SCHEMA_RULES)[number]
export type SchemaProblem = DocumentProblem<SchemaRule>

export function problem(rule: SchemaRule, path: Path, message: string): SchemaProblem {
  return { path, rule, message }
}
