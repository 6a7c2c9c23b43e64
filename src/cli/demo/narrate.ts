import { counted, printable } from '../output.ts'
import type { MemberItem } from './admin.ts'
import { groupOf } from './model.ts'
import type { Happening } from './happening.ts'

type Told = { readonly word: string; readonly text: string }

/** A step in words: what was done in the directory, and what became of the person's role. */
export function narrate(happening: Happening): Told {
  const { step, person, status, detail } = happening
  const name = printable(person?.displayName ?? '')
  const [before, after] = [roleOf(happening.before), roleOf(happening.after)]
  switch (step.kind) {
    case 'join':
      return { word: 'joined', text: `${name}, into ${step.group}: ${after}` }
    case 'repeat': {
      const again = `the answer to the POST got lost, it was sent again: ${status ?? ''}, then found by its filter`
      return { word: 'joined', text: `${name}, into ${step.group}: ${after}; ${again}` }
    }
    case 'refuse':
      return { word: 'refused', text: `${person?.userName ?? ''}: ${status ?? ''} ${printable(detail)}` }
    case 'move':
      return { word: 'moved', text: `${name}, ${step.from} → ${step.to}: ${before} → ${after}` }
    case 'leave':
      return { word: 'left', text: `${name}: suspended, ${before} → ${after}` }
    case 'return':
      return { word: 'back', text: `${name}: active again, ${before} → ${after}; the memberships had been kept` }
    case 'delete':
      return { word: 'deleted', text: `${name}: removed, ${before} → ${after}` }
    case 'rehire':
      return { word: 'rehired', text: `${name}, same externalId, new SCIM id, into ${step.group}: ${after}` }
    case 'profile':
      return { word: 'profile', text: `${name}, title "${step.title}" by an IT admin, PUT of the whole user: ${after}` }
    case 'rename':
      return { word: 'renamed', text: renamed(happening, step.group, step.to) }
  }
}

/** The role that counts now, in words. */
export function roleOf(member: Pick<MemberItem, 'roles'> | undefined): string {
  return member === undefined || member.roles.length === 0 ? 'no role' : member.roles.join(', ')
}

function renamed({ customer: { company } }: Happening, from: string, to: string): string {
  const group = groupOf(company, to)
  const role = company.mappings.find(({ meant }) => meant === group)?.role ?? 'no role'
  const people = [...group.members].filter(({ status }) => status === 'active')
  return `group ${from} → ${to}: its ${counted(people.length, 'person', 'people')} keep ${role}`
}
