/** What the audit log says where a credential was ended. */
export const ended = { before: { state: 'live' }, after: { state: 'revoked' } } as const
