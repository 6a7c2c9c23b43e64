import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { settings } from '../../../src/config/env.ts'
import { ConfigError, configExit, loadConfig } from '../../../src/config/load-config.ts'
import { Secret } from '../../../src/config/secret.ts'

const token = 'operator-token-0123456789-abcdef'
const key = 'secret-key-0123456789-0123456789-abcdef'
const postgres = 'postgres://joinery:hidden-word@db.example/joinery'

/** What is wrong with an environment: the names of the settings, in order. */
function wrong(env: Record<string, string>): string[] {
  return problems(env).map(({ name }) => name)
}

function problems(env: Record<string, string>): ConfigError['problems'] {
  try {
    loadConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).problems
  }
  return []
}

describe('a way out to this machine', () => {
  const OUTBOUND_ALLOW_LOOPBACK = '1'
  it.each([undefined, 'http://localhost:3000', 'http://127.0.0.1', 'https://[::1]:8443', 'http://127.0.0.2'])(
    'may be opened where PUBLIC_URL is %s',
    (PUBLIC_URL) => {
      const env = { OUTBOUND_ALLOW_LOOPBACK, ...(PUBLIC_URL === undefined ? {} : { PUBLIC_URL }) }
      expect(loadConfig(env).outbound).toEqual({ allowLoopback: true })
    },
  )

  it.each(['https://join.example', 'https://127.0.0.1.nip.example', 'https://10.0.0.1', 'http://localhost.example'])(
    'may not be where it is %s, which others can reach',
    (PUBLIC_URL) => {
      expect(wrong({ OUTBOUND_ALLOW_LOOPBACK, PUBLIC_URL })).toEqual(['OUTBOUND_ALLOW_LOOPBACK'])
      expect(loadConfig({ PUBLIC_URL }).outbound).toEqual({ allowLoopback: false })
    },
  )
})

describe('the configuration by default', () => {
  it('is one process on loopback with SQLite and no queue', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({
      http: { host: '127.0.0.1', port: 3000, publicUrl: null, metricsToken: null, tokenAudience: null },
      scim: { rateLimit: { perSecond: 100, burst: 300 } },
      database: { kind: 'sqlite', file: resolve('data', 'joinery.sqlite3') },
      migrateOnStart: true,
      queue: null,
      adminToken: null,
      secretKeys: null,
      logLevel: 'info',
    })
  })

  it('is what an empty value means too', () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
    expect(loadConfig(empty)).toEqual(loadConfig({}))
  })

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true)
  })
})

