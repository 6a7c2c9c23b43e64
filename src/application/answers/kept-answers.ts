/** Answers to requests that named themselves. `place` tells the actor and his key; `claim` is whoever carries it out. */
export type KeptAnswers = {
  /** Takes the place until `until`; null where it was free, else what is there. Forgets what is over. */
  claim(wanted: AnswerClaim): Promise<KeptAnswer | null>
  keep(place: string, claim: string, answer: string): Promise<void>
  /** Frees the place, where the claim is still there and has no answer. */
  release(place: string, claim: string): Promise<void>
}
export type AnswerClaim = {
  readonly place: string
  readonly claim: string
  readonly request: string
  readonly operation: string
  readonly at: number
  readonly until: number
}
/** `answer` is sealed; null while the request is carried out, or where that broke off. */
export type KeptAnswer = Pick<AnswerClaim, 'request' | 'operation'> & {
  readonly answer: string | null
  readonly claimedAt: number
}
