import type { KeptAnswer, KeptAnswers } from '../../application/answers/kept-answers.ts'
import type { Database } from './database.ts'

type Row = {
  place: string
  claim: string
  request: string
  operation: string
  answer: string | null
  claimed_at: number
  expires_at: number
}

/** How many answers that are over are forgotten with each new one: more than come, so that they get fewer. */
const forgottenAtOnce = 100

export function createKeptAnswersStore(database: Database): KeptAnswers {
  return {
    claim: ({ place, claim, request, operation, at, until }) =>
      database.transaction(async ({ db, rows, run }) => {
        const over = db('kept_answers').where('expires_at', '<=', at)
        await run(db('kept_answers').whereIn('place', over.select('place').limit(forgottenAtOnce)).delete())
        const row: Row = { place, claim, request, operation, answer: null, claimed_at: at, expires_at: until }
        await run(db('kept_answers').insert(row).onConflict('place').merge().where('kept_answers.expires_at', '<=', at))
        const [stored] = await rows<Row>(db('kept_answers').where({ place }))
        return stored === undefined || stored.claim === claim ? null : toKept(stored)
      }),
    keep: (place, claim, answer) =>
      database.transaction(({ db, run }) => run(db('kept_answers').where({ place, claim }).update({ answer }))),
    release: (place, claim) =>
      database.transaction(({ db, run }) => run(db('kept_answers').where({ place, claim, answer: null }).delete())),
  }
}

function toKept({ request, operation, answer, claimed_at }: Row): KeptAnswer {
  return { request, operation, answer, claimedAt: Number(claimed_at) }
}
