import type { Ports } from '../ports.ts'
import { applyCatalog } from './apply-catalog.ts'
import { getCatalog, listCatalogs } from './find-catalogs.ts'
import { planCatalog } from './plan-catalog.ts'
import { planMembers } from './plan-members.ts'

/** The role catalogs in force, and how a changed one comes in force. */
export function catalogVerbs(ports: Ports) {
  return {
    listCatalogs: listCatalogs.bind(undefined, ports),
    getCatalog: getCatalog.bind(undefined, ports),
    planCatalog: planCatalog.bind(undefined, ports),
    planMembers: planMembers.bind(undefined, ports),
    applyCatalog: applyCatalog.bind(undefined, ports),
  }
}
