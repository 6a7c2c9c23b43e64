import { z } from 'zod'

/** One of some words; whoever sends another is told which there are. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `must be one of: ${words.join(', ')}`)
