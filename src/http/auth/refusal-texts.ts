import type { SignInRefusal } from '../../domain/sign-in.ts'

export type RefusalText = { readonly status: number; readonly title: string; readonly text: string }

const again = 'Start again from the sign-in page.'
const administrator = 'Ask the administrator of your company’s account.'

/** What a person reads who was not let in: what happened, and whom to turn to. Nothing tells whether somebody else exists. */
export const refusalTexts: Readonly<Record<SignInRefusal, RefusalText>> = {
  not_begun_here: {
    ...{ status: 400, title: 'This sign-in cannot be finished' },
    text: `It was not begun in this browser, or it was finished before. ${again}`,
  },
  too_late: {
    ...{ status: 400, title: 'This sign-in took too long' },
    text: `A sign-in has to be finished within ten minutes. ${again}`,
  },
  connection_mixed_up: {
    ...{ status: 400, title: 'This sign-in cannot be finished' },
    text: `The answer came back by another connection than the one that was asked. ${again}`,
  },
  not_available: {
    ...{ status: 403, title: 'This sign-in is not available' },
    text: `It is not set up, or it was switched off. ${administrator}`,
  },
  settings_changed: {
    ...{ status: 403, title: 'This sign-in was changed meanwhile' },
    text: `Its settings are other ones than when you began. ${again}`,
  },
  declined_by_idp: {
    ...{ status: 403, title: 'Your company’s sign-in said no' },
    text: `It did not let you pass to this service. ${administrator}`,
  },
  other_issuer: {
    ...{ status: 400, title: 'This link belongs to another sign-in' },
    text: `Whoever sent you here named an issuer (iss) that is not the one of this sign-in. ${again} Whoever made the link leaves iss out of it, or sends it to /auth/login, which finds the sign-in of an issuer.`,
  },
  response_invalid: {
    ...{ status: 400, title: 'The answer of your company’s sign-in is not valid' },
    text: `It does not fit what was asked. ${again}`,
  },
  code_refused: {
    ...{ status: 400, title: 'The answer of your company’s sign-in is not valid' },
    text: `Its code was used before, has expired or was never given. ${again}`,
  },
  token_invalid: {
    ...{ status: 400, title: 'The answer of your company’s sign-in is not valid' },
    text: `What it says of you could not be verified. ${again}`,
  },
  idp_unreachable: {
    ...{ status: 503, title: 'Your company’s sign-in cannot be reached' },
    text: 'Try again in a few minutes.',
  },
  idp_misconfigured: {
    ...{ status: 403, title: 'This sign-in is not set up as it should be' },
    text: `Your company’s sign-in and this service do not agree on each other. ${administrator}`,
  },
  session_over: {
    ...{ status: 403, title: 'Your company’s session is over' },
    text: `Sign in there anew. ${again}`,
  },
  wrong_tenant: {
    ...{ status: 403, title: 'You signed in with another company’s account' },
    text: 'Sign in with the account of the company that this sign-in belongs to.',
  },
  identity_changed: {
    ...{ status: 403, title: 'You are not the person that was known here' },
    text: `Your company’s sign-in gives a known name to somebody else. ${administrator}`,
  },
  not_provisioned: {
    ...{ status: 403, title: 'You have no access here' },
    text: `Your sign-in worked, and nobody has given you access yet: this sign-in creates nobody. ${administrator}`,
  },
  ambiguous_person: {
    ...{ status: 403, title: 'It is not clear who you are' },
    text: `Your company’s directory tells of more than one person with your id. ${administrator}`,
  },
  linked_otherwise: {
    ...{ status: 403, title: 'Your place is taken by another sign-in' },
    text: `Whom the directory says you are signs in as somebody else already. ${administrator}`,
  },
  not_a_work_address: {
    ...{ status: 403, title: 'A work address is needed' },
    text: 'Your company’s sign-in names a personal e-mail address. Only work addresses are let in.',
  },
  no_verified_address: {
    ...{ status: 403, title: 'Your e-mail address is not verified' },
    text: `Your company’s sign-in does not say that it has verified your address. ${administrator}`,
  },
  opening_unverified: {
    ...{ status: 403, title: 'Your e-mail address is not verified' },
    text: `An account is opened by an address that is verified, and this sign-in does not say that yours is. Verify it where you sign in. ${again}`,
  },
  domain_not_verified: {
    ...{ status: 403, title: 'Your e-mail domain is not known here' },
    text: `Your company has not proved that the domain of your address is its own. ${administrator}`,
  },
  own_sign_in_required: {
    ...{ status: 403, title: 'This account has a sign-in of its own' },
    text: 'It is entered by that one alone. Sign in there.',
  },
  suspended: {
    ...{ status: 403, title: 'Your access is suspended' },
    text: `Your sign-in worked, and your access is suspended. ${administrator}`,
  },
  removed: {
    ...{ status: 403, title: 'You have no access here any more' },
    text: `Your sign-in worked, and your access was taken away. ${administrator}`,
  },
  out_at_home: {
    ...{ status: 403, title: 'You have no access where you come from' },
    text: `You are a member here by another account, which has suspended you or taken your access away. ${administrator}`,
  },
  account_suspended: {
    ...{ status: 403, title: 'This account is suspended' },
    text: 'Nobody of this account is let in at present.',
  },
  link_spent: {
    ...{ status: 400, title: 'This link does not work any more' },
    text: 'It was used before, or it has expired. Ask for a new one.',
  },
  invitation_over: {
    ...{ status: 403, title: 'This invitation does not open' },
    text: 'Open the whole link, as it was sent. If it was whole, it was taken up, taken back or sent again, or its time ran out: ask whoever invited you to send it again.',
  },
}