describe('what is wrong', () => {
  it('is told all at once', () => {
    const env = {
      PORT: '70000',
      PUBLIC_URL: 'ftp://x',
      DATABASE_URL: 'mysql://x',
      QUEUE_URL: 'amqp://x',
      ADMIN_TOKEN: 'short',
      SECRET_KEY: 'short',
      LOG_LEVEL: 'loud',
      SCIM_RATE_LIMIT: '-1',
      PROPAGATION_CONCURRENCY: '0',
      MIGRATE_ON_START: 'yes',
    }
    expect(wrong(env)).toEqual(Object.keys(settings).filter((name) => name in env))
  })

  it('reads as one text, a line each', () => {
    try {
      loadConfig({ PORT: 'x', LOG_LEVEL: 'loud' })
    } catch (error) {
      expect((error as Error).message).toBe(
        [
          'The configuration is wrong:',
          '  PORT must be an integer from 0 to 65535',
          '  LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent',
        ].join('\n'),
      )
    }
    expect.assertions(1)
  })

  it.each<[string, string]>([
    ['PORT', '1.5'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PUBLIC_URL', 'join.example'],
    ['PUBLIC_URL', 'https://join.example/'],
    ['PUBLIC_URL', 'https://join.example?x'],
    ['PUBLIC_URL', 'https://join.example#x'],
    ['DATABASE_URL', 'sqlite:'],
    ['DATABASE_URL', 'joinery.sqlite3'],
    ['DATABASE_URL', 'postgres://'],
    ['QUEUE_URL', 'localhost:6379'],
    ['QUEUE_URL', 'http://localhost'],
    ['ADMIN_TOKEN', 'a'.repeat(23)],
    ['SECRET_KEY', 'a'.repeat(31)],
    ['SCIM_RATE_LIMIT', '1000001'],
    ['PROPAGATION_CONCURRENCY', '501'],
    ['MIGRATE_ON_START', 'true'],
  ])('%s is not %s', (name, value) => {
    expect(wrong({ [name]: value })).toEqual([name])
  })

  it('never repeats a secret', () => {
    const told = problems({ ADMIN_TOKEN: 'hush-hush', SECRET_KEY: 'hush-hush', DATABASE_URL: 'mysql://hush-hush' })
    expect(told).toHaveLength(3)
    expect(JSON.stringify(told)).not.toContain('hush')
  })

  it('ends the process with EX_CONFIG', () => {
    expect(configExit).toBe(78)
  })
})

describe('what only holds between settings', () => {
  it.each(['0.0.0.0', '::', '192.168.1.7', 'join.example', '127.0.0.1.example', 'localhost.example'])(
    'HOST %s is open to others and wants an https PUBLIC_URL',
    (HOST) => {
      expect(wrong({ HOST })).toEqual(['PUBLIC_URL'])
      expect(wrong({ HOST, PUBLIC_URL: 'http://join.example' })).toEqual(['PUBLIC_URL'])
      expect(wrong({ HOST, PUBLIC_URL: 'https://join.example' })).toEqual([])
    },
  )

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('HOST %s is nobody else’s', (HOST) => {
    expect(wrong({ HOST })).toEqual([])
    expect(wrong({ HOST, PUBLIC_URL: 'http://localhost:3000' })).toEqual([])
  })

  it('PostgreSQL wants both secrets given, as several processes share it', () => {
    expect(wrong({ DATABASE_URL: postgres })).toEqual(['ADMIN_TOKEN', 'SECRET_KEY'])
    expect(wrong({ DATABASE_URL: postgres, ADMIN_TOKEN: token })).toEqual(['SECRET_KEY'])
    expect(wrong({ DATABASE_URL: postgres, ADMIN_TOKEN: token, SECRET_KEY: key })).toEqual([])
    expect(wrong({ DATABASE_URL: postgres.replace('postgres:', 'postgresql:') })).toHaveLength(2)
    expect(wrong({ DATABASE_URL: 'sqlite:x.db' })).toEqual([])
  })

  it('all of it is told at once', () => {
    expect(wrong({ HOST: '0.0.0.0', DATABASE_URL: postgres })).toEqual(['PUBLIC_URL', 'ADMIN_TOKEN', 'SECRET_KEY'])
  })
})

describe('the rate limit', () => {
  it.each<[string, unknown]>([
    ['0', null],
    ['1', { perSecond: 25, burst: 75 }],
    ['25', { perSecond: 25, burst: 75 }],
    ['26', { perSecond: 26, burst: 78 }],
    ['1000', { perSecond: 1000, burst: 3000 }],
  ])('of %s is %j: never less than Entra asks for', (SCIM_RATE_LIMIT, rateLimit) => {
    expect(loadConfig({ SCIM_RATE_LIMIT }).scim.rateLimit).toEqual(rateLimit)
  })
})

describe('where things are', () => {
  it.each([
    ['sqlite:x.db', resolve('x.db')],
    ['sqlite:./x.db', resolve('x.db')],
    ['sqlite:/tmp/x.db', '/tmp/x.db'],
    ['sqlite:///tmp/x.db', '/tmp/x.db'],
  ])('%s is the file %s', (DATABASE_URL, file) => {
    expect(loadConfig({ DATABASE_URL }).database).toEqual({ kind: 'sqlite', file })
  })

  it('the database lies in the data folder unless told otherwise', () => {
    expect(loadConfig({ DATA_DIR: '/srv/joinery' })).toMatchObject({
      dataDir: '/srv/joinery',
      database: { file: '/srv/joinery/joinery.sqlite3' },
    })
  })

  it.each([
    ['redis://localhost', 'redis'],
    ['rediss://localhost', 'redis'],
    ['postgres://localhost/q', 'postgres'],
    ['postgresql://localhost/q', 'postgres'],
  ])('the queue %s is of kind %s', (QUEUE_URL, kind) => {
    expect(loadConfig({ QUEUE_URL }).queue?.kind).toBe(kind)
  })
})

const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----'

describe('a secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-config-'))
  const file = join(folder, 'secret')
  afterAll(() => rmSync(folder, { recursive: true }))

  const secrets = Object.entries(settings).flatMap(([name, setting]) =>
    'secret' in setting && setting.secret ? [name] : [],
  )
  const values: Record<string, string> = {
    DATABASE_URL: 'sqlite:/tmp/x.db',
    QUEUE_URL: 'redis://localhost',
    ADMIN_TOKEN: token,
    SECRET_KEY: key,
    METRICS_TOKEN: 'm',
    AUDIT_KEY: pem,
    AUDIT_KEY_PREVIOUS: pem,
    MAIL_URL: 'smtp://mail.example.com:587',
  }
  const others: Record<string, object> = {
    AUDIT_KEY_PREVIOUS: { AUDIT_KEY: pem },
    MAIL_URL: { MAIL_FROM: 'joinery@example.com' },
  }

  it('may each be given as a file, whose last line break does not count', () => {
    expect(secrets.toSorted()).toEqual(Object.keys(values).toSorted())
    for (const name of secrets) {
      writeFileSync(file, `${values[name]}\n`)
      const needed = others[name] ?? {}
      expect(JSON.stringify(loadConfig({ ...needed, [`${name}_FILE`]: file }))).toEqual(
        JSON.stringify(loadConfig({ ...needed, [name]: values[name] })),
      )
    }
    writeFileSync(file, `${token}\n`)
    expect(loadConfig({ ADMIN_TOKEN_FILE: file }).adminToken?.reveal()).toBe(token)
  })

  it('given twice is refused', () => {
    writeFileSync(file, token)
    expect(wrong({ ADMIN_TOKEN: token, ADMIN_TOKEN_FILE: file })).toEqual(['ADMIN_TOKEN_FILE'])
  })

  it('whose file cannot be read is told by the name of the file setting', () => {
    const [problem] = problems({ SECRET_KEY_FILE: join(folder, 'absent') })
    expect(problem).toMatchObject({
      name: 'SECRET_KEY_FILE',
      message: expect.stringContaining('cannot be read') as string,
    })
  })

  it('that endorses another is refused without it, and a key that is none is refused', () => {
    expect(wrong({ AUDIT_KEY_PREVIOUS: pem })).toEqual(['AUDIT_KEY_PREVIOUS'])
    expect(wrong({ AUDIT_KEY: 'a-passphrase-is-no-key-0123456789' })).toEqual(['AUDIT_KEY'])
  })

  it('in a file is checked as any other', () => {
    writeFileSync(file, 'short\n')
    expect(wrong({ ADMIN_TOKEN_FILE: file })).toEqual(['ADMIN_TOKEN'])
  })

  it('is no file for what is no secret', () => {
    writeFileSync(file, '4000')
    expect(loadConfig({ PORT_FILE: file }).http.port).toBe(3000)
  })

  it('is never printed, whichever way it is printed', () => {
    const config = loadConfig({
      ...{ DATABASE_URL: postgres, QUEUE_URL: 'redis://u:hidden-word@q.example', ADMIN_TOKEN: token },
      ...{ SECRET_KEY: key, METRICS_TOKEN: 'hidden-word' },
    })
    for (const text of [
      JSON.stringify(config),
      inspect(config, { depth: 10, showHidden: true }),
      String(config.adminToken),
    ]) {
      for (const secret of [token, key, 'hidden-word']) expect(text).not.toContain(secret)
    }
    expect(`${new Secret('hidden-word').toString()}`).toBe('[secret]')
    expect(config.adminToken?.reveal()).toBe(token)
  })
})
