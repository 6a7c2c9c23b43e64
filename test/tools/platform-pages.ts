import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { platforms, waiting, type Platform } from '../platforms/rows.ts'
import { madeFrom, table } from './markdown.ts'

const root = fileURLToPath(new URL('../', import.meta.url))

/** A test named after rows of the platforms' texts: `it('plivo-4: what it shows', …)`, or in a suite that is. */
export type RowTest = { readonly file: string; readonly row: string; readonly title: string }

/** docs/reference/platforms.md: what the five platforms ask for, and which test shows that it is there. */
export function platformsPage(): string {
  const tests = rowTests()
  const parts = Object.keys(platforms).map((name) => {
    const rows = rowsOf(name as Platform).map(({ row, says }) => [row, says, shownBy(row, tests)])
    return `## ${name}\n\n${table(['row', 'what is asked', 'shown by'], rows)}`
  })
  return `# Five platforms, row by row

${madeFrom('test/platforms/rows.ts and the titles of tests')}
The access models of five platforms ship as [role catalogs](catalogs.md). What their descriptions ask of the service, in our
words, and the tests that are named after it. Most of them run on SQLite and on PostgreSQL.

${parts.join('\n\n')}
`
}

export function rowsOf(name: Platform): { readonly row: string; readonly says: string }[] {
  return platforms[name].map((says, index) => ({ row: `${name}-${index + 1}`, says }))
}

function shownBy(row: string, tests: readonly RowTest[]): string {
  const own = tests.filter((test) => test.row === row)
  if (own.length === 0) return `waits for: ${waiting[row] ?? 'a test'}`
  return own.map(({ file, title }) => `[${title}](../../test/${file})`).join('<br>')
}

const rowForm = new RegExp(`(?:${Object.keys(platforms).join('|')})-[1-9]`)
const prefixForm = new RegExp(`^(${rowForm.source}(?:, ${rowForm.source})*): (.*)$`, 's')

/** Every test that is named after a row, in the order of the files. A test that is skipped counts for nothing. */
export function rowTests(): RowTest[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(`${root}${file}`, 'utf8')
      return rowForm.test(text) ? testsIn(file, text) : []
    })
}

type Named = { readonly rows: readonly string[]; readonly title: string }

function testsIn(file: string, text: string): RowTest[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found: RowTest[] = []
  const visit = (node: ts.Node, suite: Named | null): void => {
    const call = ts.isCallExpression(node) ? callOf(node, source) : null
    const named = call && readTitle(call.title)
    if (call?.kind === 'it') {
      const title = named === null ? `${suite?.title ?? ''}: ${call.title}` : named.title
      for (const row of (named ?? suite)?.rows ?? []) found.push({ file, row, title: title.replaceAll(/[[\]]/g, '') })
    }
    const inner = call?.kind === 'describe' ? (named ?? suite) : suite
    node.forEachChild((child) => visit(child, inner))
  }
  visit(source, null)
  return found
}

/** Null for a title that names no row. */
function readTitle(title: string): Named | null {
  const [, rows, words = ''] = prefixForm.exec(title) ?? []
  return rows === undefined ? null : { rows: rows.split(', '), title: words }
}

function callOf(node: ts.CallExpression, source: ts.SourceFile): { kind: 'it' | 'describe'; title: string } | null {
  const callee = node.expression
  const name = (ts.isCallExpression(callee) ? callee.expression : callee).getText(source)
  const kind = kinds.get(name.replace(/\.each$/, ''))
  const [title] = node.arguments
  return kind !== undefined && title !== undefined && ts.isStringLiteralLike(title) ? { kind, title: title.text } : null
}

const kinds: ReadonlyMap<string, 'it' | 'describe'> = new Map([
  ['it', 'it'],
  ['test', 'it'],
  ['describe', 'describe'],
  ['describeOnBoth', 'describe'],
  ['describeInChromium', 'describe'],
])
