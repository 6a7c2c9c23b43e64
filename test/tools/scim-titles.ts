import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const folder = fileURLToPath(new URL('../conformance/scim/', import.meta.url))

/** A test that names requirements: `it('[180][182] what it shows', …)`. */
export type NamedTest = { readonly file: string; readonly numbers: readonly number[]; readonly title: string }

/** Every test of the SCIM conformance folder that names requirements. A test that is skipped names none. */
export function namedTests(): NamedTest[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  return files.flatMap((file) =>
    titlesIn(file).flatMap((text) => {
      const [, numbers, title = ''] = /^((?:\[\d+\])+) (.*)$/s.exec(text) ?? []
      return numbers === undefined ? [] : [{ file, numbers: (numbers.match(/\d+/g) ?? []).map(Number), title }]
    }),
  )
}

/** The titles of `it(…)` and `it.each(…)(…)`: the words of the suites around them come between the numbers and the rest. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(`${folder}${file}`, 'utf8'), ts.ScriptTarget.Latest)
  const titles: string[] = []
  const visit = (node: ts.Node, suites: readonly string[]): void => {
    const call = ts.isCallExpression(node) ? callOf(node, source) : null
    if (call?.kind === 'it') titles.push(withSuites(call.title, suites))
    const inner = call?.kind === 'describe' ? [...suites, call.title] : suites
    node.forEachChild((child) => visit(child, inner))
  }
  visit(source, [])
  return titles
}

function callOf(node: ts.CallExpression, source: ts.SourceFile): { kind: 'it' | 'describe'; title: string } | null {
  const callee = node.expression
  const kind = ts.isCallExpression(callee)
    ? kindsOfEach.get(callee.expression.getText(source))
    : kinds.get(callee.getText(source))
  const [title] = node.arguments
  return kind !== undefined && title !== undefined && ts.isStringLiteralLike(title) ? { kind, title: title.text } : null
}

const kinds: ReadonlyMap<string, 'it' | 'describe'> = new Map([
  ['it', 'it'],
  ['describe', 'describe'],
  ['describeOnBoth', 'describe'],
])
const kindsOfEach: ReadonlyMap<string, 'it' | 'describe'> = new Map([
  ['it.each', 'it'],
  ['describe.each', 'describe'],
])

function withSuites(title: string, suites: readonly string[]): string {
  const [numbers = ''] = /^(?:\[\d+\])+ /.exec(title) ?? []
  return `${numbers}${[...suites, title.slice(numbers.length)].join(': ')}`
}
