import type { Operation } from '../../application/operation.ts'

export type AdminCall = { op: Operation; params: Record<string, string>; query: unknown; body: unknown }
export type AdminRoute = {
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  status?: number
  /** Answers with an ETag, and with 304 whoever has this answer already. */
  tagged?: boolean
  /** The body of the answer; undefined answers 204. */
  handle(call: AdminCall): Promise<object | undefined>
}
