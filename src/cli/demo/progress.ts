/** Where the line goes: a terminal's is written over, anything else gets one line at the end of each phase. */
type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

export type Progress = {
  begin(label: string): void
  request(): void
  /** Ends the phase with a closing word of its own. */
  end(word: string): void
}

const redrawMs = 100

/** One line about the requests under way: how many, how fast. */
export function createProgress(screen: Screen, now: () => number = () => performance.now()): Progress {
  let phase = { label: '', started: 0, count: 0, drawn: 0 }
  const text = (): string => {
    const seconds = Math.max(0.001, (now() - phase.started) / 1000)
    const rate = Math.round(phase.count / seconds)
    return `    ${phase.label}: ${phase.count} requests in ${seconds.toFixed(1)} s, ${rate}/s`
  }
  const draw = (line: string): void => void screen.write(`\r${line}\u001b[K`)
  return {
    begin(label) {
      phase = { label, started: now(), count: 0, drawn: 0 }
    },
    request() {
      phase.count += 1
      if (screen.isTTY !== true || now() - phase.drawn < redrawMs) return
      phase.drawn = now()
      draw(text())
    },
    end(word) {
      const line = `${text()}; ${word}`
      if (screen.isTTY === true) draw(line)
      else screen.write(line)
      screen.write('\n')
    },
  }
}
