import { z } from 'zod'
import { catalogDescription, type CatalogDescription } from '../../../application/catalogs/catalog-description.ts'
import { JOINERY_VERBS } from '../../../domain/joinery-verbs.ts'
import { count, id, text } from './common.ts'

export const catalogLine = z
  .strictObject({ id, label: text, sections: count, capabilities: count, roles: count })
  .meta({ id: 'CatalogSummary' })

export const unreadableCatalog = z.strictObject({ id: text, reason: text })

export const catalogAnswer = catalogDescription.meta({ id: 'Catalog' })

/** A catalog of one row and one role. */
export const exampleCatalog: CatalogDescription = {
  id: 'acme',
  label: 'Acme Cloud',
  access: {
    kind: 'levels',
    levels: [
      { id: 'none', label: 'None' },
      { id: 'view', label: 'View' },
      { id: 'full', label: 'Full' },
    ],
  },
  accountLevels: [{ id: 'organization', label: 'Organization' }],
  usualLevel: 'organization',
  purview: 'own-account',
  sections: [{ id: 'settings', label: 'Settings', parent: null }],
  capabilities: [
    {
      ...{ id: 'settings.keys', label: 'API keys', section: 'settings', parent: null },
      ...{ levels: ['none', 'view', 'full'], availableAt: { organization: true } },
    },
  ],
  ...{ userTypes: [], roleGroups: [] },
  roles: [
    {
      ...{ id: 'support', label: 'Support', description: null, flags: [], userType: null, group: null },
      ...{ everything: false, grants: { 'settings.keys': 'view' }, written: { 'settings.keys': 'view' } },
    },
  ],
  ...{ owner: null, holding: 'several', customisation: 'none', permissionGroups: false },
  ...{ assign: {}, assignBelow: null, dependencies: [], resourceType: 'capability', conditions: [], advice: [] },
  ...{ accessKeys: null, roleRequests: null, entitlements: [] },
  controls: Object.fromEntries(JOINERY_VERBS.map((verb) => [verb, 'operator'])) as CatalogDescription['controls'],
}
