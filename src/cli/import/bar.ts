/** Where the bar goes: a terminal's line is written over, anything else gets none. */
type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

export type Bar = { move(by: number): void; end(): void }

const width = 30

/** How much of something is done. */
export function createBar(screen: Screen, label: string, total: number): Bar {
  let done = 0
  const draw = (): void => {
    const share = total === 0 ? 1 : done / total
    const full = Math.round(share * width)
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
    screen.write(`\r${label} ${bar} ${done}/${total} (${Math.floor(share * 100)} %)\u001b[K`)
  }
  return {
    move(by) {
      done += by
      if (screen.isTTY === true) draw()
    },
    end() {
      if (screen.isTTY === true) screen.write('\r\u001b[K')
    },
  }
}
