import { describe, expect, test } from 'vitest'
import { CATALOG_RULES, type CatalogRule } from '../../../src/application/catalogs/catalog-problem.ts'
import {
  changed,
  EACH,
  grouped,
  leveled,
  ownedByLevel,
  problemsOf,
  sound,
  toPath,
} from '../../support/catalog-documents.ts'

type Case = [rule: CatalogRule, what: string, at: string, value: unknown, found?: string]

const OF_VERBS: Case[] = [
  ['unsafe-key', 'a key __proto__', '__proto__', {}],
  ['unsafe-key', 'a role called constructor in a row', 'capabilities/0/grants/constructor', []],
  ['unsafe-key', 'prototype deep down', 'controls/see-members/prototype', 1],

  ['unknown-key', 'a key that the format does not know', 'colour', 'red'],
  ['unknown-key', 'one further down', 'roles/1/flag', 'protected'],
  ['unknown-key', "a verb that is none of Joinery's", 'controls/see-all', 'operator'],
  ['unknown-key', 'inside a control', 'controls/see-members/role', 'admin'],
  ['missing-key', 'no label', 'label', undefined],
  ['missing-key', 'no format', 'format', undefined],
  ['missing-key', 'no holding', 'holding', undefined],
  ['missing-key', 'keys without roles', 'accessKeys/roles', undefined],
  ['missing-key', 'access of no kind', 'access/kind', undefined],
  ['wrong-type', 'roles that are no list', 'roles', {}],
  ['wrong-type', 'a cell that is a number', 'capabilities/0/grants/admin', 3],
  ['wrong-type', 'a control in other words', 'controls/read-audit', 'nobody'],
  ['not-one-of', 'another format', 'format', 2],
  ['not-one-of', 'a flag that there is not', 'roles/1/flags', ['primary'], 'roles/1/flags/0'],
  ['not-one-of', 'access of another kind', 'access/kind', 'bits'],
  ['out-of-bounds', 'no roles at all', 'roles', []],
  ['out-of-bounds', 'an answer in no time', 'roleRequests', { promisedHours: 0 }, 'roleRequests/promisedHours'],
  ['bad-id', 'an id with a blank', 'id', 'my shop'],
  ['bad-id', 'a role called constructor', 'roles/2/id', 'constructor'],
  ['bad-id', 'a cell for no proper id', 'capabilities/0/grants/Admin', []],
  ['bad-id', 'a long id', 'id', 'x'.repeat(65)],
  ['bad-text', 'an empty label', 'roles/1/label', ''],
  ['bad-text', 'a label of two lines', 'label', 'Shop\nof horrors'],
  ['bad-text', 'a long reason', 'dependencies/0/reason', 'x'.repeat(301)],
  ['repeated', 'a verb twice in a cell', 'capabilities/0/grants/admin', ['edit', 'edit']],
  ['repeated', 'a role twice in a list', 'assign/admin', ['reader', 'reader']],

  ['duplicate-id', 'two rows of one id', 'capabilities/1/id', 'team'],
  ['duplicate-id', 'two verbs of one id', 'access/verbs/2/id', 'edit'],
  ['duplicate-id', 'two roles of one id', 'roles/2/id', 'admin'],
  ['duplicate-id', 'two sections of one id', 'sections/1/id', 'settings'],
  ['duplicate-id', 'two account levels of one id', 'accountLevels/1/id', 'provider'],
  ['duplicate-id', 'two user types of one id', 'userTypes/1', sound().userTypes[0], 'userTypes/1/id'],
  [
    'unknown-account-level',
    'where a row exists',
    'capabilities/0/availableAt',
    ['moon'],
    'capabilities/0/availableAt/0',
  ],
  [
    'unknown-account-level',
    'with a ceiling',
    'capabilities/0/availableAt',
    { moon: [] },
    'capabilities/0/availableAt/moon',
  ],
  ['unknown-account-level', 'of new accounts', 'usualLevel', 'moon'],
  ['unknown-account-level', 'of a user type', 'userTypes/0/accountLevel', 'moon'],
  ['unknown-capability', 'as parent', 'capabilities/1/parent', 'tem'],
  ['unknown-capability', 'of a dependency', 'dependencies/0/capability', 'log', 'dependencies/0'],
  ['unknown-capability', 'needed by a dependency', 'dependencies/0/needs/tem', 'view'],
  ['unknown-capability', 'of a piece of advice', 'advice/0/capability', 'log', 'advice/0'],
  ['unknown-capability', 'needed by a control', 'controls/see-members/needs/tem', 'view'],
  ['unknown-verb', 'in a cell', 'capabilities/0/grants/admin/0', 'edti'],
  ['unknown-verb', 'implied by a verb', 'access/verbs/1/implies/0', 'see'],
  ['unknown-verb', 'allowed in a row', 'capabilities/1/allows/2', 'sell'],
  ['unknown-verb', 'needed by a control', 'controls/see-members/needs/team', 'see'],
  ['unknown-role', 'in a row', 'capabilities/0/grants/amin', []],
  ['unknown-role', 'as the owner', 'owner/role', 'boss'],
  ['unknown-role', 'as the giver of roles', 'assign/boss', ['reader']],
  ['unknown-role', 'handed out', 'assign/admin/1', 'boss'],
  ['unknown-role', 'as the default of keys', 'accessKeys/roles/default/0', 'boss'],
  ['unknown-role', 'in a control', 'controls/manage-mappings/roles/0', 'boss'],
  ['unknown-section', 'of a row', 'capabilities/0/section', 'moon'],
  ['unknown-section', 'above a section', 'sections/1/parent', 'moon'],
  ['unknown-user-type', 'of a role', 'roles/1/userType', 'guest'],
  ['unknown-user-type', 'of a key scope', 'accessKeys/scopes/guest', 'ac'],
  ['unknown-user-type', 'in a control', 'controls/manage-mappings/userTypes/0', 'guest'],
  ['parent-cycle', 'a section under itself', 'sections/0/parent', 'settings'],
  ['parent-cycle', 'two capabilities under each other', 'capabilities/0/parent', 'logs'],

  ['wrong-cell', 'a level among verbs', 'capabilities/0/grants/admin', 'edit'],
  [
    'wrong-cell',
    'a level as ceiling',
    'capabilities/0/availableAt',
    { account: 'edit' },
    'capabilities/0/availableAt/account',
  ],
  ['missing-cell', 'a role that a row forgets', 'capabilities/0/grants/reader', undefined, 'capabilities/0/grants'],
  ['missing-cell', 'a row without cells', 'capabilities/1/grants', undefined],
  ['cell-for-everything', 'a cell for a role that has everything', 'capabilities/0/grants/owner', []],
  ['not-in-row', 'a verb outside the row', 'capabilities/1/grants/admin/1', 'buy'],
  ['not-in-row', 'a control on a verb outside the row', 'controls/see-members/needs/logs', 'buy'],
  ['not-in-row', 'a dependency of a verb outside the row', 'dependencies/0/access', 'buy', 'dependencies/0'],
  [
    'hidden-by-parent',
    'access under a parent without',
    'capabilities/0/grants/admin',
    [],
    'capabilities/1/grants/admin',
  ],
  ['broken-dependency', 'a role that breaks one', 'dependencies/0/needs/team', 'buy', 'capabilities/1/grants/admin'],

  ['several-exclusive-roles', 'a second exclusive role', 'roles/2/flags', ['exclusive']],
  ['exclusive-not-owner', 'an exclusive role that nobody gets', 'owner', undefined, 'roles/0/flags'],
  ['exclusive-not-owner', 'an exclusive role that is only the first', 'owner/kind', 'first', 'roles/0/flags'],
  ['owner-not-exclusive', 'an exclusive owner whose role is not', 'roles/0/flags', [], 'owner/kind'],
  ['owner-not-exclusive', 'while another role is exclusive', 'owner/role', 'admin', 'owner/kind'],
  ['unassignable-assigned', 'an unassignable role in a list', 'assign/owner/2', 'owner'],
  ['owner-not-exclusive', 'several roles that are to be exclusive', 'owner/role', { ...EACH }, 'owner/kind'],
  ['unknown-role', 'handed out below', 'assignBelow/roles/admin/0', 'boss'],
  ['unassignable-assigned', 'an unassignable role handed out below', 'assignBelow/roles/admin/0', 'owner'],
  ['below-without-purview', 'roles for accounts that no role reaches', 'purview', 'own-account', 'assignBelow'],
  ['duplicate-id', 'a row of roles and a capability of one id', 'assignBelow/row/id', 'team'],
  ['unknown-section', 'of a row of roles', 'assignBelow/row/section', 'moon'],
  ['unknown-capability', 'before a row of roles', 'assignBelow/row/after', 'moon'],
  [
    'unknown-account-level',
    'of a row of roles',
    'assignBelow/row/availableAt',
    ['moon'],
    'assignBelow/row/availableAt/0',
  ],
  ['missing-cell', 'a row of roles without one', 'assignBelow/roles/reader', undefined, 'assignBelow/roles'],
  ['role-group-without-rule', 'groups of roles without their rule', 'roleGroups', grouped().roleGroups],
  ['example-without-groups', 'an example that nothing can start from', 'roles/2/flags', ['example']],

  ['needs-itself', 'a dependency on its own capability', 'dependencies/0/needs/logs', 'view'],
  [
    'empty-control',
    'nobody who asks for others',
    'roleRequests',
    { promisedHours: 1, forOthers: {} },
    'roleRequests/forOthers',
  ],
  ['empty-control', 'a control that states nothing', 'controls/see-members', { roles: [] }],
  ['organisation-key-of-holder', "a key of the organisation with a person's roles", 'accessKeys/roles', 'holder'],
]

