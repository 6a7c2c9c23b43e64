import { CliError } from '../client.ts'
import type { Customer } from './admin.ts'
import type { Group, Person } from './model.ts'
import { detailOf, idOf, wanted, type Answer, type Idp } from './scim.ts'

/** How many requests an IdP has under way at once. */
const atOnce = 4

/** The first cycle after the connection has been switched on: everybody assigned, then every group. */
export async function firstSync({ company, idp }: Customer): Promise<void> {
  await idp.probe()
  await inParallel([...company.people.values()], async (person) => {
    const refused = await assign(idp, person)
    if (refused !== null) throw new CliError(`${person.userName} was refused: ${detailOf(refused)}`)
  })
  await inParallel(company.groups, (group) => pushGroup(idp, group))
}

/** Looks a person up by user name, then creates or re-activates him; answers the refusal, where he was refused. */
export async function assign(idp: Idp, person: Person): Promise<Answer | null> {
  const found = await idp.findUser(person)
  if (found === null) {
    const answer = await idp.createUser(person)
    if (answer.status !== 201) return answer
    person.scimId = idOf(answer)
  } else {
    person.scimId = found.id
    if (!found.active) await idp.setActive(person, true)
  }
  person.status = 'active'
  return null
}

async function pushGroup(idp: Idp, group: Group): Promise<void> {
  const found = await idp.findGroup(group)
  group.scimId = found === null ? idOf(await wanted(idp.createGroup(group), 201)) : found.id
  if (group.members.size > 0) await idp.addMembers(group, [...group.members])
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
