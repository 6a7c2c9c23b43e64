import type { Request } from 'express'
import { hasChanged } from '../../application/changes/change-if.ts'
import type { Operation } from '../../application/operation.ts'
import { AppError } from '../../domain/errors.ts'
import type { AdminDeps } from './deps.ts'
import { etagOf, isKnown } from './etag.ts'
import type { AdminRoute } from './route.ts'

/** A request, the route that it is for, and the GET of the same path. */
export type Asked = { readonly route: AdminRoute; readonly reads: AdminRoute | undefined; readonly request: Request }

/** Carries out a change, and where it is conditional (RFC 9110, 13.1) only on what the caller has seen. */
export async function actIf<T>(
  { app }: Pick<AdminDeps, 'app'>,
  op: Operation,
  { route, reads, request }: Asked,
  act: (op: Operation) => Promise<T>,
): Promise<T> {
  const [match, noneMatch] = [request.get('If-Match'), request.get('If-None-Match')]
  const isPut = route.method === 'put'
  if (route.conditional === undefined || reads === undefined) return act(op)
  if (match === undefined && (noneMatch === undefined || !isPut)) return act(op)
  const params = request.params as Record<string, string>
  const current = await readNow(reads, { op, params, query: {}, body: {} })
  // Without a condition it would be 404 as well; a PUT would make what the caller takes for there.
  if (current === null && !isPut) return act(op)
  const isSeen = async (): Promise<boolean> => {
    const now = await readNow(reads, { op, params, query: {}, body: {} })
    const etag = now === null ? null : etagOf(JSON.stringify(now), reads.untagged)
    return isMatched(match, etag) && !(isPut && etag !== null && isKnown(noneMatch, etag))
  }
  const id = idOf(current, params[route.conditional] ?? '')
  return app.changeIf(op, { accountId: params.account ?? '', id }, { isSeen, act })
}

/** As it is stored, where the path may write it in another letter case. */
function idOf(current: unknown, named: string): string {
  const { id } = (current ?? {}) as { id?: unknown }
  return typeof id === 'string' && id.toLowerCase() === named.toLowerCase() ? id : named
}

async function readNow(reads: AdminRoute, call: Parameters<AdminRoute['run']>[0]): Promise<unknown> {
  try {
    return await reads.run(call)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

/** If-Match compares strongly: a weak tag is nobody's. */
function isMatched(match: string | undefined, etag: string | null): boolean {
  if (match === undefined) return true
  const tags = match.split(',', 100).map((tag) => tag.trim())
  const odd = tags.find((tag) => tag !== '*' && !/^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/.test(tag))
  if (odd !== undefined) throw notATag()
  if (etag === null) throw hasChanged()
  return tags.includes('*') || tags.includes(etag)
}

function notATag(): AppError {
  const message = 'must be an ETag as it was answered, in its quotation marks, or *'
  return new AppError('invalid_input', `If-Match: ${message}`, { problems: [{ path: 'If-Match', message }] })
}
