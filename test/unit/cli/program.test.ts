import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../../src/cli/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'joinery-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the program in this process and tells what it printed and how it left. */
async function run(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ status: number; out: string; err: string }> {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] }
  const output = { line: (text: string) => lines.out.push(text), error: (text: string) => lines.err.push(text) }
  const status = await createProgram(env, {
    line: (text) => void output.line(text),
    error: (text) => void output.error(text),
  }).run(['node', 'joinery', ...args])
  return { status, out: lines.out.join('\n'), err: lines.err.join('\n') }
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('wrong usage', () => {
  it.each([
    [['frobnicate']],
    [['accounts', 'create']],
    [['accounts', 'create', '--name', 'x']],
    [['accounts', 'create', '--name', 'x', '--catalog', 'plivo', '--owner', 'jo']],
    [['accounts', 'create', '--name', 'x', '--catalog', 'plivo', '--owner-email', 'jo@corp.example']],
    [['accounts', 'list', '--colour', 'red']],
    [['connections', 'create', '--account', 'a', '--name', 'x']],
    [['mappings', 'add', '--account', 'a', '--connection', 'c', '--role', 'r']],
    [['mappings', 'add', '--account', 'a', '--connection', 'c', '--role', 'r', '--group', 'g', '--group-name', 'G']],
    [['members', 'show', '--account', 'a']],
    [['members', 'list']],
    [['propagation', 'retry']],
  ])('%j ends with 2 and says what is missing', async (args) => {
    const { status, out, err } = await run({ JOINERY_URL: 'http://127.0.0.1:1', ADMIN_TOKEN: 'x' }, ...args)
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err).not.toBe('')
    expect(err).not.toMatch(/\n\s+at /)
  })
})

describe('an unknown option', () => {
  it.each([
    [['members', 'list', '--acount', 'a'], 'error: unknown option --acount; did you mean --account?'],
    [['members', 'list', '--acount=a'], 'error: unknown option --acount; did you mean --account?'],
    [['accounts', 'create', '--nmae', 'x', '--catalog', 'plivo'], 'error: unknown option --nmae; did you mean --name?'],
    [['why', '--colour', 'red'], 'error: unknown option --colour; see "joinery why --help"'],
    [['members', 'list'], "error: required option '--account <id>' not specified"],
  ])('%j is told before a required one that is missing', async (args, told) => {
    const { status, err } = await run({ JOINERY_URL: 'http://127.0.0.1:1', ADMIN_TOKEN: 'x' }, ...args)
    expect({ status, err }).toEqual({ status: 2, err: told })
  })

  it('hinders no help', async () => {
    const { status, out } = await run({}, 'members', 'list', '--acount', 'a', '--help')
    expect(status).toBe(0)
    expect(out).toContain('--account <id>')
  })
})

describe('help', () => {
  it.each([['--help'], ['accounts', '--help'], ['members', 'list', '--help'], ['help', 'mappings']])(
    '%s ends with 0',
    async (...args) => {
      const { status, out } = await run({}, ...args)
      expect(status).toBe(0)
      expect(out).toContain('Usage: joinery')
    },
  )
})

