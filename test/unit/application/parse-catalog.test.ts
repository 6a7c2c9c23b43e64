import { describe, expect, test } from 'vitest'
import { parseCatalog } from '../../../src/application/catalogs/parse-catalog.ts'
import { JOINERY_VERBS } from '../../../src/domain/joinery-verbs.ts'
import { changed, grouped, leveled, ownedByLevel, sound } from '../../support/catalog-documents.ts'

describe('a sound document', () => {
  const read = (document: unknown) => {
    const parsed = parseCatalog(document)
    if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
    return parsed.catalog
  }

  test.each([
    ['verbs', sound],
    ['levels', leveled],
    ['groups of roles', grouped],
    ['owners by level', ownedByLevel],
  ])('of %s is read', (_kind, document) => {
    expect(read(document()).id).toBe('shop')
  })

  test('says in full what it leaves out', () => {
    const { purview: _purview, assignBelow: _below, ...document } = sound()
    const catalog = read(document)
    expect(catalog.purview).toBe('own-account')
    expect(catalog.assignBelow).toBeUndefined()
    expect(catalog.owner).toEqual({ roles: { provider: 'owner', account: 'owner' }, kind: 'exclusive' })
    expect(catalog.customisation).toBe('none')
    expect(catalog.permissionGroups).toBe(false)
    expect(catalog.roleRequests).toBeUndefined()
    expect(catalog.entitlements).toEqual([])
    expect(catalog.accessKeys).toMatchObject({ maxPerUser: undefined, issuedOnMigration: false })
    expect(catalog.capabilities[0]).toMatchObject({
      allows: ['view', 'edit', 'buy'],
      availableAt: [
        { accountLevel: 'provider', upTo: undefined },
        { accountLevel: 'account', upTo: undefined },
      ],
    })
    expect(catalog.roles[1]?.flags).toEqual({
      exclusive: false,
      unassignable: false,
      protected: false,
      example: false,
      derived: false,
    })
  })

  test('may leave a cell empty as the platform does: no access, and known to be empty', () => {
    for (const document of [sound(), leveled()]) {
      const { capabilities, roles } = read(changed(document, 'capabilities/0/grants/reader', null))
      expect(capabilities.map(({ leftEmpty }) => leftEmpty)).toEqual([['reader'], []])
      expect(roles[2]?.grants).toMatchObject({ cells: { team: [] } })
    }
  })

  test('leaves to the operator every verb that it does not speak of', () => {
    const { controls } = read(sound())
    expect(Object.keys(controls)).toEqual([...JOINERY_VERBS])
    expect(controls['manage-members']).toEqual({ kind: 'operator' })
    expect(controls['read-audit']).toEqual({ kind: 'operator' })
    expect(controls['see-members']).toEqual({
      kind: 'holders',
      needs: [{ capability: 'team', access: 'view' }],
      roles: [],
      userTypes: [],
    })
  })

  test('turns its rows into the cells of each role', () => {
    const { roles } = read(leveled())
    expect(roles.map(({ grants }) => grants)).toEqual([
      { kind: 'everything' },
      { kind: 'cells', cells: { team: ['edit'], logs: ['view'] } },
      { kind: 'cells', cells: { team: ['view'], logs: ['none'] } },
    ])
  })

  test('may name the lowest level among those of a row, which gives nothing', () => {
    const document = changed(leveled(), 'capabilities/1/allows', ['none', 'view', 'edit'])
    expect(read(document).capabilities[1]?.allows).toEqual(['view', 'edit'])
  })

  test('keeps a ceiling at one account level beside the availability at another', () => {
    const document = changed(sound(), 'capabilities/0/availableAt', { account: ['view'], provider: [] })
    expect(read(document).capabilities[0]?.availableAt).toEqual([
      { accountLevel: 'account', upTo: ['view'] },
      { accountLevel: 'provider', upTo: [] },
    ])
  })

  test('is plain data that survives being stored', () => {
    const catalog = read(sound())
    expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog)
  })
})
