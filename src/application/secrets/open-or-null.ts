import { AppError } from '../../domain/errors.ts'
import type { Vault } from '../ports.ts'

/**
 * Opens what lies sealed for a short life only and is not sealed anew when the secret key changes: null where its key has
 * gone meanwhile, and whoever asks does without.
 */
export function openOrNull(vault: Pick<Vault, 'open'>, sealed: string, context: string): string | null {
  try {
    return vault.open(sealed, context)
  } catch (error) {
    if (error instanceof AppError && error.code === 'upstream_rejected') return null
    throw error
  }
}