describe('a server that cannot be reached', () => {
  it('is told with its address and what to do', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    const { status, err } = await run({ JOINERY_URL: `${url}/`, ADMIN_TOKEN: 'x' }, 'accounts', 'list')
    expect(status).toBe(1)
    expect(err).toBe(
      `Joinery cannot be reached at ${url} (ECONNREFUSED); start it with "npm start", or set JOINERY_URL`,
    )
  })

  it('is looked for on loopback, at PORT', async () => {
    const port = await closedPort()
    const { err } = await run({ PORT: String(port), ADMIN_TOKEN: 'x' }, 'accounts', 'list')
    expect(err).toContain(`cannot be reached at http://127.0.0.1:${port} (ECONNREFUSED)`)
  })

  it('that is something else is told too', async () => {
    const server = createServer((_request, response) => response.writeHead(418).end('<html>\u001b[2J</html>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const answer = await run({ PORT: String(port), ADMIN_TOKEN: 'x' }, 'accounts', 'list')
    await new Promise((resolve) => server.close(resolve))
    expect(answer).toEqual({ status: 1, out: '', err: 'the server answered 418; is JOINERY_URL right?' })
  })
})

describe('the admin token', () => {
  it('that is nowhere is told by the file that was looked for', async () => {
    const { status, err } = await run({ DATA_DIR: folder }, 'accounts', 'list')
    expect(status).toBe(1)
    expect(err).toBe(
      `no admin token: ${join(folder, 'admin-token')} cannot be read; ` +
        'start the server once from this folder, or set ADMIN_TOKEN or DATA_DIR',
    )
  })

  it.each<[string, (file: string) => Record<string, string>]>([
    ['JOINERY_TOKEN', () => ({ JOINERY_TOKEN: 'word', ADMIN_TOKEN: 'other' })],
    ['ADMIN_TOKEN', () => ({ ADMIN_TOKEN: 'word' })],
    ['ADMIN_TOKEN_FILE', (file) => ({ ADMIN_TOKEN_FILE: file })],
    ['DATA_DIR', () => ({ DATA_DIR: folder })],
  ])('comes from %s', async (_, envOf) => {
    const file = join(folder, 'admin-token')
    writeFileSync(file, 'word\n')
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.end('{"items":[]}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { status, out } = await run({ ...envOf(file), PORT: String(port) }, 'accounts', 'list')
    await new Promise((resolve) => server.close(resolve))
    rmSync(file)
    expect({ status, out, seen }).toEqual({ status: 0, out: '(none)', seen: ['Bearer word'] })
  })
})

describe('the configuration', () => {
  it('that is wrong ends with 78 and lists every problem', async () => {
    for (const args of [['config'], ['serve'], ['migrate'], ['doctor'], ['worker']]) {
      const { status, out, err } = await run({ PORT: 'x', LOG_LEVEL: 'loud' }, ...args)
      expect({ args, status, out }).toEqual({ args, status: 78, out: '' })
      expect(err.split('\n')).toEqual([
        'The configuration is wrong:',
        expect.stringContaining('PORT must be'),
        expect.stringContaining('LOG_LEVEL must be'),
      ])
    }
  })

  it('that refuses a worker of its own on SQLite ends with 78 and touches nothing', async () => {
    const untouched = join(folder, 'untouched')
    const { status, err } = await run({ DATA_DIR: untouched }, 'worker')
    expect(status).toBe(78)
    expect(err).toContain('DATABASE_URL must be postgres://')
    expect(existsSync(untouched)).toBe(false)
  })

  it('is printed as JSON, secrets left out', async () => {
    const token = 'operator-token-0123456789'
    const { status, out } = await run({ ADMIN_TOKEN: token, SECRET_KEY: token.repeat(2), PORT: '4000' }, 'config')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ http: { port: 4000 }, adminToken: '[secret]', secretKeys: ['[secret]'] })
    expect(out).not.toContain(token)
  })
})

describe('a CATALOG_DIR that is wrong', () => {
  it.each(['serve', 'doctor'])('keeps %s from starting, with 78, before anything is made', async (command) => {
    const env = { DATA_DIR: join(folder, 'never'), CATALOG_DIR: join(folder, 'no-catalogs'), LOG_LEVEL: 'silent' }
    const { status, err } = await run(env, command)
    expect({ status, err }).toEqual({
      status: 78,
      err: `${join(folder, 'no-catalogs')}:1: no-catalogs: There is no such folder: put a file <id>.yaml into it, or correct CATALOG_DIR`,
    })
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })
})

describe('a database of one’s own', () => {
  it('is migrated and looked at from the command line', async () => {
    const env = { DATA_DIR: join(folder, 'own'), LOG_LEVEL: 'silent' }
    expect((await run(env, 'migrate', 'status')).out).toMatch(/pending/)
    expect((await run(env, 'migrate')).out).toMatch(/^Done: 0001/)
    expect((await run(env, 'migrate', 'up')).out).toBe('Nothing to do: the schema is up to date.')
    expect((await run(env, 'migrate', 'status')).out).not.toMatch(/pending/)
    expect((await run(env, 'migrate', 'unlock')).out).toBe('The migration lock is free.')
    const doctor = await run(env, 'doctor')
    expect({ status: doctor.status, err: doctor.err }).toEqual({ status: 0, err: '' })
    expect(doctor.out.split('\n')).toEqual([
      'ok    configuration',
      'ok    role catalogs: cpaas-iam, iotcomms, platform-groups, plivo, studio',
      expect.stringMatching(/^ok {4}database: sqlite, \d+ migrations done, 0 pending$/),
      'ok    secret key: known',
      'ok    audit log: 0 lines not sealed, 0 checkpoints not in the sink, key not made yet',
      expect.stringMatching(/^ok {4}mail: none is sent, each becomes a file in .*; set MAIL_URL to send$/),
      'ok    queue: none, reconciles run in process',
    ])
  })

  it('under another key is found out by the doctor', async () => {
    const env = { DATA_DIR: join(folder, 'own'), LOG_LEVEL: 'silent', SECRET_KEY: 'another-key-0123456789-0123456789' }
    const { status, out } = await run(env, 'doctor')
    expect(status).toBe(1)
    expect(out).toContain('FAIL')
  })
})
