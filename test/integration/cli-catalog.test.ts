import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { catalogDescription } from '../../src/application/catalogs/catalog-description.ts'
import { describeCatalog } from '../../src/application/catalogs/describe-catalog.ts'
import { shippedCatalog } from '../support/catalogs.ts'
import { runCatalog as run, SHIPPED, shop, useCatalogFiles } from '../support/catalog-files.ts'

const IDS = ['cpaas-iam', 'iotcomms', 'platform-groups', 'plivo', 'studio']

const ours = useCatalogFiles()
const { changed } = ours

describe('catalog check', () => {
  it('finds every catalog that ships sound', async () => {
    const { status, out, err } = await run(['check', ...IDS.map((id) => join(SHIPPED, `${id}.yaml`))])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out.split('\n')).toHaveLength(IDS.length)
    expect(out).toContain(`${join(SHIPPED, 'studio.yaml')}: sound: "Studio", 5 roles, 24 rows`)
  })

  it('names file, line, rule and how to mend it, and ends with 1', async () => {
    const file = changed('iotcomms', ['roles: [admin]', 'roles: [admn]'], ['holding: several', 'holding: many'])
    const lineOf = (text: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((line) => line.includes(text)) + 1
    expect(await run(['check', file])).toEqual({
      ...{ status: 1, out: '' },
      err: `${file}:${lineOf('holding: many')}: not-one-of: Write one of: one, several, one-per-group\nThere is 1 problem`,
    })
    const mended = changed('iotcomms', ['roles: [admin]', 'roles: [admn]'])
    const { status, out } = await run(['check', mended, '--json'])
    expect([status, JSON.parse(out)]).toEqual([
      1,
      {
        files: [mended],
        problems: [
          {
            ...{ file: mended, line: lineOf('roles: [admn]'), rule: 'unknown-role' },
            message: 'This catalog has no role "admn"; did you mean "admin"?',
          },
        ],
      },
    ])
    expect(JSON.parse((await run(['check', join(SHIPPED, 'plivo.yaml'), '--json'])).out)).toMatchObject({
      problems: [],
    })
  })

  it('tells of every file, of one that is not there and of one under a wrong name', async () => {
    const draft = join(ours.folder, 'draft.yaml')
    writeFileSync(draft, shop())
    const { status, out, err } = await run([
      'check',
      join(SHIPPED, 'plivo.yaml'),
      draft,
      join(ours.folder, 'none.yaml'),
    ])
    expect(status).toBe(1)
    expect(out).toMatch(/plivo\.yaml: sound: "Plivo", 5 roles, 53 rows$/)
    expect(err).toContain(`${draft}:1: file-name: The catalog in it is "shop": name the file shop.yaml`)
    expect(err).toMatch(/none\.yaml:1: unreadable-file: .*\nThere are 2 problems$/)
  })

  it('prints no control character that a file holds', async () => {
    const file = join(ours.folder, 'shop.yaml')
    writeFileSync(file, shop().replace('holding: one', '"colour\\e[2J": red'))
    const { err } = await run(['check', file])
    expect(err).toContain('unknown-key')
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('is a process that leaves with its status', async () => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const files = [join(SHIPPED, 'plivo.yaml'), join(ours.folder, 'none.yaml')]
    const left = promisify(execFile)(process.execPath, ['--import', 'tsx', main, 'catalog', 'check', ...files])
    await expect(left).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/: sound: "Plivo", 5 roles, 53 rows\n$/) as string,
      stderr: expect.stringMatching(/none\.yaml:1: unreadable-file: .*\nThere is 1 problem\n$/) as string,
    })
  })
})

