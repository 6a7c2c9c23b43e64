import type { Command } from 'commander'
import { invitationOrders } from '../application/list-orders.ts'
import { claimDoubts } from '../domain/invitation.ts'
import { at } from './client.ts'
import { print, type CliContext } from './context.ts'
import { noServer, type MailTarget } from './mail.ts'
import { printable, toTable, type Row } from './output.ts'
import { sortBy } from './list-options.ts'

type Claim = {
  issuer: string
  subject: string
  claimedEmail: string | null
  provenEmail: string | null
  displayName: string | null
  account: string
  doubts: string[]
}
type Invitation = {
  id: string
  email: string
  roles: string[]
  issuer: string | null
  state: string
  member: string | null
  invitedBy: string
  expiresAt: string
  claim: Claim | null
  mail?: { state: string; error: string | null } | null
} & MailTarget
type OfAccount = { account: string; json?: boolean }
type OfInvitation = OfAccount & { invitation: string }

/** Letting people into an account by mail. */
export function addInvitationCommands(program: Command, context: CliContext): void {
  const invitations = program.command('invitations').description('invitations: letting people in, by mail')
  const command = (name: string, about: string) =>
    invitations
      .command(name)
      .description(about)
      .requiredOption('--account <id>', 'the account')
      .option('--json', 'print JSON')
  const known = (name: string, about: string) =>
    command(name, about).requiredOption('--invitation <id>', 'the invitation')
  addSending(command, known, context)
  addChanging(known, context)
  addLooking(command, known, context)
  addDeciding(known, context)
}

type Make = (name: string, about: string) => Command

function addSending(command: Make, known: Make, { client, out }: CliContext): void {
  command('create', 'invite somebody: a mail with a link goes to the address')
    .requiredOption('--email <address>', 'the work address')
    .requiredOption('--role <role...>', 'the role, or several where the catalog allows that')
    .option('--issuer <url>', 'who proves the person, where you know that: then nobody has to confirm')
    .action(async ({ account, email, role, issuer, ...options }: OfAccount & CreateOptions) => {
      const made = await client.call<Invitation>('POST', at`/accounts/${account}/invitations`, {
        ...{ email, roles: role, ...(issuer === undefined ? {} : { issuer }) },
      })
      print(out, options, made, () => sent(made))
    })
  known('resend', 'mail a new link; those before it are dead').action(
    async ({ account, invitation, ...options }: OfInvitation) => {
      const made = await client.call<Invitation>('POST', at`/accounts/${account}/invitations/${invitation}/resend`, {})
      print(out, options, made, () => sent(made))
    },
  )
}

function addChanging(known: Make, { client, out }: CliContext): void {
  known('change', 'give an invited person other roles before he is in')
    .requiredOption('--role <role...>', 'the role, or several where the catalog allows that')
    .action(async ({ account, invitation, role: roles, ...options }: OfInvitation & { role: string[] }) => {
      const path = at`/accounts/${account}/invitations/${invitation}`
      const changed = await client.call<Invitation>('PATCH', path, { roles })
      const told = `Invitation ${changed.id} for ${printable(changed.email)} gives ${changed.roles.join(', ')} now.`
      print(out, options, changed, () => told)
    })
}

type ListOptions = Partial<Record<'state' | 'email' | 'role' | 'invitedBy' | 'sort', string>>
type CreateOptions = { email: string; role: string[]; issuer?: string }

function sent({ id, email, expiresAt, mailGoesTo }: Invitation): string {
  const going = mailGoesTo === 'files' ? 'is for' : 'goes to'
  return `Invitation ${id} ${going} ${printable(email)}; its link works until ${expiresAt}.${noServer({ mailGoesTo }, id)}`
}

