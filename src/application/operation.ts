import type { Actor } from '../domain/actor.ts'
import type { AuditLine, Door } from '../domain/audit.ts'
import { AppError } from '../domain/errors.ts'
import { missingScope, type ScimResource } from '../domain/scim-scope.ts'

/** One request or job: who acts, and the id that ties its log, audit and propagation lines together. */
export type Operation = {
  readonly actor: Actor
  readonly id: string
  /** The door that it came in by, where the actor alone does not say. */
  readonly door?: Door
  /** What it changes only as the caller has seen it: as long as the audit log has so many lines about it. */
  readonly expects?: { readonly accountId: string; readonly id: string; readonly lines: () => number }
  /** Told of what was changed, after it has been committed. */
  readonly committed?: (changed: Changed) => void
}

/** The door of an operation: as told, else the one that its actor uses. */
export function doorOf({ door, actor }: Operation): Door {
  if (door !== undefined) return door
  if (actor.kind === 'system') return actor.part === 'sign-in' ? 'sign-in' : 'worker'
  if (actor.kind === 'gateway') return 'access'
  return actor.kind === 'scim' ? 'scim' : 'admin'
}

/** What one transaction has changed: its audit lines, and whose roles are looked at anew because of it. */
export type Changed = { readonly lines: readonly AuditLine[]; readonly memberIds: readonly string[] }

/** What is being done, to what. A SCIM client's target is its connection. */
export type Intent =
  | { readonly verb: 'operate' }
  | DirectoryIntent
  | { readonly verb: 'read-schemas'; readonly connectionId: string }
  | { readonly verb: 'propagate' | 'keep-house' | 'send-mail' | 'sign-in' | 'decide' }
type DirectoryIntent = {
  readonly verb: 'read-directory' | 'write-directory'
  readonly connectionId: string
  readonly resource: ScimResource
}

/**
 * The first line of each verb. The operator may do whatever a person may do; a SCIM client only reads and writes its own
 * connection's directory, as far as its scopes go; a gateway only asks for decisions; the propagation only propagates.
 */
export function authorize(op: Operation, intent: Intent): void {
  if (!allowed(op.actor, intent)) throw refused(op.actor)
  if (op.actor.kind !== 'scim' || !('resource' in intent)) return
  const missing = missingScope(op.actor.scopes, intent.resource, intent.verb === 'write-directory' ? 'write' : 'read')
  if (missing === null) return
  const mend = `the scope "${missing}" is missing; make a credential that has it`
  throw new AppError('forbidden', `this credential may not do that here: ${mend}`, { rule: 'insufficient_scope' })
}

function refused({ kind }: Actor): AppError {
  const isPerson = kind === 'member' || kind === 'key'
  const words = isPerson
    ? 'the operator of the platform alone may do that; ask whoever runs it'
    : 'this credential may not do that here; ask with one that is made for it'
  return new AppError('forbidden', words)
}

/** What each part of the system is there for. */
const systemVerbs = {
  propagation: 'propagate',
  housekeeping: 'keep-house',
  mail: 'send-mail',
  'sign-in': 'sign-in',
} as const

function allowed(actor: Actor, intent: Intent): boolean {
  switch (actor.kind) {
    case 'operator':
      return true
    case 'member':
    case 'key': // asked by requireMay, control by control; what has no control is the operator's alone
      return false
    case 'gateway':
      return intent.verb === 'decide'
    case 'scim':
      return 'connectionId' in intent && intent.connectionId === actor.connectionId
    case 'system':
      return intent.verb === systemVerbs[actor.part]
  }
}
