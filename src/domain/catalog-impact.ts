import { joineryVerbsFor, slotOf, type Catalog, type Cells } from './catalog.ts'
import { beyond, cellsOf } from './customisation.ts'
import { holderOf, type Giver, type Held } from './holder.ts'
import { assignableByIdp } from './idp-roles.ts'
import type { JoineryVerb } from './joinery-verbs.ts'

/** What a changed catalog does to somebody. */
export type Impact = {
  /** Roles that he holds now, and then. */
  readonly roles: readonly string[]
  readonly becomes: readonly string[]
  readonly gains: Cells
  readonly loses: Cells
  /** Verbs of Joinery that he may use then and not now, and the reverse. */
  readonly controlsGained: readonly JoineryVerb[]
  readonly controlsLost: readonly JoineryVerb[]
}

export type Judged = { readonly impact: Impact | null; readonly managed: boolean; readonly manages: boolean }
type Side = { readonly catalog: Catalog; readonly held: Held; readonly level: string }

/** The impact on one holder, null where he notices nothing; and whether he manages members now, and then. */
export function judgeImpact(before: Side, after: Side): Judged {
  const [was, is] = [holderOn(before), holderOn(after)]
  const [had, has] = [joineryVerbsFor(before.catalog, was), joineryVerbsFor(after.catalog, is)]
  const impact: Impact = {
    ...{ roles: was.roles, becomes: is.roles },
    gains: cellsOf(after.catalog, beyond(is.access, was.access)),
    loses: cellsOf(before.catalog, beyond(was.access, is.access)),
    controlsGained: has.filter((verb) => !had.includes(verb)),
    controlsLost: had.filter((verb) => !has.includes(verb)),
  }
  const [managed, manages] = [had.includes('manage-members'), has.includes('manage-members')]
  return { impact: isNoticed(impact) ? impact : null, managed, manages }
}

function holderOn({ catalog, held, level }: Side): Giver {
  return holderOf(catalog, { ...held, roles: [...new Set(held.roles)].sort() }, level)
}

function isNoticed({ roles, becomes, gains, loses, controlsGained, controlsLost }: Impact): boolean {
  const access = Object.keys(gains).length + Object.keys(loses).length
  return access + controlsGained.length + controlsLost.length > 0 || roles.join() !== becomes.join()
}

/** Whether the same facts come to the same roles under both: then nobody's roles move, only what they give. */
export function resolvesAlike(before: Catalog, after: Catalog): boolean {
  const shape = (catalog: Catalog): string =>
    JSON.stringify([
      ...[catalog.holding, catalog.permissionGroups],
      ...catalog.roles.map(({ id, label, flags }) => [
        ...[id, label, flags.exclusive, flags.protected, flags.unassignable],
        ...[slotOf(catalog, id), assignableByIdp(catalog, id)],
      ]),
    ])
  return shape(before) === shape(after)
}

/** Whether a role gives its holders something else, at any level of the account tree. */
export function givesOtherwise(before: Catalog, after: Catalog, roleId: string): boolean {
  return after.accountLevels.some(({ id: level }) => {
    const { impact } = judgeImpact(
      { catalog: before, level, held: { roles: [roleId], cells: null, switchedOff: [] } },
      { catalog: after, level, held: { roles: [roleId], cells: null, switchedOff: [] } },
    )
    return impact !== null
  })
}
