import { describe, expect, it } from 'vitest'
import { committed, pages } from '../../tools/generate-docs.ts'

describe('docs/reference', () => {
  it.each([...pages()])('%s says what the code says (else run "npm run docs")', (name, text) => {
    expect(committed(name)).toBe(text)
  })
})
