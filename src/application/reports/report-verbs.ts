import type { Ports } from '../ports.ts'
import { exportAssignments } from './export-assignments.ts'
import { reportAssignments } from './report-assignments.ts'

/** What is looked through regularly. */
export function reportVerbs(ports: Ports) {
  return {
    reportAssignments: reportAssignments.bind(undefined, ports),
    exportAssignments: exportAssignments.bind(undefined, ports),
  }
}
