import type { Ports } from '../ports.ts'
import { changeConnection } from './change-connection.ts'
import { createConnection } from './create-connection.ts'
import { listConnections, listGroups, showConnection } from './find-connections.ts'
import { retireConnection } from './retire-connection.ts'
import { planRetirement } from './retirement.ts'

/** The IdPs of an account, from the first day to the last. */
export function connectionVerbs(ports: Ports) {
  return {
    createConnection: createConnection.bind(undefined, ports),
    changeConnection: changeConnection.bind(undefined, ports),
    listConnections: listConnections.bind(undefined, ports),
    showConnection: showConnection.bind(undefined, ports),
    listGroups: listGroups.bind(undefined, ports),
    planRetirement: planRetirement.bind(undefined, ports),
    retireConnection: retireConnection.bind(undefined, ports),
  }
}
