import type { Output } from '../output.ts'
import { membersOf, settled, type Admin, type Customer } from './admin.ts'
import type { Happening } from './happening.ts'
import { narrate } from './narrate.ts'
import { playStep, type Played } from './play-step.ts'
import { padded, wrapped } from './text.ts'
import { days, weekOf, type Day, type Step } from './week.ts'

type Stage = {
  readonly admin: Admin
  readonly customers: readonly Customer[]
  readonly signal: AbortSignal
  readonly out: Output
}

/** A week, day by day: each IdP tells what happened, Joinery carries it on, and then its members are looked at. */
export async function playWeek(stage: Stage): Promise<Happening[]> {
  const happenings: Happening[] = []
  for (const day of days) happenings.push(...(await playDay(stage, day)))
  return happenings
}

async function playDay({ admin, customers, signal, out }: Stage, day: Day): Promise<Happening[]> {
  const look = () => Promise.all(customers.map((customer) => membersOf(admin, customer)))
  const before = await look()
  const played = await Promise.all(customers.map((customer) => playSteps(customer, day)))
  await settled(admin, customers, signal)
  const after = await look()
  out.line(day)
  return customers.flatMap((customer, index) => {
    const happenings = (played[index] ?? []).map(({ step, ...rest }) => {
      const name = rest.person?.userName ?? ''
      const members = { before: before[index]?.get(name), after: after[index]?.get(name) }
      return { day, customer, step, ...rest, ...members }
    })
    tell(out, customer, happenings)
    return happenings
  })
}

async function playSteps(customer: Customer, day: Day): Promise<(Played & { step: Step })[]> {
  const played: (Played & { step: Step })[] = []
  for (const step of weekOf(customer.company)[day]) played.push({ step, ...(await playStep(customer, step)) })
  return played
}

const textWidth = 96

function tell(out: Output, { company }: Customer, happenings: readonly Happening[]): void {
  const name = company.name.split(' ')[0] ?? ''
  const told = happenings.length === 0 ? [{ word: 'quiet', text: '' }] : happenings.map(narrate)
  for (const { word, text } of told) {
    const [first = '', ...rest] = wrapped(text, textWidth)
    out.line(`  ${padded(name, 10)}  ${padded(word, 8)}  ${first}`.trimEnd())
    for (const line of rest) out.line(`${' '.repeat(24)}${line}`)
  }
}
