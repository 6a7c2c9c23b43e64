import { AppError } from '../../domain/errors.ts'
import type { RequestEntry } from './request-entry.ts'

export type RequestBuffer = {
  /** Takes one more entry, at once; nobody waits for it. */
  add(entry: RequestEntry): void
  close(): Promise<void>
}

type Options = {
  write: (entries: readonly RequestEntry[]) => Promise<void>
  /** Told of entries that will never be written. */
  dropped: (count: number, reason: 'full' | 'refused', error?: unknown) => void
  maxEntries?: number
  maxBytes?: number
}

const pauseMs = 500
const outagePauseMs = 2000
const largestBatch = 100
const largestBatchBytes = 256 * 1024
const bytesBesideBodies = 600

export function createRequestBuffer(options: Options): RequestBuffer {
  return new BoundedBuffer(options)
}

/**
 * Entries on their way to the database, written in batches after the answers are out. The buffer is bounded by number and by
 * size: when the database is slower than the door, or gone, what comes last is dropped and counted.
 */
class BoundedBuffer implements RequestBuffer {
  private readonly options: Required<Options>
  private readonly waiting: RequestEntry[] = []
  private bytes = 0
  private timer: NodeJS.Timeout | null = null
  private running: Promise<boolean> | null = null
  private closed = false

  constructor(options: Options) {
    this.options = { maxEntries: 5000, maxBytes: 16 * 1024 * 1024, ...options }
  }

  add(entry: RequestEntry): void {
    const { maxEntries, maxBytes, dropped } = this.options
    const size = sizeOf(entry)
    if (this.closed || this.waiting.length >= maxEntries || this.bytes + size > maxBytes) {
      dropped(1, 'full')
      return
    }
    this.waiting.push(entry)
    this.bytes += size
    this.later(pauseMs)
  }

  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    await this.flush()
    this.closed = true
    if (this.waiting.length > 0) this.options.dropped(this.waiting.length, 'refused')
  }

  private async flush(): Promise<void> {
    // A drain that is under way may have looked for the last time already.
    await this.run()
    await this.run()
  }

  private later(ms: number): void {
    if (this.timer !== null || this.closed) return
    this.timer = setTimeout(() => {
      this.timer = null
      void this.run().then((well) => {
        if (this.waiting.length > 0) this.later(well ? pauseMs : outagePauseMs)
      })
    }, ms)
    this.timer.unref()
  }

  private run(): Promise<boolean> {
    this.running ??= this.drain().finally(() => (this.running = null))
    return this.running
  }

  /** Whether all went well: an outage leaves what waits where it is, anything else gives the batch up. */
  private async drain(): Promise<boolean> {
    while (this.waiting.length > 0) {
      const batch = this.take()
      try {
        await this.options.write(batch)
      } catch (error) {
        if (error instanceof AppError && error.code === 'upstream_unavailable') return false
        this.options.dropped(batch.length, 'refused', error)
      }
      this.waiting.splice(0, batch.length)
      for (const entry of batch) this.bytes -= sizeOf(entry)
    }
    return true
  }

  private take(): RequestEntry[] {
    let size = 0
    const most = this.waiting.slice(0, largestBatch)
    const fits = most.findIndex((entry) => (size += sizeOf(entry)) >= largestBatchBytes)
    return fits < 0 ? most : most.slice(0, fits + 1)
  }
}

function sizeOf({ request, answer }: RequestEntry): number {
  return bytesBesideBodies + (request?.length ?? 0) + (answer?.length ?? 0)
}
