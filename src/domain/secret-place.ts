/**
 * Where a secret is kept that has to be read again. A sealed text is bound to its place: moved to another one, it does not
 * open. `accountId` is null for what belongs to no account.
 */
export type SecretPlace = {
  readonly accountId: string | null
  readonly kind: 'connection' | 'signing-key' | 'mail' | 'access-keys'
  readonly id: string
  /** Which secret of the thing, for example `client-secret`. */
  readonly field: string
}

/** The place as one text, which no other place has: ids hold no slash. */
export function placeText({ accountId, kind, id, field }: SecretPlace): string {
  return `${accountId ?? ''}/${kind}/${id}/${field}`
}
