import { denialReasons, type DenialReason } from '../../domain/decision.ts'
import type { Actor } from '../../domain/actor.ts'

/** What is told beside an entity, as JSON. */
export type Properties = Readonly<Record<string, unknown>>

/** Who: a `member` by his id, a `user` by his user name inside the account, or an `access_key` by its id. */
export type Subject = { readonly type: string; readonly id: string; readonly properties: Properties }
/** What: a capability of an account, which `properties.account` names, else the credential. */
export type Resource = { readonly type: string; readonly id: string; readonly properties: Properties }
/** How: a verb or a level of the account's catalog. */
export type Action = { readonly name: string; readonly properties: Properties }

/** May this subject do this with this resource? (AuthZEN Authorization API 1.0, Access Evaluation) */
export type Question = { readonly subject: Subject; readonly action: Action; readonly resource: Resource }

export type Denial = { readonly decision: false; readonly reason: DenialReason }
export type Decision = { readonly decision: true } | Denial

export const allowed: Decision = { decision: true }

export function denied(reason: DenialReason): Denial {
  return { decision: false, reason }
}

/** A reason in words. */
export function reasonText(reason: DenialReason): string {
  return denialReasons[reason]
}

/** The account that a credential asks about by itself; null where it has none of its own. */
export function ownAccountOf(actor: Actor): string | null {
  return actor.kind === 'gateway' ? actor.accountId : null
}

/** The account of a question. */
export function accountIdOf(actor: Actor, { properties }: Pick<Resource, 'properties'>): string | Denial {
  const told = properties.account
  if (told === undefined) return ownAccountOf(actor) ?? denied('account_not_named')
  return typeof told === 'string' ? told : denied('unknown_account')
}
