import { actorName } from '../../domain/actor.ts'
import { AppError } from '../../domain/errors.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { KeptAnswer } from './kept-answers.ts'

type Needs = Pick<Ports, 'keptAnswers' | 'vault' | 'secrets' | 'clock' | 'newId'>

/** What an answer to a request is, whichever door gave it: its status, and its body as it was sent. */
export type Given = { readonly status: number; readonly body: string | null }
/** A request that names itself: `key` is the caller’s, `request` is a digest of all that was asked. */
export type Named = { readonly key: string; readonly request: string }

export const keptHours = 24
const keptMs = keptHours * 60 * 60 * 1000
/** After that nobody works on it any more: whoever did has died. */
const longestMs = 60_000

/**
 * Carries out a request at most once for each key of an actor, and answers the same again for 24 hours. The answer may hold a
 * secret that is shown once, so it lies sealed. What was refused is not kept: the request may be mended and sent again. Of
 * what broke off nobody knows how far it came, and it is not tried again. `act` authorizes.
 */
export async function answerOnce(
  ports: Needs,
  op: Operation,
  { key, request }: Named,
  act: () => Promise<Given>,
): Promise<Given & { readonly again: boolean }> {
  const { keptAnswers, vault, secrets, clock, newId } = ports
  const place = secrets.hash(`${actorName(op.actor)} ${key}`)
  const claim = newId()
  const at = clock.now()
  const known = await keptAnswers.claim({ place, claim, request, operation: op.id, at, until: at + keptMs })
  if (known !== null) return { ...knownAnswer(ports, known, { place, request }), again: true }
  const given = await act().catch(async (error: unknown) => {
    if (wasRefused(error)) await keptAnswers.release(place, claim)
    throw error
  })
  await keptAnswers.keep(place, claim, vault.seal(JSON.stringify(given), contextOf(place)))
  return { ...given, again: false }
}

const contextOf = (place: string): string => `answers/${place}`

/** Refused before anything was written. An outage may have come in the middle of a commit. */
function wasRefused(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'upstream_unavailable'
}

function knownAnswer(
  { vault, clock }: Needs,
  known: KeptAnswer,
  { place, request }: { place: string; request: string },
): Given {
  if (known.request !== request) {
    const what = 'this Idempotency-Key was used for another request'
    throw new AppError('policy_violation', `${what}; use a new key for each`, { rule: 'idempotency_key_reused' })
  }
  const rule = { rule: 'idempotency_key_in_use' }
  if (known.answer !== null) return opened(vault, known, known.answer, place)
  if (clock.now() - known.claimedAt < longestMs)
    throw new AppError('conflict', 'the same request is being carried out; ask again in a few seconds', rule)
  const what = `the same request broke off (operation ${known.operation}), and nobody knows how far it came`
  throw new AppError('conflict', `${what}; look whether it was done, and if not send it with a new key`, rule)
}

function opened(vault: Ports['vault'], { operation }: KeptAnswer, answer: string, place: string): Given {
  try {
    return JSON.parse(vault.open(answer, contextOf(place))) as Given
  } catch (cause) {
    const what = `the request was carried out (operation ${operation}), and its answer lies under a secret key that is gone`
    throw new AppError('conflict', `${what}; read what it made instead`, { rule: 'idempotency_answer_lost', cause })
  }
}