describe('catalog show', () => {
  it.each(IDS)('tells %s in full as JSON, by its id and as a file', async (id) => {
    const [byId, file] = [await run(['show', id, '--json']), await run(['show', join(SHIPPED, `${id}.yaml`), '--json'])]
    expect(byId).toEqual({ ...file, status: 0, err: '' })
    expect(catalogDescription.parse(JSON.parse(byId.out))).toEqual(describeCatalog(shippedCatalog(id)))
  })

  it('is a table of sections, rows and roles, with availability where it says anything', async () => {
    const { status, out } = await run(['show', 'cpaas-iam'])
    expect(status).toBe(0)
    const lines = out.split('\n')
    expect(lines[0]).toBe('CPaaS Identity Access Management (cpaas-iam)')
    const row = (label: string) =>
      lines
        .find((line) => line.startsWith(`  ${label}  `))
        ?.trim()
        .split(/ {2,}/)
    expect(row('User Management')).toEqual([
      ...['User Management', 'Yes', 'Yes', 'read/write', 'no access', 'read/write', 'no access'],
    ])
    expect(row('Role Access')?.slice(0, 5)).toEqual(['Role Access', 'Yes', 'No', 'Business Customer', 'no access'])
    expect(row('2FA-Usage Records')?.slice(1, 4)).toEqual(['read only', 'read only', 'no access'])
    expect(lines).toContain('Turnkey Applications › Smart 2FA')
    expect(Math.max(...lines.slice(0, lines.indexOf('Roles')).map(({ length }) => length))).toBeLessThanOrEqual(140)
  })

  it('shows what nobody wrote only with --effective', async () => {
    const cells = (out: string) => /^ {2}Team .*$/m.exec(out)?.[0].trim().split(/ {2,}/)
    expect(cells((await run(['show', 'plivo'])).out)?.slice(0, 4)).toEqual([
      ...['Team', 'everything', 'Add / Edit / Delete', 'No Access'],
    ])
    // A cell that is too wide goes on in the next line.
    expect((await run(['show', 'plivo', '--effective'])).out).toMatch(
      / {2}Team +View \/ Add \/ Edit \/ +View \/ Add \/ Edit \/ +No Access +No Access +No Access\n +Delete +Delete\n/,
    )
  })

  it('says the rules in sentences', async () => {
    const { out } = await run(['show', 'studio'])
    for (const rule of [
      'Account tree: System › Service Provider › Account.',
      'Roles count in the accounts below, too.',
      'A member holds one role.',
      'Keys of the user type Service Provider have the scope sp.',
      'manage-members: Manage | Users at Full access.',
      'manage-permission-groups: users of the type System User.',
    ])
      expect(out).toContain(`\n- ${rule}`)
    expect(out).toMatch(/\nac_admin +ac_admin +Account User +ac_admin, ac_rw, ac_ro\n/)
  })

  it('says which catalogs there are when there is no such one', async () => {
    const { status, out, err } = await run(['show', 'plvo'])
    expect([status, out]).toEqual([1, ''])
    expect(err).toContain(`there is no role catalog "plvo" here; there are: ${IDS.join(', ')}`)
  })

  it('says what is wrong with a file, and ends with 1', async () => {
    const { status, err } = await run(['show', './nowhere.yaml'])
    expect(status).toBe(1)
    expect(err).toMatch(/^\.\/nowhere\.yaml:1: unreadable-file: [^\n]*$/)
  })
})

describe('catalog list', () => {
  it('has the catalogs that ship, and those of CATALOG_DIR', async () => {
    const own = join(ours.folder, 'own')
    mkdirSync(own)
    writeFileSync(join(own, 'shop.yaml'), shop())
    const alone = await run(['list', '--json'])
    expect(JSON.parse(alone.out).items.map(({ id, from }: { id: string; from: string }) => [id, from])).toEqual(
      IDS.map((id) => [id, 'shipped']),
    )
    const { status, out } = await run(['list'], { CATALOG_DIR: own })
    expect(status).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^ID +LABEL +ROLES +CAPABILITIES +FROM$/)
    expect(out).toMatch(new RegExp(`\\nshop +Shop +2 +1 +${join(own, 'shop.yaml')}\\n`))
    expect((await run(['show', 'shop'], { CATALOG_DIR: own })).status).toBe(0)
  })

  it('is sorted and narrowed as the list of a server is', async () => {
    const ids = async (...args: string[]): Promise<string[]> =>
      JSON.parse((await run(['list', '--json', ...args])).out).items.map(({ id }: { id: string }) => id)
    expect(await ids('--sort', '-id')).toEqual(IDS.toReversed())
    expect(await ids('--sort', 'roles', '--id', 'O')).toEqual(['iotcomms', 'platform-groups', 'plivo', 'studio'])
    expect(await ids('--label', 'identity')).toEqual(['cpaas-iam'])
    expect(await ids('--id', 'no such')).toEqual([])
    const { status, err } = await run(['list', '--sort', 'age'])
    expect([status, err]).toEqual([2, expect.stringContaining('--sort must be one of: id, -id, label')])
  })

  it('ends with 78 where CATALOG_DIR is wrong, and says how to mend it', async () => {
    const clash = join(ours.folder, 'clash')
    mkdirSync(clash)
    writeFileSync(join(clash, 'studio.yaml'), shop('studio'))
    const { status, out, err } = await run(['list'], { CATALOG_DIR: clash })
    expect(status).toBe(78)
    expect(out).toMatch(/^ID [^]*\nstudio .* shipped/) // what is sound is told all the same
    expect((await run(['show', 'plivo'], { CATALOG_DIR: clash })).status).toBe(0)
    expect(err).toBe(
      `${join(clash, 'studio.yaml')}:2: shipped-id: A catalog "studio" ships with Joinery: give this one another id and call its file after it, for example my-studio`,
    )
  })
})
