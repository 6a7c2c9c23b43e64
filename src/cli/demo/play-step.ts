import { CliError } from '../client.ts'
import type { Customer } from './admin.ts'
import { assign } from './first-sync.ts'
import { createPerson, groupOf, personOf, type Person } from './model.ts'
import { detailOf, idOf, knownId, wanted } from './scim.ts'
import type { Step } from './week.ts'

/** What came of a step, as its IdP saw it: whom it was about, and what Joinery said to it. */
export type Played = { readonly person: Person | null; readonly status: number | null; readonly detail: string }

/** Plays one step: changes the directory and tells Joinery of it, in the requests that the vendor sends for it. */
export async function playStep(customer: Customer, step: Step): Promise<Played> {
  switch (step.kind) {
    case 'join':
      return quiet(await join(customer, step))
    case 'repeat':
      return repeat(customer, step)
    case 'refuse':
      return refuse(customer, step)
    case 'move':
      return quiet(await move(customer, step))
    case 'leave':
      return quiet(await leave(customer, step.login))
    case 'return':
      return quiet(await comeBack(customer, step.login))
    case 'delete':
      return quiet(await remove(customer, step.login))
    case 'rehire':
      return quiet(await rehire(customer, step))
    case 'profile':
      return quiet(await changeProfile(customer, step))
    case 'rename':
      return quiet(await rename(customer, step))
  }
}

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

function quiet(person: Person | null): Played {
  return { person, status: null, detail: '' }
}

function newcomer({ company }: Customer, plan: StepOf<'join'>['person'], userName?: string): Person {
  const number = company.people.size + 1
  return createPerson(company, { ...plan, number, ...(userName === undefined ? {} : { userName }) })
}

async function join(customer: Customer, step: StepOf<'join'>): Promise<Person> {
  const person = newcomer(customer, step.person)
  customer.company.people.set(person.login, person)
  await assignOrFail(customer, person)
  await enter(customer, person, step.group)
  return person
}

/** The answer to the create gets lost, so that it is sent again, refused as a duplicate, and the person then found. */
async function repeat(customer: Customer, step: StepOf<'repeat'>): Promise<Played> {
  const { company, idp } = customer
  const person = newcomer(customer, step.person)
  company.people.set(person.login, person)
  if ((await idp.findUser(person)) !== null) throw new CliError(`${person.userName} is known already`)
  const lost = idOf(await wanted(idp.createUser(person), 201))
  const second = await wanted(idp.createUser(person), 409)
  await assignOrFail(customer, person)
  if (person.scimId !== lost) throw new CliError(`${person.userName} was made twice`)
  await enter(customer, person, step.group)
  return { person, status: second.status, detail: detailOf(second) }
}

async function refuse(customer: Customer, step: StepOf<'refuse'>): Promise<Played> {
  const person = newcomer(customer, step.person, step.userName)
  const answer = await assign(customer.idp, person)
  if (answer === null) throw new CliError(`${person.userName} was let in`)
  return { person, status: answer.status, detail: detailOf(answer) }
}

async function move({ company, idp }: Customer, step: StepOf<'move'>): Promise<Person> {
  const person = personOf(company, step.login)
  const [from, to] = [groupOf(company, step.from), groupOf(company, step.to)]
  person.title = step.title
  await idp.updateProfile(person)
  from.members.delete(person)
  await idp.removeMembers(from, [person])
  to.members.add(person)
  await idp.addMembers(to, [person])
  return person
}

async function leave({ company, idp }: Customer, login: string): Promise<Person> {
  const person = personOf(company, login)
  await idp.setActive(person, false)
  person.status = 'suspended'
  return person
}

async function comeBack(customer: Customer, login: string): Promise<Person> {
  const person = personOf(customer.company, login)
  await assignOrFail(customer, person)
  return person
}

async function remove({ company, idp }: Customer, login: string): Promise<Person> {
  const person = personOf(company, login)
  await idp.deleteUser(person)
  person.status = 'removed'
  for (const group of company.groups) group.members.delete(person)
  return person
}

async function rehire(customer: Customer, step: StepOf<'rehire'>): Promise<Person> {
  const person = personOf(customer.company, step.login)
  const former = knownId(person)
  await assignOrFail(customer, person)
  if (person.scimId === former) throw new CliError(`${person.userName} was given an id that had been used up`)
  await enter(customer, person, step.group)
  return person
}

async function changeProfile({ company, idp }: Customer, step: StepOf<'profile'>): Promise<Person> {
  const person = personOf(company, step.login)
  person.title = step.title
  await idp.updateProfile(person)
  return person
}

async function rename({ company, idp }: Customer, step: StepOf<'rename'>): Promise<null> {
  const group = groupOf(company, step.group)
  group.name = step.to
  await idp.renameGroup(group)
  return null
}

async function enter({ company, idp }: Customer, person: Person, name: string): Promise<void> {
  const group = groupOf(company, name)
  group.members.add(person)
  await idp.addMembers(group, [person])
}

async function assignOrFail({ idp }: Customer, person: Person): Promise<void> {
  const refused = await assign(idp, person)
  if (refused !== null) throw new CliError(`${person.userName} was refused: ${detailOf(refused)}`)
}
