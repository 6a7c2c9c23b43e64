import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { evaluate } from './evaluate.ts'
import type { Decision, Question } from './question.ts'

export const evaluationSemantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
export type EvaluationSemantic = (typeof evaluationSemantics)[number]

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** A question that cannot be asked, with what is wrong with it, has its place in the answers as any other. */
export type Malformed = { readonly malformed: string }
export type AnswerOfMany = Decision | (Malformed & { readonly decision: false })

/** Answers in the order of the questions; under two of the semantics the one that decides is the last. */
export async function evaluateMany(
  ports: Needs,
  op: Operation,
  { questions, semantic }: { questions: readonly (Question | Malformed)[]; semantic: EvaluationSemantic },
): Promise<AnswerOfMany[]> {
  authorize(op, { verb: 'decide' })
  const answers: AnswerOfMany[] = []
  for (const question of questions) {
    const answer =
      'malformed' in question ? { ...question, decision: false as const } : await evaluate(ports, op, question)
    answers.push(answer)
    if (semantic === (answer.decision ? 'permit_on_first_permit' : 'deny_on_first_deny')) break
  }
  return answers
}
