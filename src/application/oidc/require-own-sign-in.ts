import { AppError } from '../../domain/errors.ts'
import type { OidcSettings } from '../../domain/oidc-settings.ts'
import type { Opened } from '../access/require-may-reach.ts'

/** Refuses a member where the sign-in lets people into other accounts, or would: that is the operator's to say. */
export function requireOwnSignIn(
  { permitted }: Pick<Opened, 'permitted'>,
  current: Pick<OidcSettings, 'platform'> | undefined,
  wanted: { readonly platform?: boolean | undefined } = {},
): void {
  if (permitted.kind === 'operator') return
  if (wanted.platform !== true && current?.platform !== true) return
  const message = 'a sign-in of the platform lets people into other accounts; the operator alone sets it'
  throw new AppError('forbidden', message, { rule: 'operator_only', problems: [{ path: 'platform', message }] })
}
