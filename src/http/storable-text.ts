/** Text that each database can hold and give back: no NUL, which PostgreSQL refuses, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\u0000\p{Cs}]/u.test(text)
}
