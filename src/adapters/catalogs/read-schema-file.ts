import { parseSchema } from '../../application/schemas/parse-schema.ts'
import type { ExtensionSchema } from '../../domain/extension-schema.ts'
import { type FileProblem, readDocumentFile } from './read-document.ts'

/** An extension schema in a file, or every problem of the file. */
export function checkSchemaFile(file: string): { schema: ExtensionSchema } | { problems: FileProblem[] } {
  const read = readDocumentFile(file)
  if ('problems' in read) return read
  const parsed = parseSchema(read.value)
  return 'problems' in parsed ? { problems: parsed.problems.map(read.place) } : parsed
}
