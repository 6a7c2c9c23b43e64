import { createApi } from '../../support/api.ts'
import { createClient, pour, type Call } from '../load.ts'
import { addMapping, addMembers, concurrency, createGroups, joiners, openPlace, settle, userNameOf } from '../place.ts'
import { count, ms, scaled, type Measure } from '../result.ts'
import { percentile } from '../stats.ts'

const slice = 500
/** As many as keep two cores busy: with more, a question waits for those before it, and what is measured is the queue. */
const lanes = 2
const sizes = (scale: number) => ({ people: scaled(100_000, scale, 200), questions: scaled(40_000, scale, 500) })

/** Access decisions over HTTP, about people chosen by chance among many. */
export const decisions: Measure = {
  how: (scale) => {
    const { people, questions } = sizes(scale)
    return `decisions: ${count(people)} people hold a role by a mapped group. Then, behind an eighth as many to warm up, ${count(questions)} POST /access/v1/evaluation by a gateway, ${lanes} at a time, each about somebody else by his user name; half of them are allowed. The load driver runs on the same machine.`
  },
  async run(ground, scale) {
    const { people, questions } = sizes(scale)
    const place = await openPlace(ground)
    const { ids } = await pour(place.scim, joiners(place, 'p', people), concurrency)
    const [group = ''] = await createGroups(place, ['Everybody'])
    for (let at = 0; at < ids.length; at += slice)
      await place.scim.send(addMembers(place, group, ids.slice(at, at + slice)))
    await addMapping(place, { groupId: group, role: 'support' })
    await settle(place)
    const api = createApi(place.server.url, ground.adminToken)
    const { token } = await api.ok<{ token: string }>('POST', `/accounts/${place.accountId}/gateways`, { name: 'API' })
    const gateway = createClient(place.server.url, token, { type: 'application/json' })
    await pour(gateway, ask(people, Math.ceil(questions / 8)), lanes)
    const poured = await pour(gateway, ask(people, questions), lanes)
    gateway.close()
    await place.close()
    const perSecond = (questions / poured.ms) * 1000
    const [p50, p99] = [percentile(poured.latencies, 0.5), percentile(poured.latencies, 0.99)]
    const rate = { measure: 'decisions a second', aim: '> 2,000', text: count(perSecond), met: perSecond > 2000 }
    return {
      rows: [
        rate,
        { measure: 'decision, p50', aim: '', text: ms(p50), met: null },
        { measure: 'decision, p99', aim: '< 5 ms', text: ms(p99), met: p99 < 5 },
      ],
      data: { people, questions, perSecond, p50, p99 },
    }
  },
}

/** Strides through all people, so that no two questions that follow one another are about the same. */
function ask(people: number, questions: number): Call[] {
  const stride = 7919
  return Array.from({ length: questions }, (_each, index) => ({
    ...{ method: 'POST', path: '/access/v1/evaluation' },
    body: JSON.stringify({
      subject: { type: 'user', id: userNameOf('p', (index * stride) % people) },
      action: { name: index % 2 === 0 ? 'view' : 'delete' },
      resource: { type: 'capability', id: 'account-settings.team' },
    }),
  }))
}
