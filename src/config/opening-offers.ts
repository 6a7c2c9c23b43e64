import { z } from 'zod'
import type { OpeningOffer } from '../domain/opening.ts'

/** `catalog`, or `catalog@account`: under which role catalogs people may open accounts, and below which account those stand. */
export const openingOffers = z
  .string()
  .transform((value) => value.split(/[\s,]+/).filter((offer) => offer !== ''))
  .refine(
    (offers) => offers.length > 0 && offers.every((offer) => /^[a-z0-9][a-z0-9-]*(@[0-9a-z-]+)?$/.test(offer)),
    'must be ids of role catalogs, such as plivo, each perhaps with the account to stand below: studio@<account id>',
  )
  .transform((offers) => offers.map(toOffer))
  .refine(
    (offers) => new Set(offers.map(({ catalog }) => catalog)).size === offers.length,
    'must name each role catalog once',
  )

function toOffer(text: string): OpeningOffer {
  const [catalog = '', parentId = null] = text.split('@')
  return { catalog, parentId }
}
