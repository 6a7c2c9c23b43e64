/** Every action that the audit log can name, and what it says: a closed list, `noun.verb`. */
export const auditActions = {
  'account.created':
    'An account was opened under a role catalog: by the operator, or (`source` is opening) by whoever owns it.',
  'account.opening_visited':
    'Somebody who is let in nowhere signed in to open an account of his own, and has not opened it yet.',
  'account.opening_left': 'Somebody who had signed in to open an account of his own signed out of it again.',
  'account.opening_refused':
    'Somebody signed in would have opened an account of his own and was refused; `rule` says why.',
  'account.changed': 'An account was renamed, or its plan got or lost an entitlement.',
  'account.suspended': 'An account was suspended: it and every account below it are stopped from that commit on.',
  'account.resumed': 'The suspension of an account was lifted.',
  'account.handed_over': 'Another member became the owner of an account.',
  'account.owner_out': 'The directory let the owner of an account go: he is out, and it waits to be handed over.',
  'account.unmanaged':
    'A change by hand, not by people of the account, left nobody of it who manages its members, or nobody without an end; the lines before say which.',
  'account.sign_in_name_set': 'The name by which an account’s sign-in is found was set.',
  'connection.created': 'A connection of an account was opened.',
  'connection.changed': 'Settings of a connection were changed.',
  'connection.retired':
    'A connection was ended for good, with its tokens, clients, sign-in, identities and sessions, and whoever came in by it alone.',
  'client.created': 'An OAuth client of a connection was made.',
  'client.revoked': 'An OAuth client was ended, and every access token that it was given.',
  'client_secret.added': 'An OAuth client got one more secret.',
  'client_secret.revoked': 'A secret of an OAuth client was ended, and every access token that was given for it.',
  'token.created': 'A SCIM token of a connection was made.',
  'token.revoked': 'A SCIM token was ended.',
  'gateway.created': 'A gateway got a credential to ask for decisions with.',
  'gateway.revoked': 'The credential of a gateway was ended.',
  'access_key.created': 'An access key was made, for a person or for the organisation.',
  'access_key.renamed': 'An access key got another name.',
  'access_key.disabled': 'An access key was disabled: out from that commit on.',
  'access_key.enabled': 'A disabled access key was let in again.',
  'access_key.rotated': 'An access key got another secret; `formerUntil` is until when the one before works.',
  'access_key.deleted': 'An access key was deleted: out from that commit on.',
  'mapping.added': 'A directory group was mapped to a role.',
  'mapping.bound': 'A mapping by name met the group that it waited for.',
  'mapping.confirmed': 'A person said that an unconfirmed mapping may reach its role.',
  'mapping.removed': 'A mapping was taken away, and the roles that it gave.',
  'schema.put': 'An account got an extension schema, or another form of it.',
  'schema.removed': 'An extension schema was taken away; what was told by it is kept, and not shown.',
  'user.joined': 'A directory told of a person for the first time: a new member.',
  'user.recognised': 'A directory told of somebody who had signed in before it did: he is the member that he was.',
  'user.rehired': 'A directory told of a former member again: the same member in a new incarnation.',
  'user.changed': 'A directory changed what it tells of a person.',
  'user.suspended': 'A directory set a person inactive: suspended from that commit on.',
  'user.resumed': 'A directory lifted its own suspension of a person.',
  'user.removed': 'A directory removed a person: out from that commit on.',
  'user.refused': 'A person was refused by the work e-mail rule; nothing of the person was kept.',
  'group.created': 'A directory told of a group.',
  'group.renamed': 'A directory renamed a group; its mappings stay.',
  'group.changed': 'A directory changed something else of a group.',
  'group.removed': 'A directory removed a group, and the roles that came by it.',
  'group.members_changed': 'Members came into a group or left it.',
  'member.created': 'A member was made by hand, not by a directory.',
  'member.suspended': 'The operator or the account suspended a member: out from that commit on.',
  'member.resumed': 'The operator or the account lifted its own suspension of a member.',
  'member.removed':
    'A member whom no directory brings was removed for good, or left with the connection that he came in by.',
  'role.assigned': 'A member was given a role by hand.',
  'role.unassigned': 'A role that was given by hand was taken.',
  'sign_in.configured': 'The sign-in of a connection was set.',
  'sign_in.unconfigured': 'The sign-in of a connection was taken away, and whoever was signed in by it.',
  'sign_in.completed': 'A person signed in: a session began.',
  'sign_in.refused': 'A sign-in was refused; `refusal` says why.',
  'session.switched': 'A person went over to another of his accounts.',
  'session.ended': 'A session was ended.',
  'identity.listed': 'An identity of the platform’s own sign-in was let into a membership.',
  'identity.default_set': 'A person chose the account in which he lands when he signs in.',
  'identity.ended': 'An identity was taken from a member, and its sessions.',
  'one_time_link.created': 'A link was made by which a member signs in once without an IdP.',
  'one_time_link.used': 'A one-time link was used: a session began.',
  'role_groups.switched':
    'A member’s access to the sections of role groups was switched off or on, apart from his roles.',
  'permissions.customised': 'A member was let have less than his roles give.',
  'permissions.reset': 'A member was let have all that his roles give again.',
  'role_request.asked': 'A person asked for a role.',
  'role_request.granted': 'A request for a role was granted: the role was assigned.',
  'role_request.declined': 'A request for a role was declined.',
  'role_request.withdrawn': 'A request for a role was taken back.',
  'catalog.applied':
    'A changed role catalog was put in force; each account whose people it touches has a line of its own.',
  'permission_group.created': 'An account got a permission group.',
  'permission_group.changed': 'A permission group was renamed, or what it gives was changed.',
  'permission_group.removed':
    'A permission group was taken away, with every assignment and mapping to it; its uses are counted as they were.',
  'invitation.created': 'Somebody was invited into an account, by mail.',
  'invitation.changed': 'An invited person was given other roles before he was in; whoever did it answers for them.',
  'invitation.resent': 'An invitation was mailed again; every link before that one is dead.',
  'invitation.revoked': 'An invitation was taken back, or whoever waited on it was declined.',
  'invitation.visited':
    'Somebody who is let in nowhere signed in to take up an invitation, and has not taken it up yet.',
  'invitation.left': 'Somebody who had signed in to take up an invitation signed out of that browser instead.',
  'invitation.refused': 'Somebody signed in would have taken up an invitation and was refused; `rule` says why.',
  'invitation.accepted': 'Somebody signed in and took up an invitation: a member of the account from then on.',
  'invitation.waits': 'Somebody took up an invitation and waits for confirmation, for the reasons given.',
  'invitation.confirmed': 'A person confirmed who had taken up an invitation: a member from then on.',
  'grants.changed': 'The propagation gave a member roles or took them away.',
  'propagation.blocked': 'The propagation of a member failed for good and waits for a person.',
  'audit.key_added': 'A key that signs checkpoints of this log came into use.',
  'audit.erased': 'The personal values of a member were taken out of this log; the lines stayed.',
  'propagation.retried': 'A person let a blocked propagation try again.',
  'domain.added': 'An account began to prove a domain.',
  'domain.verified': 'The proof of a domain was found in DNS.',
  'domain.lapsed': 'The proof of a domain was not found for three days: nobody new comes in by it.',
  'domain.lost': 'A lapsed domain was proved by another account.',
  'domain.removed': 'An account gave a domain up.',
  'signing_key.made': 'The next key for tokens of gateways was made, by itself or by the operator.',
  'secrets.rotated': 'All secrets at rest were brought under the secret key in use.',
} as const satisfies Record<string, string>