const OF_LEVELS: Case[] = [
  ['out-of-bounds', 'a scale of one level', 'access/levels', [{ id: 'none', label: 'None' }]],
  ['duplicate-id', 'two levels of one id', 'access/levels/2/id', 'view'],
  ['unknown-level', 'in a cell', 'capabilities/0/grants/admin', 'write'],
  [
    'unknown-level',
    'as ceiling',
    'capabilities/0/availableAt',
    { account: 'write' },
    'capabilities/0/availableAt/account',
  ],
  ['wrong-cell', 'a list among levels', 'capabilities/0/grants/admin', ['edit']],
  ['not-in-row', 'a level outside the row', 'capabilities/1/allows', ['edit'], 'capabilities/1/grants/admin'],
  ['needs-nothing', 'a control on the lowest level', 'controls/see-members/needs/team', 'none'],
]

const OF_GROUPS: Case[] = [
  ['duplicate-id', 'two groups of one id', 'roleGroups/1', grouped().roleGroups[0], 'roleGroups/1/id'],
  ['unknown-role-group', 'of a role', 'roles/2/group', 'moon'],
  ['unknown-section', 'of a role group', 'roleGroups/0/sections/0', 'moon'],
  ['missing-role-group', 'a role outside all groups', 'roles/1/group', undefined, 'roles/1'],
]

