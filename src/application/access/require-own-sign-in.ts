import { AppError } from '../../domain/errors.ts'
import type { Permitted } from './require-may.ts'

/**
 * Refuses a member where the sign-in of a connection lets people into other accounts, or would: whoever has such a connection
 * says who people of every account are, and who of them has left.
 */
export function requireOwnSignIn(
  { kind }: Pick<Permitted, 'kind'>,
  signIn: { readonly platform?: boolean | undefined } | undefined,
): void {
  if (kind === 'operator' || signIn?.platform !== true) return
  const message = 'a sign-in of the platform lets people into other accounts; its connection is the operator’s alone'
  throw new AppError('forbidden', message, { rule: 'operator_only', problems: [{ path: 'platform', message }] })
}
