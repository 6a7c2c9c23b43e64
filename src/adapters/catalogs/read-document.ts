import { readFileSync, statSync } from 'node:fs'
import { type Document, Lexer, LineCounter, parseDocument, Parser } from 'yaml'
import type { DocumentProblem } from '../../application/documents/document-problem.ts'
import { lineOf } from './line-of.ts'

/** One thing to mend in a file: where, which rule, and what to do. */
export type FileProblem = { file: string; line: number; rule: string; message: string }

/** `FILE:LINE: rule: message`, as editors jump to it. */
export function problemLine({ file, line, rule, message }: FileProblem): string {
  return `${file}:${line}: ${rule}: ${message}`
}

/** What stands in a file, and how to say where. */
export type ReadFile = {
  value: unknown
  /** A problem of the document as one of the file. */
  place: (problem: DocumentProblem<string>) => FileProblem
}

/** The largest of the known catalogs, with its comments, is under 50 kB. */
const MAX_BYTES = 1024 * 1024
/** Aliases save typing; nested, they are a bomb. The count is that of the aliases after their expansion. */
const MAX_ALIASES = 100
/** The formats themselves nest six deep, for which yaml counts about two each. */
const MAX_DEPTH = 50
/** Entries of one map or list. The schemas take 2,000; a comment between two can count as one more. */
const MAX_ENTRIES = 5_000

// Plain YAML 1.2 as JSON would have it: no custom tags, no merge keys, no key twice, whatever a %YAML line asks for.
const STRICT = {
  schema: 'core',
  resolveKnownTags: false,
  merge: false,
  stringKeys: true,
  uniqueKeys: true,
  prettyErrors: false,
} as const

type Yaml = { document: Document.Parsed; lines: LineCounter; value: unknown }

/** A document that somebody writes by hand, in YAML or in JSON, which is YAML too. */
export function readDocumentFile(file: string): ReadFile | { problems: FileProblem[] } {
  // What a file says can be part of a message, and must not begin a line of its own.
  const at = (line: number, rule: string, message: string): FileProblem => ({
    ...{ file, line, rule, message: message.replace(/\s+/g, ' ') },
  })
  const text = readBounded(file)
  if ('refusal' in text) return { problems: [at(1, 'unreadable-file', text.refusal)] }

  const yaml = readYaml(text.text)
  if ('refusals' in yaml) return { problems: yaml.refusals.map(({ line, message }) => at(line, 'bad-yaml', message)) }
  const { document, lines, value } = yaml
  return { value, place: ({ path, rule, message }) => at(lineOf(document, lines, path), rule, message) }
}

function readBounded(file: string): { text: string } | { refusal: string } {
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return { refusal: 'This is no file' } // a pipe or a device would never end
    const { size } = stat
    if (size > MAX_BYTES) return { refusal: `The file has ${size} bytes, more than ${MAX_BYTES}: make it smaller` }
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    return { refusal: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function readYaml(text: string): Yaml | { refusals: { line: number; message: string }[] } {
  const excess = findExcess(text)
  if (excess !== undefined) return { refusals: [excess] }

  const lines = new LineCounter()
  const document = parseDocument(text, { ...STRICT, lineCounter: lines })
  const refused = [...document.errors, ...document.warnings] // a tag that is not resolved is only a warning to yaml
  if (refused.length > 0) {
    return { refusals: refused.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message })) }
  }
  try {
    return { document, lines, value: document.toJS({ maxAliasCount: MAX_ALIASES }) }
  } catch (error) {
    // Too many aliases, or one without its anchor.
    return { refusals: [{ line: 1, message: error instanceof Error ? error.message : String(error) }] }
  }
}

/**
 * Composing is recursive, and compares each key of a map with all before it: a megabyte of brackets ends the process, a
 * megabyte of keys takes minutes. Parsing is neither, so depth and width are known before.
 */
function findExcess(text: string): { line: number; message: string } | undefined {
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme))
    const { line } = lines.linePos(parser.offset)
    const top = parser.stack.at(-1)
    if (parser.stack.length > MAX_DEPTH)
      return { line, message: 'This is nested deeper than any document of this kind' }
    if (top !== undefined && 'items' in top && top.items.length > MAX_ENTRIES) {
      return { line, message: `More than ${MAX_ENTRIES} entries in one map or list` }
    }
  }
  return undefined
}
