import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CatalogFileError,
  checkCatalogFile,
  createCatalogFiles,
  loadCatalogFile,
  loadCatalogFolder,
  loadCatalogs,
  loadShippedCatalogs,
} from '../../../src/adapters/catalogs/load-catalogs.ts'
import { CATALOG_RULES } from '../../../src/application/catalogs/catalog-problem.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/catalogs', import.meta.url))

const SOUND = `format: 1
id: shop
label: Shop
access:
  kind: levels
  levels:
    - { id: none, label: None }
    - { id: full, label: Full }
accountLevels: [{ id: account, label: Account }]
holding: one
roles:
  - id: admin
    label: Admin
  - id: reader
    label: Reader
capabilities:
  - id: team
    label: Team
    grants: { admin: full, reader: none }
  - id: logs
    label: Logs
    grants:
      admin: full
      reader: none
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogs-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The problems of a file with this text, with its own path cut off. */
function problemsIn(text: string): readonly string[] {
  const file = join(folder, 'shop.yaml')
  writeFileSync(file, text)
  try {
    loadCatalogFile(file)
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    expect(error.message).toBe(error.problems.join('\n'))
    return error.problems.map((problem) => problem.replace(`${file}:`, ''))
  }
}

describe('a catalog file', () => {
  test('is read', () => {
    expect(problemsIn(SOUND)).toEqual([])
    expect(loadCatalogFile(join(folder, 'shop.yaml')).label).toBe('Shop')
  })

  test.each([
    ['a value', 'label: Team', 'label: ""', '18: bad-text'],
    ['a value in a flow map', 'reader: none }', 'reader: nune }', '19: unknown-level'],
    ['a cell of a block map', '      admin: full', '      admin: ful', '23: unknown-level'],
    ['a surplus key', 'holding: one', 'holding: one\ncolour: red', '11: unknown-key'],
    ['a missing key, on the line of what misses it', '    label: Reader\n', '', '14: missing-key'],
    ['a missing cell, on the line of the row’s cells', '      reader: none\n', '', '22: missing-cell'],
    ['a missing key of the document', 'holding: one\n', '', '1: missing-key'],
    ['an id that is taken', '  - id: reader', '  - id: admin', '14: duplicate-id'],
  ])('names the line of %s', (_what, sound, broken, expected) => {
    const [first, ...others] = problemsIn(SOUND.replace(sound, broken))
    expect(first?.slice(0, expected.length + 1)).toBe(`${expected}:`)
    expect(others).toEqual([])
  })

  test('names all that is wrong, each with its line', () => {
    const text = SOUND.replaceAll('reader: none', 'raeder: none')
    expect(problemsIn(text)).toEqual([
      '19: unknown-role: This catalog has no role "raeder"; did you mean "reader"?',
      '19: missing-cell: The row "team" has no cell for reader: write none where there is no access',
      '24: unknown-role: This catalog has no role "raeder"; did you mean "reader"?',
      '22: missing-cell: The row "logs" has no cell for reader: write none where there is no access',
    ])
  })

  test('follows an alias to the line of its anchor', () => {
    const shared = SOUND.replace(
      'grants: { admin: full, reader: none }',
      'grants: &cells { admin: fool, reader: none }',
    )
    const text = shared.replace('grants:\n      admin: full\n      reader: none\n', 'grants: *cells\n')
    expect(problemsIn(text).map((problem) => problem.slice(0, 18))).toEqual([
      '19: unknown-level:',
      '19: unknown-level:',
    ])
  })

  test('is named in every line, so that an editor can jump to it', () => {
    const file = join(folder, 'broken.yaml')
    writeFileSync(file, 'format: 1\nid: Shop\n')
    expect(() => loadCatalogFile(file)).toThrow(`${file}:2: bad-id: `)
  })
})

describe('YAML that is refused', () => {
  const nested = Array.from({ length: 12 }, (_, i) => `k${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`)

  test.each([
    ['a key twice', `${SOUND}label: Shop\n`, '25: bad-yaml'],
    ['a tag of its own', SOUND.replace('Shop', '!secret Shop'), '3: bad-yaml'],
    [
      'a binary tag, also by an older version',
      `%YAML 1.1\n---\n${SOUND.replace('Shop', '!!binary aGk=')}`,
      '5: bad-yaml',
    ],
    ['brackets left open', SOUND.replace('reader: none }', 'reader: none'), '20: bad-yaml'],
    ['a second document', `${SOUND}---\nformat: 1\n`, '25: bad-yaml'],
    ['a list as a key', `${SOUND}? [a]\n: one\n`, '25: bad-yaml'],
    ['an alias without its anchor', SOUND.replace('Shop', '*name'), '1: bad-yaml'],
    ['a bomb of aliases', `${SOUND}k0: &a0 [x, x, x, x]\n${nested.join('\n')}\n`, '1: bad-yaml'],
    ['brackets without end', 'a: 1\nb:\n' + '['.repeat(1_000_000), '3: bad-yaml: This is nested'],
    [
      'a map of very many keys',
      Array.from({ length: 80_000 }, (_, i) => `k${i}: 1`).join('\n'),
      '5001: bad-yaml: More than 5000',
    ],
    ['lists without end', '- '.repeat(500_000), '1: bad-yaml: This is nested'],
    ['a merge key', SOUND.replace('    label: Admin', '    label: Admin\n    <<: { group: x }'), '14: unknown-key'],
    ['a prototype', `${SOUND}__proto__: { id: x }\n`, '25: unsafe-key'],
    ['nothing', '', '1: wrong-type'],
  ])('is %s', (_what, text, expected) => {
    expect(problemsIn(text)[0]?.slice(0, expected.length)).toBe(expected)
  })

  test('is a file above one megabyte', () => {
    const [problem, ...others] = problemsIn(SOUND + `# ${'x'.repeat(1024 * 1024)}\n`)
    expect(problem).toMatch(/^1: unreadable-file: The file has \d+ bytes, more than 1048576/)
    expect(others).toEqual([])
  })

  test('is a file that is not there, or a folder', () => {
    expect(() => loadCatalogFile(join(folder, 'none.yaml'))).toThrow(/none\.yaml:1: unreadable-file: .*ENOENT/)
    expect(() => loadCatalogFile(folder)).toThrow(/:1: unreadable-file: /)
  })
})

