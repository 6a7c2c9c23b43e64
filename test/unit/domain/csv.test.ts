import { describe, expect, it } from 'vitest'
import { csvRecord } from '../../../src/domain/csv.ts'

describe('a CSV record', () => {
  it('quotes what would end a field, and ends with CRLF', () => {
    expect(csvRecord(['a', null, 'b,c', 'say "hi"', ' edge'])).toBe('a,,"b,c","say ""hi"""," edge"\r\n')
  })

  it.each(['=1+1', '+49', '-2', '@SUM(A1)', '＝1', ' =1', '\t=1', '|cmd', '%0a'])(
    'iotcomms-8: %j is no formula to a spreadsheet',
    (field) => {
      expect(csvRecord([field])).toMatch(/^"?'/)
    },
  )

  it('is one line, whatever a field holds', () => {
    expect(csvRecord(['a\r\nb\u2028c\u0000'])).toBe('"a  b c "\r\n')
  })
})
