import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Ports, Tx } from '../../src/application/ports.ts'
import { createComingBetween } from './coming-between.ts'
import type { TestDatabase } from './databases.ts'
import { operator, startJoinery, type Joinery } from './joinery.ts'
import { settle } from './signed-in.ts'

type Grants = Record<string, string>
export const usual: Grants = { clerk: '[sell]', guest: '[see]', boss: '[sell, staff]' }

/** The catalog of a shop whose roles and cells of the till a test chooses. */
export function shop(till: Grants = usual, more = ''): string {
  const roles = Object.keys(till).map((id) => `{ id: ${id}, label: ${id} }`)
  const cells = Object.entries(till).map(([id, cell]) => `${id}: ${cell}`)
  return `format: 1
id: shop
label: A shop
access:
  kind: verbs
  noAccess: Nothing
  verbs: [{ id: see, label: See }, { id: sell, label: Sell, implies: [see] }, { id: staff, label: Staff }]
accountLevels: [{ id: account, label: Account }]
holding: several
customisation: within-role
roles: [${roles.join(', ')}]
capabilities:
  - { id: till, label: Till, grants: { ${cells.join(', ')} } }
controls: { manage-members: { needs: { till: staff } } }
${more}`
}

/** For each test a service of its own, with one account under the catalog of a folder that the test writes to. */
export function useShop(database: 'sqlite' | 'postgres') {
  const between = createComingBetween()
  const lock = createAfterLock()
  let names = 0
  let started: { joinery: Joinery; folder: string; accountId: string }
  const start = (folder: string, on?: TestDatabase) =>
    startJoinery({
      ...{ database, workers: false, env: { CATALOG_DIR: folder } },
      wrapPorts: (ports) => between.wrapPorts(lock.wrapPorts(ports)),
      ...(on && { on }),
    })
  const app = () => started.joinery.runtime.app
  const write = (text: string, id = 'shop', folder = started.folder) => writeFileSync(join(folder, `${id}.yaml`), text)

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    write(shop(), 'shop', folder)
    const joinery = await start(folder)
    const { id: accountId } = await joinery.runtime.app.createAccount(operator, { name: 'Acme', catalog: 'shop' })
    started = { joinery, folder, accountId }
  })
  afterEach(async () => {
    await started.joinery.close()
    rmSync(started.folder, { recursive: true })
  })

  return {
    ...{ between, write },
    /** What happens once, after a catalog was locked in a transaction. */
    afterLock: lock.once,
    started: () => started,
    /** Another process on the same database. */
    startAgain: () => start(started.folder, started.joinery.database),
    async employ(...roles: string[]): Promise<string> {
      const { accountId, joinery } = started
      const name = `p${(names += 1)}@corp.example`
      const { id: memberId } = await app().addMember(operator, { accountId, userName: name, email: name })
      for (const role of roles) await app().assignRole(operator, { accountId, memberId, role })
      await settle(joinery)
      return memberId
    },
    async may(memberId: string, name: string, from = started.joinery) {
      const nothing = { properties: {} }
      const answer = await from.runtime.app.evaluate(operator, {
        subject: { type: 'member', id: memberId, ...nothing },
        action: { name, ...nothing },
        resource: { type: 'capability', id: 'till', properties: { account: started.accountId } },
      })
      return answer.decision ? 'yes' : answer.reason
    },
    plan: () => app().planCatalog(operator, 'shop'),
    apply: (hash: string, accept?: boolean) => app().applyCatalog(operator, { id: 'shop', plan: hash, accept }),
    /** A key of the organisation and an invitation that carry a role. */
    async carry(role: string): Promise<void> {
      const { accountId, joinery } = started
      await app().createAccessKey(operator, { accountId, name: 'Till', roles: [role] })
      const email = `i${(names += 1)}@corp.example`
      await app().invite(operator, { accountId, email, roles: [role], publicUrl: joinery.url })
    },
  }
}

function createAfterLock() {
  let waiting: (() => Promise<unknown>) | null = null
  return {
    once: (happens: () => Promise<unknown>): void => {
      waiting = happens
    },
    wrapPorts: (ports: Ports): Ports => ({
      ...ports,
      unitOfWork: (work) =>
        ports.unitOfWork((tx) => {
          const lock: Tx['catalogs']['lock'] = async (id) => {
            const found = await tx.catalogs.lock(id)
            const then = waiting
            waiting = null
            await then?.()
            return found
          }
          return work({ ...tx, catalogs: { ...tx.catalogs, lock } })
        }),
    }),
  }
}