const OF_OWNERS: Case[] = [
  ['unknown-account-level', 'of an owner', 'owner/role/moon', 'reader'],
  ['unknown-role', 'as owner of a level', 'owner/role/account', 'boss'],
  ['missing-owner-level', 'a level without an owner', 'owner/role/account', undefined, 'owner/role'],
  ['owner-not-at-home', 'a role for users of another level', 'owner/role/account', 'admin'],
]

describe('a broken document', () => {
  describe.each([
    ['verbs', sound, OF_VERBS],
    ['levels', leveled, OF_LEVELS],
    ['groups of roles', grouped, OF_GROUPS],
    ['owners by level', ownedByLevel, OF_OWNERS],
  ])('of %s', (_kind, document, cases) => {
    test.each(cases)('breaks %s: %s', (rule, _what, at, value, found = at) => {
      const problems = problemsOf(changed(document(), at, value))
      expect(problems.map(({ rule, path }) => [rule, path])).toEqual([[rule, toPath(found)]])
    })
  })

  test('has a case here for every rule', () => {
    const rules = [...OF_VERBS, ...OF_LEVELS, ...OF_GROUPS, ...OF_OWNERS].map(([rule]) => rule)
    expect(new Set(rules)).toEqual(new Set(CATALOG_RULES))
  })

  test('is told every problem at once, and how to mend it', () => {
    const document = sound()
    changed(document, 'assign/admin/0', 'boss')
    changed(document, 'capabilities/0/section', 'moon')
    changed(document, 'capabilities/1/grants/reader', undefined)
    expect(problemsOf(document).map(({ message }) => message)).toEqual([
      'This catalog has no section "moon"; there are: settings, settings.more',
      'The row "logs" has no cell for reader: write [] where there is no access',
      'This catalog has no role "boss"; there are: owner, admin, reader',
    ])
  })

  test.each(['reder', 'readeer', 'raeder', 'rxader'])('is asked whether %s was meant to be reader', (slip) => {
    const [found] = problemsOf(changed(sound(), 'assign/admin/0', slip))
    expect(found?.message).toBe(`This catalog has no role "${slip}"; did you mean "reader"?`)
  })

  test('is told once of parents that run in a circle, with the way round', () => {
    const [found] = problemsOf(changed(sound(), 'capabilities/0/parent', 'logs'))
    expect(found?.message).toBe('The parents run in a circle, team → logs → team: take one parent away')
  })

  test.each([[undefined], [null], ['text'], [[]], [42], [new Map()]])('%s is no catalog', (document) => {
    expect(problemsOf(document).length).toBeGreaterThan(0)
  })

  test('is told of in plain words where a value is of another kind, or there are too few', () => {
    const said = (at: string, value: unknown) => problemsOf(changed(sound(), at, value)).map(({ message }) => message)
    expect(said('label', 3)).toEqual(['This must be a text'])
    expect(said('roles', {})).toEqual(['This must be a list'])
    expect(said('roles', [])).toEqual(['This must have at least 1 entry'])
    expect(said('asign', {})).toEqual(['There is no key "asign" here: correct its name, or remove it'])
  })

  test('may contain itself', () => {
    const document = sound()
    changed(document, 'capabilities/0/grants/admin', document)
    expect(problemsOf(document).map(({ rule }) => rule)).toEqual(['wrong-type'])
  })
})