describe('a folder of catalogs', () => {
  test('is read by id', () => {
    expect([...loadCatalogFolder(FIXTURES).keys()]).toEqual([
      'cpaas-like',
      'iotcomms-like',
      'platform-groups-like',
      'studio-like',
    ])
  })

  test('tells the problems of all its files', () => {
    const several = join(folder, 'several')
    mkdirSync(several)
    cpSync(FIXTURES, several, { recursive: true })
    writeFileSync(join(several, 'a.yaml'), SOUND.replace('id: shop', 'id: a').replace('holding: one', 'holding: two'))
    writeFileSync(join(several, 'b.yaml'), SOUND)
    writeFileSync(join(several, 'notes.txt'), 'no catalog')
    expect(() => loadCatalogFolder(several)).toThrow(
      [
        `${join(several, 'a.yaml')}:10: not-one-of: Write one of: one, several, one-per-group`,
        `${join(several, 'b.yaml')}:1: file-name: The catalog in it is "shop": name the file shop.yaml`,
      ].join('\n'),
    )
  })
})

describe('a folder of one’s own', () => {
  const own = (name: string, files: Record<string, string>): string => {
    const made = join(folder, name)
    mkdirSync(made)
    for (const [file, text] of Object.entries(files)) writeFileSync(join(made, file), text)
    return made
  }

  test('is loaded beside the catalogs that ship', () => {
    const catalogs = loadCatalogs(own('beside', { 'shop.yaml': SOUND, 'notes.txt': 'no catalog' }))
    expect([...catalogs.keys()]).toEqual([...loadShippedCatalogs().keys(), 'shop'])
    expect(loadCatalogs(null)).toEqual(loadShippedCatalogs())
  })

  test('cannot take the id of a catalog that ships', () => {
    const clash = own('clash', { 'plivo.yaml': `# ours\n${SOUND.replace('id: shop', 'id: plivo')}` })
    const mend = 'give this one another id and call its file after it, for example my-plivo'
    expect(() => loadCatalogs(clash)).toThrow(
      `${join(clash, 'plivo.yaml')}:3: shipped-id: A catalog "plivo" ships with Joinery: ${mend}`,
    )
  })

  test('passes over no catalog in silence', () => {
    const yml = own('yml', { 'shop.yml': SOUND })
    const message = 'file-name: The catalog in it is "shop": name the file shop.yaml'
    expect(() => loadCatalogs(yml)).toThrow(`${join(yml, 'shop.yml')}:1: ${message}`)
  })

  test('has to be there, and to hold a catalog', () => {
    const mend = 'put a file <id>.yaml into it, or correct CATALOG_DIR'
    const none = join(folder, 'nowhere')
    expect(() => loadCatalogs(none)).toThrow(`${none}:1: no-catalogs: There is no such folder: ${mend}`)
    const empty = own('empty', { 'README.md': 'Soon.' })
    expect(() => loadCatalogs(empty)).toThrow(`${empty}:1: no-catalogs: There are no role catalogs here: ${mend}`)
  })

  test('that is gone while Joinery runs stops only what needs it', () => {
    const made = own('gone', { 'shop.yaml': SOUND })
    const files = createCatalogFiles(made)
    expect(files.read('shop')).toBeDefined()
    rmSync(made, { recursive: true })
    expect(files.read('plivo')).toBeDefined()
    const reason = expect.stringContaining(`${made}:1: no-catalogs: There is no such folder`) as string
    expect(files.unreadable()).toEqual([{ id: 'CATALOG_DIR', reason }])
    expect(() => files.read('shop')).toThrow('no-catalogs: There is no such folder')
  })

  test('is checked file by file for what would keep it from being loaded', () => {
    const made = own('checked', { 'shop.yaml': SOUND, 'other.yaml': SOUND })
    expect(checkCatalogFile(join(made, 'shop.yaml'))).toHaveProperty('catalog.id', 'shop')
    const file = join(made, 'other.yaml')
    const message = 'The catalog in it is "shop": name the file shop.yaml'
    expect(checkCatalogFile(file)).toEqual({ problems: [{ file, line: 1, rule: 'file-name', message }] })
  })
})

describe('the catalogs that ship', () => {
  test('are all sound, and each is found under its id', () => {
    const catalogs = loadShippedCatalogs()
    expect([...catalogs.keys()]).toEqual(['cpaas-iam', 'iotcomms', 'platform-groups', 'plivo', 'studio'])
    for (const [id, catalog] of catalogs) expect(catalog.id).toBe(id)
  })
})

describe('the reference of the format', () => {
  const reference = readFileSync(new URL('../../../docs/reference/catalog-format.md', import.meta.url), 'utf8')

  test('opens with a catalog that can be copied as it stands', () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(reference) ?? []
    expect(problemsIn(example)).toEqual([])
    expect(loadCatalogFile(join(folder, 'shop.yaml')).id).toBe('acme')
  })

  test('explains every rule', () => {
    const rows = reference.split('\n').filter((line) => line.startsWith('| `'))
    const explained = new Set(
      rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, rule]) => rule)),
    )
    expect(CATALOG_RULES.filter((rule) => !explained.has(rule))).toEqual([])
  })
})
