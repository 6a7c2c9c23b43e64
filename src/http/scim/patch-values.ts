import { isObject, type Notes } from './canonical.ts'
import type { Dialect } from './dialects.ts'
import type { Misfit } from './misfits.ts'
import type { PatchStep } from './patch-operations.ts'

/** What all steps of one PATCH share. */
export type PatchContext = { readonly dialect: Dialect; readonly notes: Notes; readonly misfits?: Misfit[] }

/** A remove, null, and for some IdPs the empty string, take the value away. */
export function clears(step: PatchStep, dialect: Dialect): boolean {
  if (step.op === 'remove') return !namesElements(step)
  return step.value === null || (step.value === '' && dialect.emptyClears) || isEmptyElement(step)
}

/** An element without its value says nothing, here as in a whole list. */
function isEmptyElement({ filter, sub, value }: PatchStep): boolean {
  const told: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return filter !== null && sub === null && isObject(told) && told.value === ''
}

/** A remove that says which elements of a list: Entra's and JumpCloud's way beside the RFC's brackets. */
function namesElements({ attribute, filter, sub, value }: PatchStep): boolean {
  const hasValue = value !== undefined && value !== null && value !== ''
  return hasValue && attribute.multiValued && filter === null && sub === null
}
