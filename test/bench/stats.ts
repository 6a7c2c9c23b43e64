/** The value below which a share of the values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

export type Spread = { p50: number; p99: number; worst: number; count: number }

export function spread(values: readonly number[]): Spread {
  return {
    ...{ p50: percentile(values, 0.5), p99: percentile(values, 0.99) },
    ...{ worst: percentile(values, 1), count: values.length },
  }
}
