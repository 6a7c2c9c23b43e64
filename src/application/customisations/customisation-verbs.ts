import type { Ports } from '../ports.ts'
import { customiseMember } from './customise-member.ts'
import { showCustomisation } from './find-customisation.ts'
import { resetMember } from './reset-member.ts'

/** One member's permissions, inside what his roles give. */
export function customisationVerbs(ports: Ports) {
  return {
    customiseMember: customiseMember.bind(undefined, ports),
    resetMember: resetMember.bind(undefined, ports),
    showCustomisation: showCustomisation.bind(undefined, ports),
  }
}
