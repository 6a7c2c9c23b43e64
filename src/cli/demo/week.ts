import type { Company } from './model.ts'

export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export type Day = (typeof days)[number]

type New = { readonly name: string; readonly department: string; readonly title: string }

/** What an administrator does in his directory. People are named by login, newcomers by name. */
export type Step =
  | { readonly kind: 'join'; readonly person: New; readonly group: string }
  | { readonly kind: 'repeat'; readonly person: New; readonly group: string }
  | { readonly kind: 'refuse'; readonly person: New; readonly userName: string }
  | {
      readonly kind: 'move'
      readonly login: string
      readonly from: string
      readonly to: string
      readonly title: string
    }
  | { readonly kind: 'leave' | 'return' | 'delete'; readonly login: string }
  | { readonly kind: 'rehire'; readonly login: string; readonly group: string }
  | { readonly kind: 'profile'; readonly login: string; readonly title: string }
  | { readonly kind: 'rename'; readonly group: string; readonly to: string }

export type Week = Readonly<Record<Day, readonly Step[]>>

const engineer = { department: 'Engineering', title: 'Software Engineer' }
const agent = { department: 'Customer Support', title: 'Support Agent' }

const oktaWeek: Week = {
  Monday: [
    { kind: 'join', person: { name: 'Zuri/Wambui', ...engineer }, group: 'Engineering' },
    { kind: 'join', person: { name: 'Piotr/Wiśniewski', ...agent }, group: 'Customer Support' },
  ],
  Tuesday: [
    { kind: 'refuse', person: { name: 'Lena/Fischer', ...agent }, userName: 'lena.fischer@gmail.com' },
    { kind: 'move', login: 'jonas.lindqvist', from: 'Engineering', to: 'Customer Support', title: 'Support Engineer' },
    { kind: 'leave', login: 'priya.raghunathan' },
  ],
  Wednesday: [
    { kind: 'profile', login: 'mei.zhang', title: 'Senior Financial Analyst' },
    { kind: 'leave', login: 'thabo.nkosi' },
    {
      kind: 'join',
      person: { name: 'Søren/Kjær', department: 'IT', title: 'Systems Administrator' },
      group: 'IT Admins',
    },
  ],
  Thursday: [
    { kind: 'rename', group: 'Customer Support', to: 'Customer Care' },
    { kind: 'join', person: { name: 'Anjali/Kulkarni', ...agent }, group: 'Customer Care' },
  ],
  Friday: [
    { kind: 'return', login: 'priya.raghunathan' },
    { kind: 'move', login: 'hannah.abramson', from: 'Finance', to: 'Engineering', title: 'Data Engineer' },
  ],
  Saturday: [],
  Sunday: [
    { kind: 'leave', login: 'nadia.benali' },
    { kind: 'move', login: 'callum.ferguson', from: 'On-call', to: 'Warehouse Systems', title: 'Site Support' },
  ],
}

const platform = { department: 'Platform Engineering', title: 'Platform Engineer' }
const desk = { department: 'Patient Support', title: 'Patient Support Specialist' }
const billing = { department: 'Finance', title: 'Billing Analyst' }

const entraWeek: Week = {
  Monday: [
    { kind: 'join', person: { name: 'Ximena/Córdova', ...platform }, group: 'App Developers' },
    { kind: 'join', person: { name: 'Kenji/Mori = 森 健二', ...billing }, group: 'Finance & Billing' },
  ],
  Tuesday: [
    { kind: 'leave', login: 'ioana.marin' },
    { kind: 'delete', login: 'tariq.aziz' },
  ],
  Wednesday: [
    { kind: 'repeat', person: { name: 'Freya/Lindholm', ...desk }, group: 'Service Desk' },
    {
      kind: 'refuse',
      person: { name: 'Marco/Bruni', ...platform },
      userName: 'marco.bruni_gmail.com#EXT#@alderway.example',
    },
  ],
  Thursday: [
    { kind: 'move', login: 'rohan.iyer', from: 'Finance & Billing', to: 'App Developers', title: 'Data Engineer' },
    { kind: 'join', person: { name: 'Mwamba/Chanda', ...desk }, group: 'Service Desk' },
  ],
  Friday: [
    { kind: 'rehire', login: 'tariq.aziz', group: 'Release Managers' },
    { kind: 'leave', login: 'kwame.boateng' },
  ],
  Saturday: [{ kind: 'delete', login: 'wei.lin' }],
  Sunday: [
    { kind: 'move', login: 'giulia.esposito', from: 'Service Desk', to: 'Clinical Operations', title: 'Coordinator' },
  ],
}

export function weekOf({ vendor }: Pick<Company, 'vendor'>): Week {
  return vendor === 'Okta' ? oktaWeek : entraWeek
}
