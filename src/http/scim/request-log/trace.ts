import type { Request } from 'express'
import type { Changed, Operation } from '../../../application/operation.ts'
import type { RequestChange, RequestChanges } from '../../../application/requests/request-entry.ts'
import type { ScimAnswer } from '../request.ts'

const mostLines = 50
const mostMembers = 100

/** What is learnt of one request on its way through the door. */
export class Trace {
  /** What was repaired on the way in; the context's own list. */
  notes: readonly string[] = []
  /** Names whose values nobody is shown by the account’s schemas. */
  hidden: ReadonlySet<string> = new Set()
  answer: ScimAnswer | null = null
  /** The token or the client, once it has been found genuine. */
  credentialId: string | null = null
  /** Called when the answer is known. */
  answered: () => void = () => undefined
  private readonly lines: RequestChange[] = []
  private readonly members = new Set<string>()
  private linesTotal = 0

  /** The operation that verbs are called with: what they commit is noted here. */
  follow(op: Operation): Operation {
    if (op.actor.kind === 'scim') this.credentialId = op.actor.credentialId
    return { ...op, committed: (changed) => this.note(changed) }
  }

  changes(): RequestChanges {
    const memberIds = [...this.members].slice(0, mostMembers)
    return { lines: this.lines, linesTotal: this.linesTotal, memberIds, membersTotal: this.members.size }
  }

  private note({ lines, memberIds }: Changed): void {
    for (const { action, target, memberId = null } of lines) {
      if (action === 'user.refused') continue
      this.linesTotal += 1
      if (this.lines.length < mostLines) this.lines.push({ action, target, memberId })
    }
    for (const id of memberIds) this.members.add(id)
  }
}

const traces = new WeakMap<Request, Trace>()

/** The request's trace; one that nobody reads where requests are not recorded. */
export function traceOf(request: Request): Trace {
  const trace = traces.get(request) ?? new Trace()
  traces.set(request, trace)
  return trace
}
