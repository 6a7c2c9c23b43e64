import type { Catalog } from '../../domain/catalog.ts'
import type { CatalogProblem } from './catalog-problem.ts'
import { type CatalogDocument, catalogDocument } from './catalog-schema.ts'
import { checkParents, checkReferences, checkUniqueIds } from './check-names.ts'
import { checkOwner } from './check-owner.ts'
import { checkAssign, checkAssignBelow, checkExamples, checkRoleGroups } from './check-roles.ts'
import { checkRolesHoldTogether } from './check-roles-hold-together.ts'
import { checkAccessKeys, checkControls, checkDependencies, checkRoleRequests } from './check-rules.ts'
import { checkTable } from './check-table.ts'
import { shapeProblems, unsafeKeys } from '../documents/shape-problems.ts'
import { inputWords } from '../input-words.ts'
import { toCatalog } from './to-catalog.ts'

export type ParsedCatalog = { catalog: Catalog } | { problems: CatalogProblem[] }

const CHECKS: readonly ((document: CatalogDocument) => CatalogProblem[])[] = [
  checkReferences,
  checkParents,
  checkTable,
  checkOwner,
  checkAssign,
  checkAssignBelow,
  checkRoleGroups,
  checkExamples,
  checkDependencies,
  checkControls,
  checkRoleRequests,
  checkAccessKeys,
]

/**
 * Reads a role catalog, or says everything that is wrong with it. Each step looks only at what the one before it found
 * sound, so that one slip does not show as ten.
 */
export function parseCatalog(document: unknown): ParsedCatalog {
  const unsafe = unsafeKeys(document)
  if (unsafe.length > 0) return { problems: unsafe }

  const shape = catalogDocument.safeParse(document, { error: inputWords })
  if (!shape.success) return { problems: shapeProblems(shape.error, document) }

  const twice = checkUniqueIds(shape.data)
  if (twice.length > 0) return { problems: twice }

  const wrong = CHECKS.flatMap((check) => check(shape.data))
  if (wrong.length > 0) return { problems: wrong }

  const catalog = toCatalog(shape.data)
  const loose = checkRolesHoldTogether(catalog)
  return loose.length > 0 ? { problems: loose } : { catalog }
}
