/** Every action that the audit log can name: a closed list, `noun.verb`. */
export type AuditAction =
  | 'account.created'
  | 'connection.created'
  | 'connection.changed'
  | 'client.created'
  | 'client.revoked'
  | 'client_secret.added'
  | 'client_secret.revoked'
  | 'token.created'
  | 'token.revoked'
  | 'mapping.added'
  | 'mapping.bound'
  | 'mapping.confirmed'
  | 'mapping.removed'
  | 'user.joined'
  | 'user.rehired'
  | 'user.changed'
  | 'user.suspended'
  | 'user.resumed'
  | 'user.removed'
  | 'user.refused'
  | 'group.created'
  | 'group.renamed'
  | 'group.changed'
  | 'group.removed'
  | 'group.members_changed'
  | 'member.created'
  | 'grants.changed'
  | 'propagation.blocked'
  | 'propagation.retried'

/** One line of the audit log, written in the transaction of the change. `detail` holds ids and roles, no personal data. */
export type AuditLine = {
  readonly action: AuditAction
  readonly accountId: string
  readonly target: string
  readonly memberId?: string | null
  readonly detail?: Readonly<Record<string, unknown>>
}
