import type { Response } from 'express'
import type { Operation } from '../../application/operation.ts'

/** The operation, whose answer warns by a header of what the change has left behind. */
export function warned(op: Operation, response: Response): Operation {
  return {
    ...op,
    committed(changed) {
      if (changed.lines.some(({ action }) => action === 'account.unmanaged'))
        response.set('Joinery-Warning', 'account_unmanaged')
      op.committed?.(changed)
    },
  }
}
