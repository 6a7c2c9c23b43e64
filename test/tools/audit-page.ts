import { auditActions, doors } from '../../src/domain/audit.ts'
import { checkpointAgeMs, checkpointLines } from '../../src/domain/audit-statement.ts'
import { madeFrom, table } from './markdown.ts'

/** docs/reference/audit-log.md: what is recorded, and what an export is made of. */
export function auditLogPage(): string {
  const actions = Object.entries(auditActions).map(([action, about]) => [`\`${action}\``, about])
  return `# The audit log

${madeFrom('src/domain/audit.ts')}
Every change writes one line, in its own transaction: a change that is rolled back leaves none, and there is no change
without one. Each account has a log of its own; what belongs to no account, such as the keys that sign, is in the log of the
service itself. How to keep and to check it is in [operations](../operations/audit.md).

\`\`\`sh
joinery audit list --account <account> --action role.assigned --since 2026-11-01
joinery audit checkpoints --account <account> --sort -seq --limit 1
joinery audit export --account <account> --out acme.jsonl
joinery audit verify acme.jsonl --key <id>
\`\`\`

The same by the admin API: [\`GET …/audit\`](admin-api.md#get-accountsaccountaudit), \`…/audit/checkpoints\`, \`…/audit/keys\` and
\`…/audit/export\`. The operator reads every log. Of an account’s people those read it to whom the role catalog gives it
(\`controls: read-audit\`, see [the catalogs](catalogs.md)), in the accounts in their purview; names and addresses are shown
to those among them who may see the account’s people. Rotating the key and erasing are the operator’s.

## A line

${table(
  ['', ''],
  [
    ['`seq`', 'its number in the log, from 1 on, without a gap; null until it is sealed, within a second'],
    ['`at`', 'when it was recorded'],
    ['`actor`', 'who: `operator`, `member:<id>`, `scim:<connection>`, `key:<id>`, `gateway:<id>` or `system:<part>`'],
    ['`door`', `by which way: ${doors.map((door) => `\`${door}\``).join(', ')}; null in lines older than doors`],
    ['`operation`', 'the `X-Request-Id` of the request. The same id is in the log and in the request log'],
    ['`action`', 'one of those below'],
    ['`target`', 'the id of what was changed'],
    ['`member`', 'the member whom it is about, or null'],
    ['`detail`', 'ids, roles and counts; nothing personal'],
    ['`before`, `after`', 'what was changed, from what to what; null where there was nothing, or is nothing any more'],
    ['`hash`', 'SHA-256 of the line as an export has it, in hex; null until it is sealed'],
  ],
)}

A name or an address in \`before\` and \`after\` lies beside the line. The line holds \`{"personal": "<digest>"}\`, the SHA-256
of the canonical JSON \`[salt, value]\`, with a salt of 128 bits for each value. So a value can be erased and the line still
gives its hash; without the salt nobody finds the value by trying.

The database refuses changed and deleted lines. That keeps mistakes out, not whoever owns the database: against him there
are the chain, the checkpoints, and what is kept elsewhere.

## Chain and checkpoints

Lines of an account are sealed in the order of their ids: each gets the next \`seq\` and, as \`prev\`, the hash of the line
before it; the first one’s \`prev\` is 64 zeros. A checkpoint says that at an instant the log had that line with that hash. It
is signed with Ed25519 (RFC 8032), by a key that is not in the database, as soon as ${checkpointLines.toLocaleString('en')} lines or ${checkpointAgeMs / 1000} seconds lie behind the last
one; and it is written to a file outside the database as well. Unsealed lines at the end are normal.

## An export

JSON Lines (\`application/jsonl\`): UTF-8, a line feed behind each line. Each line is canonical JSON (RFC 8785), so that there
is one way to write it, and a space more is a damage like any other. \`kind\` says what it is:

${table(
  ['`kind`', 'what it has'],
  [
    [
      '`key`',
      '`id`, `publicKey` (base64url), `at`, `by`, `signature`. Keys come first, in the order in which they came into use. `id` is the first 32 hex digits of the SHA-256 of `publicKey`. `by` is the key that endorsed it and whose signature it is; null: its own',
    ],
    [
      '`line`',
      'a line as above, with `account` and `prev`. `hash` is over the canonical JSON of all but `hash` and `personal`. `personal`, where names and addresses were asked for, has `{salt, value}` by digest',
    ],
    ['`checkpoint`', '`account`, `seq`, `hash`, `at`, `key`, `signature`. It stands behind the line that it is of'],
    [
      '`checkpoint` with `closes`',
      'the last line. `closes` is what the export holds: `from` and `prev` of its first line, the ids of its `keys`, and how many `checkpoints` on the way and `personal` values there are',
    ],
  ],
)}

A signature is over the canonical JSON of its line without \`signature\`, in base64url.

## What verifying finds

\`joinery audit verify\` needs the file, and something that you had from elsewhere: the id of a key (\`--key\`), or checkpoints
that were kept elsewhere (\`--checkpoints\`), whose keys are then trusted too. It reads once, from beginning to end, whatever
the size. It names each fault with its line, the first one first, and leaves with 1; \`--json\` prints the verdict.

${table(
  ['damage', 'found by'],
  [
    ['a line is changed, down to a space', 'its hash, or its form'],
    ['lines are removed, doubled, put in or swapped', 'numbers and hashes that do not follow'],
    [
      'the beginning or the end is cut, checkpoints or personal values are taken out',
      'the checkpoint that closes the export',
    ],
    ['the chain is computed anew after a change', 'the next checkpoint'],
    ['checkpoints are signed anew with another key', 'the key that you had from elsewhere'],
    [
      'the end is cut, and closed by the checkpoint of an older export',
      'nothing, as it is that older export; `verify` says when it was closed, and how far kept checkpoints go on',
    ],
    ['the service’s own key was taken and the log computed anew', 'kept checkpoints, of every line that they are of'],
  ],
)}

\`--any-key\` takes the file’s own keys as they are. It finds damage of every kind, and no forgery by whoever signs with a key
of his own.

## Actions

${table(['action', 'what it says'], actions)}
`
}
