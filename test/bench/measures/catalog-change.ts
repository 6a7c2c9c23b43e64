import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '../../support/api.ts'
import { mustClose } from '../closers.ts'
import { pour } from '../load.ts'
import { addMapping, addMembers, concurrency, createGroups, joiners, openPlace, settle } from '../place.ts'
import { count, scaled, seconds, type Measure } from '../result.ts'

const slice = 500
const people = (scale: number): number => scaled(10_000, scale, 200)

/** A catalog of two roles in which `trainee` may be missing and `clerk` may have less. */
const catalog = (clerk: string, ...roles: string[]): string => `format: 1
id: bench
label: Bench
access: { kind: verbs, noAccess: None, verbs: [{ id: view, label: View }, { id: edit, label: Edit, implies: [view] }] }
accountLevels: [{ id: account, label: Account }]
holding: several
roles: [${roles.map((id) => `{ id: ${id}, label: ${id} }`).join(', ')}]
capabilities:
  - { id: desk, label: Desk, grants: { ${roles.map((id) => `${id}: [${id === 'clerk' ? clerk : 'view'}]`).join(', ')} } }
`

/** From a changed file to its plan, and from its application until nobody lags. */
export const catalogChange: Measure = {
  how: (scale) =>
    `catalog-change: ${count(people(scale))} people hold two roles by mapped groups. A file in which one role is gone and the other gives less is planned (GET …/plan, everybody judged under both catalogs), and applied: until nobody lags.`,
  async run(ground, scale) {
    const folder = mkdtempSync(join(tmpdir(), 'joinery-bench-'))
    mustClose(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })))
    const write = (text: string): void => writeFileSync(join(folder, 'bench.yaml'), text)
    write(catalog('edit', 'clerk', 'trainee'))
    const place = await openPlace({ ...ground, env: { ...ground.env, CATALOG_DIR: folder } }, true, 'bench')
    const { ids } = await pour(place.scim, joiners(place, 'p', people(scale)), concurrency)
    for (const role of ['clerk', 'trainee']) {
      const [group = ''] = await createGroups(place, [role])
      for (let at = 0; at < ids.length; at += slice)
        await place.scim.send(addMembers(place, group, ids.slice(at, at + slice)))
      await addMapping(place, { groupId: group, role })
    }
    await settle(place)
    write(catalog('view', 'clerk'))
    const api = createApi(place.server.url, ground.adminToken)
    const started = performance.now()
    const { plan, totals } = await api.ok('GET', '/catalogs/bench/plan')
    const planMs = performance.now() - started
    const applying = performance.now()
    await api.ok('POST', '/catalogs/bench/apply', { plan })
    await settle(place)
    const applyMs = performance.now() - applying
    await place.close()
    return {
      rows: [
        { measure: 'catalog change: plan', aim: '< 2 s', text: seconds(planMs), met: planMs < 2000 },
        { measure: 'catalog change: applied', aim: '< 60 s', text: seconds(applyMs), met: applyMs < 60_000 },
      ],
      data: { people: people(scale), totals: totals as object, planMs, applyMs },
    }
  },
}
