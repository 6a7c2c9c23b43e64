import type { OutboxMail } from '../../../domain/mail.ts'
import { pageOf } from '../answers/common.ts'
import { exampleMail, mailAnswer, mailDetailAnswer } from '../answers/mail.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { mailQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'

const tag = 'Mail'

export function mailRoutes({ app, mailGoesTo }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listMail', who: 'operator', tag, method: 'get', path: '/mail' },
      about:
        'A page of the [outbox](../operations/mail.md), the newest first. `state` is `waiting`, `sent`, `failed` (the server refused the address for good) or `dropped` (it would have been of no use any more). Where `mailGoesTo` is `files`, no [mail server](../operations/mail.md#without-one) is set. `about` is the id of the invitation. A mail is remembered for 30 days.',
      ...{ query: mailQuery, answer: pageOf(mailAnswer), example: { items: [exampleMail], next: null } },
      async handle({ op, query: { account: accountId, ...query } }) {
        const page = await app.listMail(op, { ...query, after: query.after, accountId })
        return { items: page.items.map((each) => ({ ...presentMail(each), mailGoesTo })), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getMail', who: 'operator', tag, method: 'get', path: '/mail/:mail' },
      about:
        'One mail. `text` is what was written where mail becomes files and this process keeps them; else it is null, as a mail that went out is not kept.',
      ...{ answer: mailDetailAnswer, example: { ...exampleMail, text: null } },
      async handle({ op, params }) {
        const { text, ...mail } = await app.showMail(op, params.mail)
        return { ...presentMail(mail), mailGoesTo, text }
      },
    }),
  ]
}

function presentMail(mail: OutboxMail) {
  const { id, accountId: account, about, causedBy, to, subject, state, attempts, error, createdAt, sentAt } = mail
  return {
    ...{ id, account, about, causedBy, to, subject, state, attempts, error, createdAt: iso(createdAt) },
    nextAttemptAt: state === 'waiting' ? iso(mail.nextAttemptAt) : null,
    sentAt: isoOrNull(sentAt),
  }
}
