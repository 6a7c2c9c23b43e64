/** Rules on the shape of a document that somebody writes by hand: which keys it has, and of what kind. */
export const SHAPE_RULES = [
  'unsafe-key',
  'unknown-key',
  'missing-key',
  'wrong-type',
  'not-one-of',
  'out-of-bounds',
] as const

export type ShapeRule = (typeof SHAPE_RULES)[number]

export type Path = (string | number)[]

/** One thing to mend: where it is, the rule that it breaks, and a sentence on what is wrong and how to mend it. */
export type DocumentProblem<Rule extends string> = { path: Path; rule: Rule; message: string }

/** Keys that reach an object's prototype instead of the object. No name may be one of them either. */
export const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
