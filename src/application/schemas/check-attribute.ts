import { nameKey } from '../../domain/directory-user.ts'
import type { Path } from '../documents/document-problem.ts'
import type { AttributeDocument } from './schema-document.ts'
import { problem, type SchemaProblem } from './schema-problem.ts'

/** What an attribute and its sub-attributes say that does not go together. */
export function checkAttribute(attribute: AttributeDocument, path: Path): SchemaProblem[] {
  const { type, subAttributes } = attribute
  const inner = (subAttributes ?? []).flatMap((sub, index) => {
    const at = [...path, 'subAttributes', index]
    const notSub: SchemaProblem[] = [
      ...checkCharacteristics(sub, at),
      ...(sub.uniqueness === 'server' ? [problem('unique-unfit', [...at, 'uniqueness'], notInside)] : []),
      ...(sub.multiValued ? [problem('misplaced-characteristic', [...at, 'multiValued'], noListInside)] : []),
    ]
    return notSub
  })
  const shape =
    type === 'complex' && subAttributes === undefined
      ? [problem('missing-sub-attributes', [...path, 'type'], 'A complex attribute has subAttributes: add them')]
      : type !== 'complex' && subAttributes !== undefined
        ? [
            problem(
              'misplaced-characteristic',
              [...path, 'subAttributes'],
              `Of type ${type} there are no subAttributes: remove them, or write type: complex`,
            ),
          ]
        : []
  return [
    ...shape,
    ...checkCharacteristics(attribute, path),
    ...twice(subAttributes ?? [], [...path, 'subAttributes']),
    ...inner,
  ]
}

const notInside = 'Only an attribute that stands by itself is unique: take uniqueness away'
const noListInside = 'Inside a complex attribute there are no lists: make the attribute itself multiValued'

/** Names count without letter case (RFC 7643, 2.1). */
export function twice(named: readonly { name: string }[], path: Path): SchemaProblem[] {
  const seen = new Set<string>()
  return named.flatMap(({ name }, index) => {
    const key = name.toLowerCase()
    if (!seen.has(key)) return (seen.add(key), [])
    return [problem('duplicate-name', [...path, index, 'name'], `There is a "${name}" above: name each only once`)]
  })
}

type Characteristics = Omit<AttributeDocument, 'subAttributes'>

function checkCharacteristics(attribute: Characteristics, path: Path): SchemaProblem[] {
  const { mutability, required, returned } = attribute
  const found = [...misplaced(attribute, path), ...checkUnique(attribute, path), ...checkValues(attribute, path)]
  if (mutability === 'readOnly' && required)
    found.push(problem('nobody-could-set', [...path, 'required'], 'What is readOnly cannot be required: drop one'))
  if (mutability === 'writeOnly' && returned !== 'never')
    found.push(
      problem('write-only-shown', [...path, 'mutability'], 'What is writeOnly is never shown: write returned: never'),
    )
  return found
}

function misplaced({ type, caseExact, canonicalValues, referenceTypes }: Characteristics, path: Path): SchemaProblem[] {
  const found: SchemaProblem[] = []
  const say = (key: string, kinds: string): void => {
    found.push(problem('misplaced-characteristic', [...path, key], `Only ${kinds} has ${key}, not ${type}: remove it`))
  }
  if (canonicalValues !== undefined && type !== 'string') say('canonicalValues', 'a string')
  if (referenceTypes !== undefined && type !== 'reference') say('referenceTypes', 'a reference')
  if (caseExact === false && (type === 'binary' || type === 'reference'))
    found.push(
      problem(
        'misplaced-characteristic',
        [...path, 'caseExact'],
        `Of type ${type} letter case counts (RFC 7643, 2.3): remove it`,
      ),
    )
  return found
}

function checkUnique({ type, multiValued, uniqueness }: Characteristics, path: Path): SchemaProblem[] {
  const fits = (type === 'string' || type === 'integer' || type === 'reference') && !multiValued
  if (uniqueness === 'none' || fits) return []
  const message = 'One string, integer or reference can be unique: take uniqueness away, or the list'
  return [problem('unique-unfit', [...path, 'uniqueness'], message)]
}

/** Two values that differ by letter case alone are one where it does not count. */
function checkValues({ canonicalValues = [], caseExact = false }: Characteristics, path: Path): SchemaProblem[] {
  const keys = canonicalValues.map((value) => (caseExact ? value : nameKey(value)))
  const index = keys.findIndex((key, at) => keys.indexOf(key) !== at)
  if (index < 0) return []
  const message = `"${canonicalValues[index]}" stands above in another letter case: drop one, or write caseExact: true`
  return [problem('caseless-repeat', [...path, 'canonicalValues', index], message)]
}
