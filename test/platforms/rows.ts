/** What the five platforms' descriptions of their access models ask of the service, row by row, in our words. */
export const platforms = {
  'cpaas-iam': [
    'Opening an account makes its Administrator.',
    'There are four roles.',
    'The permission table: each row by section, with whether it exists at the level of the account.',
    'An Administrator hands out roles by a table of their own, not by what he holds himself.',
    'Access keys: an id and a secret, both needed, the secret shown once, two for each user, with the user’s roles.',
    'People who come from an older system get keys made for them.',
    'Platform and Turnkey access are switched on and off apart from the role; a role of each is held together.',
  ],
  plivo: [
    'Whoever opens an account owns it: he has everything, and is neither changed nor removed.',
    'Four further roles, with the table of what each may do.',
    'Invitation by e-mail, with one role; pending until it is accepted, sent again on request; sign up or sign in first.',
    'An invitation to a personal address is refused.',
    'Anybody’s role can be changed at any time, but for the owner’s.',
    'A removal cannot be undone.',
    'One person in several accounts: a switcher, and a default account to land on.',
    'Roles are managed only in accounts that are entitled to it.',
  ],
  iotcomms: [
    'Three roles, of which a person can hold several and has all at once.',
    'Every feature of the portal and every API is for named roles alone.',
    'Keys carry roles: the named ones, else the default of the catalog.',
    'Nobody gives a key a role that he lacks, nor sees a key that has one.',
    'Admins alone make keys; a key belongs to the organisation.',
    'A role is asked for, and the platform’s team grants or declines within a promised time.',
    'A table compares what each role reaches.',
    'Who holds what, since when and last used when, is reviewed regularly.',
  ],
  studio: [
    'Account users, service providers, system users; each has everything in his purview below.',
    'Account users have one of three roles.',
    'System users make roles; whoever holds one follows its changes by himself.',
    'The permissions of one user are customised inside the role; he follows no change of it until reset.',
    'API keys have the scope of their user’s type.',
    'The role is shown beside the profile.',
    'Roles are given inside one’s purview alone; people who have an account elsewhere are invited.',
  ],
  'platform-groups': [
    'Groups are made, renamed, edited and deleted: a name, and a level for each permission, of those that it has.',
    'A level includes those below it.',
    'Permissions depend on one another; what breaks that is refused with the reason, or completed on request.',
    'A route plan above view is warned of.',
    'Groups are listed by name or by number of people, and searched.',
    'People are put into groups.',
    'Four example groups to begin from.',
    'What was done to a group is in its history.',
  ],
} as const satisfies Record<string, readonly string[]>

export type Platform = keyof typeof platforms

/** Rows for which there is no test yet, with what they wait for. A row that has a test is taken out. */
export const waiting: Readonly<Record<string, string>> = {}