export type AuditAction = keyof typeof auditActions

/** Stands for an account in lines about the service itself, such as the keys that sign: they have a chain of their own. */
export const serviceAccount = 'service'

/** Through which door a change came in. */
export const doors = ['scim', 'admin', 'cli', 'console', 'sign-in', 'access', 'worker'] as const
export type Door = (typeof doors)[number]

export type AuditValues = Readonly<Record<string, unknown>>

/**
 * One line of the audit log, written in the transaction of the change. `detail` holds ids and roles, no personal data;
 * `before` and `after` hold what was changed, and of them the `personalFields` are kept apart, so that they can be erased.
 */
export type AuditLine = {
  readonly action: AuditAction
  readonly accountId: string
  readonly target: string
  readonly memberId?: string | null
  readonly detail?: AuditValues
  /** Null where there was nothing before. */
  readonly before?: AuditValues | null
  /** Null where there is nothing any more. */
  readonly after?: AuditValues | null
}

/** Names in `before` and `after` whose values say who a person is. */
const personalFields: ReadonlySet<string> = new Set([
  'userName',
  'displayName',
  'givenName',
  'familyName',
  'email',
  'emails',
  'externalId',
  'phone',
])

/** What stands in a line for a personal value: the digest of the value with its salt. */
export type PersonalMark = { readonly personal: string }

/** The values with a mark in place of each personal one. `hide` keeps the value elsewhere and answers its digest. */
export function hidePersonal(values: AuditValues, hide: (value: unknown) => string): AuditValues {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        if (personalFields.has(name))
          return [name, value === null ? null : ({ personal: hide(value) } satisfies PersonalMark)]
        return [name, isNested(value) ? hidePersonal(value, hide) : value]
      }),
  )
}

/**
 * The values with what each mark stands for in its place; what was erased answers `{ erased: true }`, and where nothing is
 * to be shown (`known` is null) it is `{ hidden: true }`.
 */
export function showPersonal(values: AuditValues, known: ReadonlyMap<string, unknown> | null): AuditValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isNested(value)) return [name, value]
      if (!personalFields.has(name)) return [name, showPersonal(value, known)]
      if (known === null) return [name, { hidden: true }]
      const { personal } = value as Partial<PersonalMark>
      return [name, known.has(personal ?? '') ? known.get(personal ?? '') : { erased: true }]
    }),
  )
}

function isNested(value: unknown): value is AuditValues {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** Those of the fields that differ, as they were and as they are. */
export function differences<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): { before: AuditValues; after: AuditValues } {
  const moved = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  const pick = (from: T): AuditValues => Object.fromEntries(moved.map((field) => [field, from[field]]))
  return { before: pick(before), after: pick(after) }
}