function addLooking(command: Make, known: Make, { client, out }: CliContext): void {
  command('list', 'the invitations of an account, the newest first')
    .option('--state <state>', 'only pending, awaiting_confirmation, accepted, expired or revoked')
    .option('--email <address>', 'only of this address')
    .option('--role <role>', 'only to this role')
    .option('--invited-by <actor>', 'only by this one: operator, member:<id>')
    .option(...sortBy(invitationOrders))
    .action(async ({ account, json, ...query }: OfAccount & ListOptions) => {
      const options = { json }
      const page = await client.all<Invitation>(at`/accounts/${account}/invitations`, query)
      const columns = ['id', 'email', 'roles', 'state', 'mail', 'expiresAt', 'invitedBy']
      print(out, options, page, () => `${toTable(page.items.map(toRow), columns)}${noServer(page.items[0])}`)
    })
  known('show', 'one invitation, and who has taken it up').action(
    async ({ account, invitation, ...options }: OfInvitation) => {
      const shown = await client.call<Invitation>('GET', at`/accounts/${account}/invitations/${invitation}`)
      print(out, options, shown, () => toText(shown))
    },
  )
}

function toRow({ id, email, roles, state, expiresAt, invitedBy, mail = null }: Invitation): Row {
  const reason = mail?.error == null ? '' : `: ${mail.error}`
  return { id, email, state, expiresAt, invitedBy, roles: roles.join(' '), mail: mail && `${mail.state}${reason}` }
}

const doubtTexts: Readonly<Record<(typeof claimDoubts)[number], string>> = {
  address_not_proven: 'no verified domain of that connection proves the address',
  other_address: 'the proven address is not the invited one',
  issuer_not_named: 'the connection is another account’s, and the invitation named no issuer',
  other_issuer: 'the invitation named another issuer',
  inviter_may_not: 'whoever invited may not hand out these roles any more',
}

function toText({ id, email, roles, issuer, state, expiresAt, invitedBy, claim }: Invitation): string {
  const lines = [
    `Invitation ${id} for ${email}`,
    `Roles      ${roles.join(' ')}`,
    `State      ${state.replaceAll('_', ' ')}, until ${expiresAt}`,
    `Invited by ${invitedBy}`,
    ...(issuer === null ? [] : [`Expected   ${issuer}`]),
  ]
  return [...lines, ...(claim === null ? [] : claimLines(claim))].map(printable).join('\n')
}

function claimLines(claim: Claim): string[] {
  const why = claim.doubts.map((doubt) => `  - ${doubtTexts[doubt as keyof typeof doubtTexts] ?? doubt}`)
  return [
    '',
    'Taken up by',
    `  name     ${claim.displayName ?? '-'}`,
    `  issuer   ${claim.issuer}`,
    `  subject  ${claim.subject}`,
    `  address  ${claim.provenEmail ?? claim.claimedEmail ?? '-'}${claim.provenEmail === null ? ' (claimed, not proven)' : ' (proven)'}`,
    `  account  ${claim.account}`,
    ...(why.length === 0 ? [] : ['It waits because', ...why]),
  ]
}

function addDeciding(known: Make, { client, out }: CliContext): void {
  known('confirm', 'let in whoever has taken it up; name whom "show" told')
    .requiredOption('--issuer <url>', 'the issuer')
    .requiredOption('--subject <sub>', 'the subject')
    .action(
      async ({
        account,
        invitation,
        issuer,
        subject,
        ...options
      }: OfInvitation & { issuer: string; subject: string }) => {
        const path = at`/accounts/${account}/invitations/${invitation}/confirm`
        const made = await client.call<Invitation>('POST', path, { issuer, subject })
        print(out, options, made, () => `Invitation ${made.id} is accepted: member ${made.member ?? ''}.`)
      },
    )
  known('revoke', 'take it back, or decline whoever waits').action(
    async ({ account, invitation, ...options }: OfInvitation) => {
      await client.call('DELETE', at`/accounts/${account}/invitations/${invitation}`)
      print(out, options, { revoked: invitation }, () => `Invitation ${invitation} is revoked.`)
    },
  )
}
