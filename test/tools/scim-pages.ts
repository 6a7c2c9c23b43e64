import { deviations } from '../conformance/scim/deviations.ts'
import { requirements, sections, type Requirement } from '../conformance/scim/requirements.ts'
import { standings } from '../conformance/scim/standings.ts'
import { namedTests, type NamedTest } from './scim-titles.ts'
import { madeFrom, table } from './markdown.ts'

const folder = '../../test/conformance/scim'
const demands = new Set(['MUST', 'MUST NOT', 'SHALL', 'SHALL NOT', 'REQUIRED', 'rule'])

/** docs/reference/scim.md: what is asked of a SCIM server, and which test shows that it is done. */
export function scimPage(): string {
  const tests = namedTests()
  const parts = sections.map(({ name, requirements: asked }) => {
    const rows = asked.map((each) => [String(each.number), each.keyword, each.place, each.says, shownBy(each, tests)])
    return `## ${name}\n\n${table(['', '', 'RFC', 'what is asked', 'shown by'], rows)}`
  })
  return `# SCIM, requirement by requirement

${madeFrom('test/conformance/scim')}
Every normative statement of RFC 7643 (schema), RFC 7644 (protocol), RFC 9865 (paging by cursor), RFC 9967 (events) and of
the OpenID IPSIE account life cycle draft, in our words, and the tests that show it through real HTTP. \`rule\`: stated as a
fact, without a keyword. \`AL1\` stands for the IPSIE draft.

${table(['', 'asked', 'tested', 'not of a server', 'left out'], counts(tests))}

- **RFC 9967 is not done.** RFC 9865 and IPSIE are read in their last drafts.
- Where an answer knowingly differs from the text, [deviations](scim-deviations.md) says why.
- The suites of Okta and Microsoft are tests, too: [okta.test.ts](${folder}/okta.test.ts),
  [entra-collection.test.ts](${folder}/entra-collection.test.ts), [entra-validator.test.ts](${folder}/entra-validator.test.ts), [dialects.test.ts](${folder}/dialects.test.ts). What the door takes and answers
  is told in [the SCIM door](scim-door.md).

${parts.join('\n\n')}
`
}

function counts(tests: readonly NamedTest[]): string[][] {
  const tested = new Set(tests.flatMap(({ numbers }) => numbers))
  const row = (name: string, some: readonly Requirement[]): string[] => {
    const of = (kind: string): number => some.filter(({ number }) => standings.get(number)?.kind === kind).length
    const shown = some.filter(({ number }) => tested.has(number)).length
    return [name, ...[some.length, shown, of('n/a'), of('left out')].map(String)]
  }
  const from = (...rfcs: readonly string[]) =>
    requirements.filter(({ place }) => rfcs.some((rfc) => place.startsWith(rfc)))
  const core = from('7643', '7644', '9865', '9110')
  return [
    row(
      'RFC 7643, 7644, 9865: MUST, SHALL, REQUIRED',
      core.filter(({ keyword }) => demands.has(keyword)),
    ),
    row(
      'RFC 7643, 7644, 9865: SHOULD, MAY',
      core.filter(({ keyword }) => !demands.has(keyword)),
    ),
    row('RFC 9967', from('9967')),
    row('IPSIE', from('AL1')),
    row('all', requirements),
  ]
}

function shownBy({ number }: Requirement, tests: readonly NamedTest[]): string {
  const standing = standings.get(number)
  if (standing !== undefined) return `*${standing.kind}*: ${standing.why}`
  const named = tests.filter(({ numbers }) => numbers.includes(number))
  const lines = named.map(
    ({ title, file }) => `${readable(title)} ([${file.replace('.test.ts', '')}](${folder}/${file}))`,
  )
  const differs = deviations.some(({ numbers }) => numbers.includes(number))
  return [...lines, ...(differs ? ['see [deviations](scim-deviations.md)'] : [])].join('<br>')
}

/** A title without what each case of its own fills in, and safe in a table. */
function readable(title: string): string {
  return title
    .replaceAll(/%[.\d]*[sjio]/g, '…')
    .replaceAll('<', '\\<')
    .replaceAll('*', '\\*')
}

/** docs/reference/scim-deviations.md: where the door knowingly differs. */
export function deviationsPage(): string {
  const rows = deviations.map(({ numbers, point, asked, answered, why }) => [
    point,
    asked,
    answered,
    why,
    numbers.join(', '),
  ])
  return `# Where the SCIM door differs

${madeFrom('test/conformance/scim/deviations.ts')}
The door follows RFC 7643, 7644 and 9865 [requirement by requirement](scim.md). Here it knowingly does otherwise, mostly since
a directory in use sends what the RFC does not know. The last column has the numbers of the requirements concerned.

${table(['', 'asked', 'answered', 'why', 'requirements'], rows)}
`
}
