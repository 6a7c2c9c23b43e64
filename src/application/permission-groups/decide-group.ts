import type { Catalog, Cells } from '../../domain/catalog.ts'
import { accessOf } from '../../domain/catalog.ts'
import { nameKey } from '../../domain/directory-user.ts'
import { AppError, type FieldProblem } from '../../domain/errors.ts'
import { lacksNothing } from '../../domain/holder.ts'
import type { EffectiveAccess } from '../../domain/joinery-verbs.ts'
import { judgeCells, readCells, type JudgedCells, type WantedCells } from '../../domain/judge-cells.ts'
import { isGroupRole, setCells, type PermissionGroup } from '../../domain/permission-group.ts'
import type { Permitted } from '../access/require-may.ts'

/** A group as it was saved, what was added to it on request, and what the platform advises against. */
export type SavedGroup = Pick<Extract<JudgedCells, { kind: 'whole' }>, 'added' | 'advice'> & {
  readonly group: PermissionGroup
}

type Wanted = { readonly permissions?: WantedCells | undefined; readonly complete?: boolean | undefined }

/** The cells that a group is saved with: what it has, changed as told. What does not hold together is refused with the reason. */
export function decideCells(catalog: Catalog, has: Cells, { permissions = {}, complete = false }: Wanted) {
  const { cells, problems } = readCells(catalog, permissions)
  if (problems.length > 0) throw new AppError('invalid_input', textOf(problems), { problems })
  const judged = judgeCells(catalog, setCells(has, cells), complete)
  if (judged.kind === 'whole') return judged
  const mend = 'set that too, or have it added with complete: true (--complete in the command line)'
  throw new AppError('conflict', `${textOf(judged.problems)}; ${mend}`, {
    rule: 'dependency_broken',
    problems: judged.problems,
  })
}

/** Refuses to give, or to touch, what whoever asks has not himself: control of Joinery comes by access, and is among it. */
export function requireWithinOwn(catalog: Catalog, permitted: Permitted, cells: Cells): void {
  requireOwnAccess(permitted, accessOf(catalog, { kind: 'cells', cells }))
}

/** The same of access of any origin. */
export function requireOwnAccess(permitted: Permitted, access: EffectiveAccess): void {
  if (permitted.kind === 'operator') return
  const lacking = [...access].filter(
    ([capability, words]) => !lacksNothing(permitted.holder.access, new Map([[capability, words]])),
  )
  if (lacking.length === 0) return
  const problems = lacking.map(([capability, words]) => ({
    path: `permissions.${capability}`,
    message: `you do not have this yourself at "${words.at(-1) ?? ''}"`,
  }))
  throw new AppError('forbidden', textOf(problems), { rule: 'beyond_your_own', problems })
}

type Named = { readonly groups: readonly PermissionGroup[]; readonly catalog: Catalog }

/** Refuses the name of another group, and of a role of the platform, however it is written: an IdP names either by it. */
export function requireFreeName({ groups, catalog }: Named, name: string, but?: string): void {
  const isTaken = (other: string): boolean => nameKey(other) === nameKey(name)
  const ofGroup = groups.some((other) => other.id !== but && isTaken(other.name))
  const ofRole = catalog.roles.some(({ id, label, flags }) => !flags.example && !isGroupRole(id) && isTaken(label))
  if (!ofGroup && !ofRole) return
  const message = `the account has a ${ofGroup ? 'permission group' : 'role'} "${name}" already; choose another name`
  throw new AppError('conflict', message, { rule: 'name_taken', problems: [{ path: 'name', message }] })
}

function textOf(problems: readonly FieldProblem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
}
