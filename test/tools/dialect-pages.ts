import { readdirSync, readFileSync } from 'node:fs'
import { connectionKinds } from '../../src/domain/connection.ts'
import { dialects, switches, type Dialect } from '../../src/http/scim/dialects.ts'
import type { Fixture } from '../support/replay.ts'
import { madeFrom, table } from './markdown.ts'

const folder = new URL('../fixtures/idp/', import.meta.url)

/** docs/reference/dialects.md: where kinds of connections differ, and what each IdP sends and is answered. */
export function dialectsPage(): string {
  const names = Object.keys(switches) as (keyof Dialect)[]
  const points = names.map((name) => [
    switches[name].on,
    connectionKinds
      .filter((kind) => dialects[kind][name])
      .map((kind) => `\`${kind}\``)
      .join(', '),
    switches[name].off,
  ])
  const parts = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => fixturePart(name))
  return `# Dialects of the IdPs

${madeFrom('src/http/scim/dialects.ts and test/fixtures/idp')}
\`--kind\` of a connection says which product speaks on it: ${connectionKinds.map((kind) => `\`${kind}\``).join(', ')}.
\`generic\` is for every other one. How an IdP writes is [repaired alike for everybody](scim-door.md#tolerance); what is
repaired stands in the [request log](request-log.md). The kinds differ only where the same request means different things:

${table(['meaning', 'kinds', 'with the other kinds'], points)}

## What each IdP sends

Recorded shapes of eleven clients, played by a test against a connection of their kind, on both databases
([dialects.test.ts](../../test/conformance/scim/dialects.test.ts)). Several statuses: whichever the door gives, the IdP goes
on.

${parts.join('\n\n')}
`
}

function fixturePart(file: string): string {
  const { name, steps } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture & { name: string }
  const rows = steps.map((step) => [
    step.name,
    `\`${step.request.method} ${shortPath(step.request.path)}\``,
    [step.expect?.status ?? []].flat().join(', '),
  ])
  return `### ${name}\n\n${table(['', 'request', 'answer'], rows)}`
}

/** The endpoint, and the names of what is asked; ids and values are the fixture's. */
function shortPath(path: string): string {
  const [place = '', query = ''] = path.split('?', 2)
  const names = query.split('&').flatMap((each) => each.split('=', 1)).filter((each) => each !== '') // prettier-ignore
  const ended = place.replaceAll(/\{\{[^}]*\}\}/g, '{id}')
  return names.length === 0 ? ended : `${ended}?${names.join('&')}`
}
