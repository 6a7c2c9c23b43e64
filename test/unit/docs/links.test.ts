import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../../src/cli/program.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const pages = ['README.md', 'CHANGELOG.md', ...markdownIn('docs')]
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
const { program } = createProgram({}, { line: () => undefined, error: () => undefined })

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? markdownIn(path) : path.endsWith('.md') ? [path] : []
  })
}

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')
const withoutCode = (text: string): string =>
  text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '``')

/** The headings of a page as GitHub makes anchors of them. */
function anchorsOf(file: string): Set<string> {
  const text = readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
  const counts = new Map<string, number>()
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
    const seen = counts.get(slug) ?? 0
    counts.set(slug, seen + 1)
    anchors.add(seen === 0 ? slug : `${slug}-${seen}`)
  }
  return anchors
}

function linksOf(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

function brokenLinks(page: string): string[] {
  return linksOf(page).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? join(root, page) : resolve(root, dirname(page), path)
    if (!existsSync(file) || relative(root, file).startsWith('..')) return true
    return anchor !== undefined && (statSync(file).isDirectory() || !anchorsOf(file).has(anchor))
  })
}

/** The lines of a page's shell blocks, indented or not, with continued lines as one; of its other blocks what follows a `$`. */
function commandLines(page: string): string[] {
  const blocks = [...textOf(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```/gm)]
  return blocks.flatMap(([, , language = '', block = '']) => {
    const lines = block.replaceAll(/\\\n/g, ' ').split('\n')
    if (['bash', 'sh'].includes(language)) return lines
    return lines.flatMap((line) => /^ *\$ (.+)/.exec(line)?.[1] ?? [])
  })
}

/** What a page calls a command within a sentence. */
function commandsInText(page: string): string[] {
  const text = textOf(page).replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
  return [...text.matchAll(/`(joinery [a-z][^`]*)`/g)].map(([, call = '']) => call.replaceAll('\n', ' '))
}

function unknownScripts(line: string): string[] {
  const called = [...line.matchAll(/\bnpm (?:run (?:-s )?)?([\w:-]+)/g)].map(([, name = '']) => name)
  return called.filter((name) => !['install', 'run'].includes(name) && scripts[name] === undefined)
}

/** What `joinery …` on this line names that the command does not have: a command, or an option of it. */
function unknownCommands(line: string): string[] {
  const calls = [...line.matchAll(/(?:npm run (?:-s )?joinery --|(?:^|[\s(])joinery) ([^|;&)#]+)/g)]
  return calls.flatMap(([, call = '']) => problemsOf(call.trim()))
}

function problemsOf(call: string): string[] {
  const words = call.match(/"[^"]*"|\S+/g) ?? []
  let command: Command = program
  let named = 0
  for (const word of words) {
    if (command.commands.length === 0 || !/^[a-z]/.test(word)) break
    const child = command.commands.find((each) => each.name() === word)
    if (child === undefined) return [`no command "${word}" in: joinery ${call}`]
    command = child
    named += 1
  }
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
  const unknown = options
    .filter((option) => option !== '--help' && !command.options.some((known) => known.long === option))
    .map((option) => `no option ${option} in: joinery ${call}`)
  const next = words[named]
  const takesNone =
    command.registeredArguments.length === 0 && next !== undefined && /^["<$\w]/.test(next) && next !== '"$@"'
  return takesNone ? [...unknown, `no argument ${next} in: joinery ${call}`] : unknown
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    expect(brokenLinks(page)).toEqual([])
  })

  it('names npm scripts and commands that exist', () => {
    const lines = commandLines(page)
    expect(lines.flatMap(unknownScripts)).toEqual([])
    expect([...lines, ...commandsInText(page)].flatMap(unknownCommands)).toEqual([])
  })
})

it('a newcomer finds every page by following links from the README', () => {
  const found = new Set<string>()
  const follow = (page: string): void => {
    if (found.has(page)) return
    found.add(page)
    const targets = linksOf(page).map((target) => target.split('#')[0] ?? '')
    for (const target of targets) {
      const to = relative(root, resolve(root, dirname(page), target))
      if (pages.includes(to)) follow(to)
    }
  }
  follow('README.md')
  expect(pages.filter((page) => !found.has(page))).toEqual([])
})

describe('the check of the pages', () => {
  it('notices what is not there', () => {
    expect(unknownScripts('npm run nothing && npm test && npm install')).toEqual(['nothing'])
    expect(unknownCommands('npm run -s joinery -- members lost --account x')).toHaveLength(1)
    expect(unknownCommands('  joinery members list --nope x | head')).toHaveLength(1)
    expect(unknownCommands('joinery members list somebody --account x')).toHaveLength(1)
    expect(unknownCommands('joinery members show <member> --account "$A" --json')).toEqual([])
  })
})
