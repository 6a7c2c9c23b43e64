import { CliError } from '../client.ts'
import { counted, type Output } from '../output.ts'
import { settled, type Admin, type Customer } from './admin.ts'
import { checkAll } from './checks.ts'
import { alderway, brightquay } from './companies.ts'
import { firstSync } from './first-sync.ts'
import { mapGroups } from './map-groups.ts'
import { createCompany } from './model.ts'
import { playWeek } from './play-week.ts'
import type { Progress } from './progress.ts'
import { reportCustomer } from './report.ts'
import { openCustomer, sayMappings } from './set-up.ts'
import type { SignIns } from './sign-in/sign-ins.ts'
import { phaseOf, reportTimings, type Timings } from './timings.ts'

export type Stage = {
  readonly admin: Admin
  readonly timings: Timings
  readonly signIns: SignIns
  readonly progress: Progress
  readonly out: Output
  readonly signal: AbortSignal
}

/** The whole story, told as it goes; ends in an error where anything is not as it must be. */
export async function playStory(stage: Stage): Promise<Customer[]> {
  const { admin, timings, signIns, out, signal } = stage
  const customers = await openCustomers(stage)
  out.line('')
  out.line('First sync, in the requests that each IdP really sends')
  const known = []
  for (const customer of customers) {
    const before = await sayMappings(admin, customer, 'before')
    await syncOne(stage, customer)
    known.push(before)
  }
  const endOfSync = timings.mark()
  for (const [index, customer] of customers.entries()) await mapGroups(stage, customer, known[index] ?? [])

  await signIns.begin(customers)

  out.line('')
  const happenings = await playWeek({ admin, customers, out, signal })
  const [sync, week] = [phaseOf(timings, timings.start, endOfSync), phaseOf(timings, endOfSync, timings.mark())]
  for (const customer of customers) {
    const own = happenings.filter((happening) => happening.customer === customer)
    for (const line of ['', ...(await reportCustomer(admin, customer, own))]) out.line(line)
  }
  for (const line of ['', ...reportTimings(timings, { sync, week })]) out.line(line)
  tellChecks(out, [...(await checkAll(admin, customers, happenings, timings)), ...(await signIns.checks())])
  return customers
}

async function openCustomers({ admin, timings, progress, signal }: Stage): Promise<Customer[]> {
  const meter = {
    request(status: number, ms: number) {
      timings.request(status, ms)
      progress.request()
    },
  }
  const customers: Customer[] = []
  for (const plan of [brightquay, alderway]) {
    customers.push(await openCustomer(admin, createCompany(plan), { meter, signal }))
  }
  return customers
}

async function syncOne({ admin, progress, out, signal }: Stage, customer: Customer): Promise<void> {
  const { name, vendor, people, groups } = customer.company
  out.line(`  ${name} (${vendor}): ${counted(people.size, 'person', 'people')}, ${counted(groups.length, 'group')}`)
  progress.begin(vendor)
  await firstSync(customer)
  await settled(admin, [customer], signal)
  progress.end('nobody lags')
}

function tellChecks(out: Output, checks: Awaited<ReturnType<typeof checkAll>>): void {
  const failed = checks.filter(({ wrong }) => wrong.length > 0)
  out.line(`Checks: ${checks.length - failed.length} of ${checks.length} hold`)
  for (const { what, wrong } of failed) out.error(`NOT SO: ${what}: ${wrong.slice(0, 10).join('; ')}`)
  if (failed.length > 0) throw new CliError(`${counted(failed.length, 'check')} failed`)
}
