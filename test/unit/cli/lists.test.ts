import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../../src/cli/program.ts'
import { describedOperations, type Described } from '../../support/api-document.ts'
import { commandsOfLists as pairs, hyphened } from '../../support/cli-lists.ts'

const paging = ['limit', 'after']

const operations = new Map(describedOperations().map((each) => [each.name, each]))
const lists = [...operations.values()].filter(({ listed }) => listed)
const commands = new Map(leaves(createProgram({}).program, ''))
const rows = Object.entries(pairs).flatMap(([command, names]) => names.map((name) => ({ command, name })))

function leaves(command: Command, above: string): [string, Command][] {
  return command.commands.flatMap((child) => {
    const name = `${above}${child.name()}`
    return child.commands.length > 0 ? leaves(child, `${name} `) : [[name, child] as [string, Command]]
  })
}

const isYesOrNo = (list: Described, name: string): boolean =>
  list.query.find((each) => each.name === name)?.schema.enum?.join() === 'true,false'

describe('lists on the command line', () => {
  it('are those of the admin API, each by a command', () => {
    const read = rows.map(({ name }) => name)
    expect(read.toSorted()).toEqual(lists.map(({ name }) => name).toSorted())
  })

  it('are all told here', () => {
    const listing = [...commands].filter(([name, { options }]) => {
      return name.endsWith(' list') || options.some(({ long }) => long === '--sort')
    })
    expect(listing.map(([name]) => name).toSorted()).toEqual(Object.keys(pairs).toSorted())
  })

  it.each(rows)('$command takes the order and every filter of $name, under their own names', ({ command, name }) => {
    const list = operations.get(name)
    if (list === undefined) throw new Error(`there is no operation ${name}`)
    const options = commands.get(command)?.options ?? []
    const flags = options.map(({ long }) => long)
    for (const { name: asked } of list.query.filter((each) => !paging.includes(each.name))) {
      expect(flags).toContain(`--${hyphened(asked)}`)
      if (isYesOrNo(list, asked)) expect(flags).toContain(`--no-${hyphened(asked)}`)
    }
    const told = options.find(({ long }) => long === '--sort')?.description ?? ''
    const fields = list.query
      .find((each) => each.name === 'sort')
      ?.schema.enum?.map(String)
      .filter((each) => !each.startsWith('-'))
    expect(told.split(';')[0]).toBe(`by ${fields?.join(', ')}`)
  })

  it.each(rows)('$command goes on behind a place where it is cut', ({ command }) => {
    const flags = commands.get(command)?.options.map(({ long }) => long) ?? []
    expect(flags.includes('--after')).toBe(flags.includes('--limit'))
  })
})
