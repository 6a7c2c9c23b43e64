/** No account can prove a domain yet, so that a sign-in creates nobody. */
export const verifiedDomains: ReadonlySet<string> = new Set()
