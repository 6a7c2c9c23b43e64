import { emptyHead, type Head } from '../../domain/audit-chain.ts'
import { exportedLine } from '../../domain/audit-export.ts'
import {
  stateCheckpoint,
  type CheckpointStatement,
  type KeyStatement,
  type SigningKey,
} from '../../domain/audit-statement.ts'
import { canonicalText } from '../../domain/canonical-json.ts'
import { AppError } from '../../domain/errors.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { requireMayAudit, requirePersonal } from './require-may-audit.ts'
import { usableKey } from './usable-key.ts'

type Needs = Pick<Ports, 'auditLog' | 'auditSigner' | 'catalogs' | 'unitOfWork' | 'views' | 'clock'>
export type ExportAudit = {
  accountId: string
  /** Only lines behind this number; 0 is all of them. */
  after: number
  /** Whether names and addresses come along, as far as they are not erased. */
  personal: boolean
}

const slice = 500

/**
 * A chain as text, a line at a time: the keys, the lines with the checkpoints among them, and a checkpoint that closes it.
 * Whatever was recorded when the export was asked for is in it.
 */
export async function exportAudit(ports: Needs, op: Operation, command: ExportAudit): Promise<AsyncIterable<string>> {
  const { accountId, after, personal } = command
  const may = await requireMayAudit(ports, op, accountId)
  if (personal) requirePersonal(may)
  const key = await usableKey(ports, op)
  while ((await ports.auditLog.seal(slice, ports.clock.now())) === slice);
  const head = (await ports.auditLog.head(accountId)) ?? emptyHead
  const before = after === 0 ? emptyHead : await lineAt(ports, accountId, after)
  if (before === undefined || head.seq <= after) {
    const message = `the log of "${accountId}" ends with line ${head.seq}; there is nothing behind ${after}`
    throw new AppError('invalid_input', `after: ${message}`, { problems: [{ path: 'after', message }] })
  }
  return write(ports, command, { key, head, before })
}

type Bounds = { key: SigningKey; head: Head; before: Head }

async function* write(ports: Needs, command: ExportAudit, { key, head, before }: Bounds): AsyncIterable<string> {
  const { accountId, personal } = command
  const keys = await ports.auditLog.keys()
  yield* keys.map((statement) => `${canonicalText(statement)}\n`)
  let last = before
  let checkpoints = 0
  let values = 0
  while (last.seq < head.seq) {
    const lines = await ports.auditLog.sealed(accountId, { after: last.seq, until: head.seq, limit: slice })
    const until = lines.at(-1)?.seq
    if (until === undefined)
      throw new AppError('upstream_rejected', `line ${last.seq + 1} of "${accountId}" is missing`)
    const signed = await checkpointsAmong(ports, accountId, { after: last.seq, until, keys })
    const texts: string[] = []
    for (const each of lines) {
      texts.push(exportedLine(each, last.hash, personal))
      if (personal) values += each.personal.length
      last = { seq: each.seq, hash: each.hash }
      const checkpoint = signed.get(each.seq)
      if (checkpoint !== undefined) texts.push(canonicalText(checkpoint))
    }
    checkpoints += signed.size
    yield `${texts.join('\n')}\n`
  }
  const counts = { checkpoints, personal: values }
  const closes = { from: before.seq + 1, prev: before.hash, keys: keys.map(({ id }) => id), ...counts }
  const place = { account: accountId, ...head, at: ports.clock.now(), closes }
  yield `${canonicalText(stateCheckpoint(key, place))}\n`
}

/** At most one of them behind each line; one of a key that came into use meanwhile is left out with its key. */
async function checkpointsAmong(
  { auditLog }: Needs,
  accountId: string,
  { after, until, keys }: { after: number; until: number; keys: readonly KeyStatement[] },
): Promise<Map<number, CheckpointStatement>> {
  const found = await auditLog.checkpoints(accountId, { after, limit: slice })
  const fits = ({ seq, key }: CheckpointStatement): boolean => seq <= until && keys.some(({ id }) => id === key)
  return new Map(found.filter(fits).map((each) => [each.seq, each]))
}

async function lineAt({ auditLog }: Needs, accountId: string, seq: number): Promise<Head | undefined> {
  const [line] = await auditLog.sealed(accountId, { after: seq - 1, until: seq, limit: 1 })
  return line && { seq: line.seq, hash: line.hash }
}
