import { z } from 'zod'
import { toConfig, type Config } from '../../src/config/config.ts'
import { readEnv, settings } from '../../src/config/env.ts'
import { waitingDays } from '../../src/domain/mapping.ts'
import { attemptLimit } from '../../src/domain/propagation.ts'
import {
  accessTokenLifeSeconds,
  liveClientLimit,
  liveSecretLimit,
  secretLifeDays,
} from '../../src/domain/oauth-client.ts'
import { liveTokenLimit, tokenLifeDays } from '../../src/domain/scim-token.ts'
import { groupBodyLimit, userBodyLimit } from '../../src/http/scim/body.ts'
import { defaultCount, largestCount } from '../../src/http/scim/query.ts'
import { largestBody } from '../../src/http/scim/request-log/redact-body.ts'
import { code, madeFrom, table } from './markdown.ts'

export function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    'secret' in setting ? `${code(name)}, ${code(`${name}_FILE`)}` : code(name),
    takes(setting.schema),
    setting.otherwise,
    setting.help,
  ])
  return `# Configuration

${madeFrom('src/config/env.ts')}
Joinery is configured by its environment and by nothing else. With no setting at all it runs the embedded default: one
process on the loopback address, a SQLite file, no queue.

- A setting that is empty counts as not given.
- A secret may be given as a file instead: the same name with \`_FILE\` behind it. White space at the end of the file is
  dropped. Give one of the two.
- A wrong setting stops the start with exit status 78. All wrong settings are named at once; rules between settings are
  looked at after that.
- \`joinery config\` prints the configuration as it would be used. Secrets print as \`[secret]\`.
- A setting that is not in this table is ignored.

## Settings

${table(['setting', 'takes', 'by default', 'what for'], rows)}

## Rules between settings

- \`HOST\` other than loopback needs a \`PUBLIC_URL\` that starts with \`https://\`. Joinery itself speaks plain HTTP: put a TLS
  proxy in front of it. See [install](../operations/install.md#a-tls-proxy).
- With PostgreSQL, \`ADMIN_TOKEN\` and \`SECRET_KEY\` must be given, as several processes share them.
- \`OUTBOUND_ALLOW_LOOPBACK=1\` is refused with a \`PUBLIC_URL\` that is not loopback.
- \`joinery worker\` refuses SQLite: a SQLite file belongs to one process.

## What the command line reads

The commands that talk to a running server read these, and none of the settings above but those named here.

${table(
  ['variable', 'what for'],
  [
    ['`JOINERY_URL`', 'where the server is; by default `http://127.0.0.1:PORT`'],
    ['`PORT`', 'the port of the server on this machine; by default 3000'],
    ['`JOINERY_TOKEN`', 'the admin token; it comes before the two below'],
    ['`ADMIN_TOKEN`, `ADMIN_TOKEN_FILE`', 'the admin token as the server has it'],
    ['`DATA_DIR`', 'the folder with the file `admin-token`, where no token is given; by default `data`'],
  ],
)}

## Fixed values

These are no settings today. They are here so that nobody has to look for them in the code.

${table(['what', 'value'], fixedValues())}
`
}

/** What a setting takes, in the words with which it refuses something else. */
function takes(schema: z.ZodType): string {
  const message = schema.safeParse('?').error?.issues[0]?.message ?? 'must be a text'
  return message.replace(/^must (be|have) /, '').replaceAll(/\S*<\S+/g, code)
}

function defaultConfig(): Config {
  const read = readEnv({})
  const made = 'env' in read ? toConfig(read.env) : read
  if ('problems' in made) throw new Error('the defaults are no valid configuration')
  return made.config
}

function fixedValues(): string[][] {
  const { propagation } = defaultConfig()
  const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`
  return [
    ['live tokens of one connection', String(liveTokenLimit)],
    ['longest life of a token', `${tokenLifeDays} days`],
    ['live clients of one connection', String(liveClientLimit)],
    ['live secrets of one client', String(liveSecretLimit)],
    ['life of a client’s secret, by default and at most', `${secretLifeDays.usual} and ${secretLifeDays.longest} days`],
    ['life of an access token', `${accessTokenLifeSeconds} s, and never longer than its secret’s`],
    ['a mapping by name waits for its group', `${waitingDays} days`],
    ['body of a SCIM request about users', megabytes(userBodyLimit)],
    ['body of a SCIM request about groups', megabytes(groupBodyLimit)],
    ['SCIM page, by default and at most', `${defaultCount} and ${largestCount} resources`],
    ['lease of a reconcile', `${propagation.leaseMs} ms`],
    ['body that the request log keeps', `${largestBody / 1024} KiB of each`],
    ['the sweep looks every', `${propagation.sweepMs} ms, a quarter more or less`],
    ['attempts before a propagation is blocked', String(attemptLimit)],
  ]
}
